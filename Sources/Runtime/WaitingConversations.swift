import Apps
import Database
import Model

/// A conversation between two turns.
struct WaitingConversation: Sendable {
    let id: ConversationID
    let version: AppVersionID
    let lane: LaneKey
    let wait: Wait
    /// Its coroutine is alive in a sandbox; else it has to be replayed.
    var isWarm: Bool
    var isBusy = false
}

/// Conversations that wait, and which of them an update is for.
struct WaitingConversations {
    private struct Place: Hashable {
        let bot: AccountID
        let chat: Int64
    }

    fileprivate var all: [ConversationID: WaitingConversation] = [:]
    private var byLane: [LaneKey: ConversationID] = [:]
    private var byPlace: [Place: ConversationID] = [:]
    private var byMessage: [MessageID: ConversationID] = [:]
    /// Those that became warm, oldest first; some may be gone or cold meanwhile.
    private var warm: [AccountID: [ConversationID]] = [:]

    var count: Int { all.count }

    subscript(_ id: ConversationID) -> WaitingConversation? { all[id] }

    func isBusy(_ id: ConversationID) -> Bool { all[id]?.isBusy ?? false }
    mutating func setBusy(_ id: ConversationID, _ isBusy: Bool) { all[id]?.isBusy = isBusy }
    mutating func setWarm(_ id: ConversationID, _ isWarm: Bool) { all[id]?.isWarm = isWarm }

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
            all[id]?.isWarm = false
            cooled.append(conversation)
            excess -= 1
        }
        warm[bot] = kept
        return cooled
    }

    /// The conversation that already waits where this one would; it is to be ended by whoever inserts another.
    func occupant(of lane: LaneKey, person: Wait.Person) -> ConversationID? {
        person == .anyone ? byPlace[Place(bot: lane.bot, chat: lane.chat)] : byLane[lane]
    }

    mutating func insert(_ conversation: WaitingConversation) {
        remove(conversation.id)
        all[conversation.id] = conversation
        switch conversation.wait.person {
        case .same: byLane[conversation.lane] = conversation.id
        case .anyone: byPlace[Place(bot: conversation.lane.bot, chat: conversation.lane.chat)] = conversation.id
        }
        if let message = conversation.wait.message { byMessage[message] = conversation.id }
        if conversation.isWarm { warm[conversation.lane.bot, default: []].append(conversation.id) }
    }

    mutating func remove(_ id: ConversationID) {
        guard let old = all.removeValue(forKey: id) else { return }
        warm[old.lane.bot]?.removeAll { $0 == id }
        let place = Place(bot: old.lane.bot, chat: old.lane.chat)
        if byLane[old.lane] == id { byLane[old.lane] = nil }
        if byPlace[place] == id { byPlace[place] = nil }
        if let message = old.wait.message, byMessage[message] == id { byMessage[message] = nil }
    }

    /// Where an update goes: a press or a reply to the conversation that sent that message; else to the one that waits for this
    /// person in this chat; else to one that waits for anyone there. Nil begins a new one, as a command and a timer always do.
    func target(of update: Update, lane: LaneKey) -> ConversationID? {
        guard update.kind == .message || update.kind == .press else { return nil }
        let about = update.kind == .press ? update.message?.id : update.message?.replyTo
        if let about, let id = byMessage[about], accepts(id, update, lane) { return id }
        if let id = byLane[lane], accepts(id, update, lane) { return id }
        if let id = byPlace[Place(bot: lane.bot, chat: lane.chat)], accepts(id, update, lane) { return id }
        return nil
    }

    private func accepts(_ id: ConversationID, _ update: Update, _ lane: LaneKey) -> Bool {
        guard let conversation = all[id], conversation.wait.accepts.contains(update.kind.name),
            conversation.lane.chat == lane.chat, conversation.lane.bot == lane.bot
        else { return false }
        // A press answers only the question it stands under.
        if update.kind == .press, conversation.wait.message != update.message?.id { return false }
        return conversation.wait.person == .anyone || conversation.lane == lane
    }
}

extension WaitingConversations {
    /// What waited when the server stopped. None of it is warm.
    static func load(in tx: ReadTransaction) throws -> WaitingConversations {
        let stored = try tx.query(
            "SELECT id, bot_id, version_id, chat_id, person_id, wait FROM conversations ORDER BY id"
        ) { row in
            WaitingConversation(
                id: ConversationID(try row.int(0)), version: AppVersionID(try row.int(2)),
                lane: LaneKey(bot: AccountID(try row.int(1)), chat: try row.int(3), person: try row.int(4)),
                wait: Wait(stored: try row.text(5)) ?? Wait(person: .same, accepts: [], message: nil), isWarm: false)
        }
        var waiting = WaitingConversations()
        for conversation in stored { waiting.insert(conversation) }
        return waiting
    }

    func contains(_ version: AppVersionID) -> Bool { all.values.contains { $0.version == version } }
}
