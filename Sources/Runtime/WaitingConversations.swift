import Apps
import Database
import Model

/// A conversation between two turns.
struct WaitingConversation: Sendable {
    let id: ConversationID
    let version: AppVersionID
    /// Whose it is and where: those of the update that began it.
    let lane: LaneKey
    let wait: Wait
    /// Begun by something else than what its person said: a command does not end it.
    let isSide: Bool
    /// What its replay takes.
    let journal: JournalSize
    /// Milliseconds since 1970 UTC.
    let since: Int64
    /// Its coroutine is alive in a sandbox; else it has to be replayed.
    var isWarm: Bool
    var isBusy = false
    /// The one that waits for the same person and was asked before; 0 for none.
    fileprivate var below = ConversationID(0)

    init(
        id: ConversationID, version: AppVersionID, lane: LaneKey, wait: Wait, isSide: Bool = false,
        journal: JournalSize = JournalSize(), since: Int64 = 0, isWarm: Bool
    ) {
        self.id = id
        self.version = version
        self.lane = lane
        self.wait = wait
        self.isSide = isSide
        self.journal = journal
        self.since = since
        self.isWarm = isWarm
    }
}

/// Conversations by their ids. They lie side by side in one array, since a dictionary keeps half of its places empty: a hundred
/// thousand of them take 20 MB less so.
private struct ConversationTable {
    private var places: [ConversationID: Int32] = [:]
    private var slots: [WaitingConversation] = []

    var count: Int { slots.count }

    subscript(_ id: ConversationID) -> WaitingConversation? { places[id].map { slots[Int($0)] } }

    mutating func reserveCapacity(_ count: Int) {
        places.reserveCapacity(count)
        slots.reserveCapacity(count)
    }

    mutating func insert(_ conversation: WaitingConversation) {
        if let place = places[conversation.id] {
            slots[Int(place)] = conversation
        } else {
            places[conversation.id] = Int32(truncatingIfNeeded: slots.count)
            slots.append(conversation)
        }
    }

    /// The last one takes the place that becomes free.
    mutating func remove(_ id: ConversationID) -> WaitingConversation? {
        guard let place = places.removeValue(forKey: id), let last = slots.last else { return nil }
        let removed = slots[Int(place)]
        slots[Int(place)] = last
        slots.removeLast()
        if last.id != id { places[last.id] = place }
        return removed
    }

    mutating func change(_ id: ConversationID, _ body: (inout WaitingConversation) -> Void) {
        if let place = places[id] { body(&slots[Int(place)]) }
    }

    func filter(_ isIncluded: (WaitingConversation) -> Bool) -> [WaitingConversation] { slots.filter(isIncluded) }
}

/// Conversations that wait, and which of them an update is for.
struct WaitingConversations {
    /// Where an update goes.
    enum Target: Equatable, Sendable {
        /// A new conversation begins.
        case begin
        /// This one goes on with it, at this wait.
        case conversation(ConversationID, wait: Int64)
        /// It was for a wait that is over: nobody is to hear of it.
        case stale
    }

    /// Conversations that may wait for the same person in the same chat; asking once more ends the oldest.
    static let maxStacked = 16

    private struct Place: Hashable {
        let bot: AccountID
        let chat: Int64

        init(_ lane: LaneKey) {
            bot = lane.bot
            chat = lane.chat
        }
    }

    fileprivate var all = ConversationTable()
    /// The one that asked last; the others hang below it.
    private var byLane: [LaneKey: ConversationID] = [:]
    /// In the order in which they asked.
    private var byPlace: [Place: [ConversationID]] = [:]
    private var byMessage: [Int64: ConversationID] = [:]
    private var byVersion: [AppVersionID: Int] = [:]
    /// Those that became warm, oldest first; some may be gone or cold meanwhile.
    private var warm: [AccountID: [ConversationID]] = [:]

    var count: Int { all.count }

    subscript(_ id: ConversationID) -> WaitingConversation? { all[id] }

    func isBusy(_ id: ConversationID) -> Bool { all[id]?.isBusy ?? false }
    mutating func setBusy(_ id: ConversationID, _ isBusy: Bool) { all.change(id) { $0.isBusy = isBusy } }
    mutating func setWarm(_ id: ConversationID, _ isWarm: Bool) { all.change(id) { $0.isWarm = isWarm } }

    mutating func reserveCapacity(_ count: Int) {
        all.reserveCapacity(count)
        byLane.reserveCapacity(count)
    }

    /// It asks now, so it comes before those that asked earlier.
    mutating func insert(_ conversation: WaitingConversation) {
        remove(conversation.id)
        var conversation = conversation
        for item in conversation.wait.awaited where item.message != 0 { byMessage[item.message] = conversation.id }
        if conversation.wait.awaited.contains(where: { !$0.kinds.isEmpty && !$0.isForAnyone }) {
            conversation.below = byLane.updateValue(conversation.id, forKey: conversation.lane) ?? ConversationID(0)
        }
        if conversation.wait.isForAnyone { byPlace[Place(conversation.lane), default: []].append(conversation.id) }
        if conversation.isWarm { warm[conversation.lane.bot, default: []].append(conversation.id) }
        byVersion[conversation.version, default: 0] += 1
        all.insert(conversation)
    }

    mutating func remove(_ id: ConversationID) {
        guard let old = all.remove(id) else { return }
        let others = (byVersion[old.version] ?? 1) - 1
        byVersion[old.version] = others == 0 ? nil : others
        if old.isWarm { warm[old.lane.bot]?.removeAll { $0 == id } }
        for item in old.wait.awaited where item.message != 0 && byMessage[item.message] == id {
            byMessage[item.message] = nil
        }
        unlink(old)
        let place = Place(old.lane)
        if old.wait.isForAnyone, var asked = byPlace[place] {
            asked.removeAll { $0 == id }
            byPlace[place] = asked.isEmpty ? nil : asked
        }
    }

    private mutating func unlink(_ old: WaitingConversation) {
        guard let top = byLane[old.lane] else { return }
        if top == old.id {
            byLane[old.lane] = old.below.value == 0 ? nil : old.below
            return
        }
        var above = top
        while let next = all[above]?.below, next.value != 0 {
            if next == old.id {
                all.change(above) { $0.below = old.below }
                return
            }
            above = next
        }
    }

    /// Those that wait for this person, who was asked by the first of them last.
    private func stack(of lane: LaneKey) -> [WaitingConversation] {
        var found: [WaitingConversation] = []
        var next = byLane[lane]
        while let id = next, let conversation = all[id] {
            found.append(conversation)
            next = conversation.below.value == 0 ? nil : conversation.below
        }
        return found
    }

    /// Whether some conversation, besides these, waits for something that this person does.
    func isAsked(_ lane: LaneKey, besides others: Set<ConversationID> = []) -> Bool {
        stack(of: lane).contains { !others.contains($0.id) }
            || byPlace[Place(lane)]?.contains { !others.contains($0) } == true
    }

    /// Whether some conversation, besides these, waits for this person alone.
    func isPersonAsked(_ lane: LaneKey, besides others: Set<ConversationID>) -> Bool {
        stack(of: lane).contains { !others.contains($0.id) }
    }

    /// Whether some conversation, besides these, waits for anyone in the lane's chat.
    func isAnyoneAsked(_ lane: LaneKey, besides others: Set<ConversationID>) -> Bool {
        byPlace[Place(lane)]?.contains { !others.contains($0) } == true
    }

    /// What a new command of this person ends: what they began and were asked in, not what runs now.
    func endedByCommand(of lane: LaneKey) -> [ConversationID] {
        stack(of: lane).filter { !$0.isSide && !$0.isBusy }.map(\.id)
    }

    /// What "/cancel" ends: the one that asked this person last, whoever began it.
    func endedByCancel(of lane: LaneKey) -> ConversationID? {
        stack(of: lane).first { !$0.isBusy }?.id ?? byPlace[Place(lane)]?.last { !isBusy($0) }
    }

    /// Those too many once another one asks the same person.
    func endedByAsking(_ lane: LaneKey, besides id: ConversationID) -> [ConversationID] {
        stack(of: lane).filter { $0.id != id }.dropFirst(Self.maxStacked - 1).filter { !$0.isBusy }.map(\.id)
    }

    /// A press or a reply goes to the conversation that sent that message; else what a person does goes to the one that asked
    /// them last; else to one that asks anyone there. A command, a timer and their like begin a new one.
    func target(of update: Update, lane: LaneKey) -> Target {
        if let addressee = update.addressee {
            guard all[addressee.conversation]?.wait.contains(addressee.wait) == true else { return .stale }
            return .conversation(addressee.conversation, wait: addressee.wait)
        }
        guard !update.kind.isAboutConversation else { return .stale }
        let kind = Awaited.Kinds(update.kind)
        guard !kind.isEmpty else { return .begin }
        let about = (update.kind == .press ? update.message?.id : update.message?.replyTo)?.value ?? 0
        if about != 0, let id = byMessage[about], let wait = accepting(id, kind, about, lane) {
            return .conversation(id, wait: wait)
        }
        var next = byLane[lane]
        while let id = next, let conversation = all[id] {
            if let wait = accepting(id, kind, about, lane) { return .conversation(id, wait: wait) }
            next = conversation.below.value == 0 ? nil : conversation.below
        }
        for id in (byPlace[Place(lane)] ?? []).reversed() {
            if let wait = accepting(id, kind, about, lane) { return .conversation(id, wait: wait) }
        }
        return .begin
    }

    /// The wait of a conversation that such an update ends: that of the message it is about, else what was asked last.
    private func accepting(_ id: ConversationID, _ kind: Awaited.Kinds, _ about: Int64, _ lane: LaneKey) -> Int64? {
        guard let conversation = all[id], conversation.lane.chat == lane.chat, conversation.lane.bot == lane.bot else {
            return nil
        }
        let own = conversation.lane == lane
        let open = conversation.wait.awaited.filter { $0.kinds.contains(kind) && ($0.isForAnyone || own) }
        if about != 0, let asked = open.last(where: { $0.message == about }) { return asked.id }
        // A press answers only the question it stands under.
        return open.last { kind != .press || $0.message == 0 }?.id
    }
}

extension WaitingConversations {
    func countWarm(of bot: AccountID) -> Int { warm[bot]?.count ?? 0 }

    /// Takes those of a bot out of memory that have been warm longest, until so many are left.
    /// - Returns: what the sandbox is to forget.
    mutating func cool(_ bot: AccountID, keeping count: Int) -> [WaitingConversation] {
        guard let order = warm[bot], order.count > count else { return [] }
        var cooled: [WaitingConversation] = []
        var kept: [ConversationID] = []
        var excess = order.count - count
        for id in order {
            guard let conversation = all[id], conversation.isWarm else {
                excess -= 1
                continue
            }
            guard excess > 0, !conversation.isBusy else {
                kept.append(id)
                continue
            }
            all.change(id) { $0.isWarm = false }
            cooled.append(conversation)
            excess -= 1
        }
        warm[bot] = kept
        return cooled
    }

    /// Takes those out of memory that have waited since before a time (milliseconds since 1970 UTC).
    /// - Returns: what the sandbox is to forget.
    mutating func cool(idleSince time: Int64) -> [WaitingConversation] {
        var cooled: [WaitingConversation] = []
        for (bot, order) in warm {
            let idle = order.compactMap { all[$0] }.filter { $0.isWarm && !$0.isBusy && $0.since < time }
            for conversation in idle { all.change(conversation.id) { $0.isWarm = false } }
            warm[bot] = order.filter { all[$0]?.isWarm == true }
            cooled += idle
        }
        return cooled
    }

    /// What waited when the server stopped. None of it is warm.
    static func load(in tx: ReadTransaction) throws -> WaitingConversations {
        var waiting = WaitingConversations()
        waiting.reserveCapacity(Int(try tx.first("SELECT count(*) FROM conversations") { try $0.int(0) } ?? 0))
        // In the order in which they asked.
        _ = try tx.query(
            """
            SELECT id, bot_id, version_id, chat_id, person_id, wait, is_side, journal_turns, journal_bytes, waiting_since
            FROM conversations ORDER BY waiting_since, id
            """
        ) { row in
            waiting.insert(
                WaitingConversation(
                    id: ConversationID(try row.int(0)), version: AppVersionID(try row.int(2)),
                    lane: LaneKey(bot: AccountID(try row.int(1)), chat: try row.int(3), person: try row.int(4)),
                    wait: Wait(stored: try row.bytes(5)) ?? Wait([]), isSide: try row.bool(6),
                    journal: JournalSize(turns: try row.int(7), bytes: try row.int(8)), since: try row.int(9), isWarm: false))
        }
        return waiting
    }

    /// How many run a version.
    func count(of version: AppVersionID) -> Int { byVersion[version] ?? 0 }

    /// Those of a bot that run another version.
    func others(of bot: AccountID, than version: AppVersionID) -> [ConversationID] {
        all.filter { $0.lane.bot == bot && $0.version != version }.map(\.id).sorted()
    }

    /// It goes on on another version, by replay.
    mutating func move(_ id: ConversationID, to version: AppVersionID) {
        guard let old = all[id] else { return }
        byVersion[old.version, default: 1] -= 1
        if byVersion[old.version] == 0 { byVersion[old.version] = nil }
        byVersion[version, default: 0] += 1
        if old.isWarm { warm[old.lane.bot]?.removeAll { $0 == id } }
        var moved = WaitingConversation(
            id: id, version: version, lane: old.lane, wait: old.wait, isSide: old.isSide, journal: old.journal,
            since: old.since, isWarm: false)
        moved.isBusy = old.isBusy
        moved.below = old.below
        all.insert(moved)
    }
}
