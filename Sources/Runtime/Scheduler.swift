import Model

/// Which updates wait behind each other: those of one app with one person in one chat.
struct LaneKey: Hashable, Sendable {
    let bot: AccountID
    let chat: Int64
    let person: Int64

    init(bot: AccountID, chat: Int64, person: Int64) {
        self.bot = bot
        self.chat = chat
        self.person = person
    }

    /// Where a person's updates lie, and the conversations that wait for them.
    init(place update: Update) {
        self.init(bot: update.bot, chat: update.chat?.id.value ?? 0, person: update.person?.id.value ?? 0)
    }

    /// What an update waits behind. What no person did waits for nobody: neither a conversation's time-out behind what its person
    /// says elsewhere, nor one webhook behind another.
    init(_ update: Update) {
        if let conversation = update.addressee?.conversation {
            self.init(bot: update.bot, chat: -1, person: conversation.value)
        } else {
            switch update.kind {
            case .call, .task, .webhook, .upgrade: self.init(bot: update.bot, chat: -2, person: update.id.value)
            default: self.init(place: update)
            }
        }
    }
}

/// Decides which turn runs when. Pure: it is told what happened and answers what is to be done.
///
/// Updates of one lane run one after another, and so do those of one conversation; lanes run in parallel up to the app's limit.
/// Memory holds at most `maxQueued` updates of an app; the rest stays in the inbox on disk until there is room.
struct Scheduler {
    enum Action {
        case run(Update, lane: LaneKey, WaitingConversations.Target)
        /// Read the inbox of a bot behind this id.
        case load(AccountID, after: UpdateID)
        case wake(LaneKey, at: Int64)
        /// The app has had its turns of this minute.
        case refill(AccountID, at: Int64)
    }

    /// How a turn ended, as far as order is concerned.
    enum Ending {
        /// Committed or parked for good; the update is done with.
        case done
        case postponed(attempts: Int, until: Int64)
    }

    private struct Lane {
        var queue: [Update] = []
        var head = 0
        var running = false
        var isReady = false
        var notBefore: Int64 = 0

        var first: Update? { head < queue.count ? queue[head] : nil }

        mutating func removeFirst() {
            head += 1
            if head > 32, head * 2 > queue.count {
                queue.removeFirst(head)
                head = 0
            }
        }
    }

    private struct AppEntry {
        var inFlight = 0
        var queued = 0
        var lastQueued = UpdateID(0)
        /// The inbox holds more than memory does.
        var overflows = true
        var isLoading = false
        /// Something arrived while the inbox was being read, maybe too late for that reading.
        var missed = false
        /// Lanes that could run but for the app's limits, in the order in which they came.
        var ready: [LaneKey] = []
        var tokens: Double
        var refilledAt: Int64 = 0
        var waitsForRefill = false
        /// Its updates stay where they are.
        var isPaused = false
        var rate: Rate?

        init(overflows: Bool, rate: Rate?) {
            self.overflows = overflows
            self.rate = rate
            tokens = rate?.burst ?? 0
        }
    }

    /// Turns of an app in a second, and how many it may save up.
    private struct Rate {
        let perSecond: Double
        let burst: Double

        init(perMinute: Double) {
            perSecond = perMinute / 60
            burst = max(1, perMinute / 6)
        }
    }

    static let maxQueued = 10_000
    static let loadBatch = 1000

    /// Turns of one app that run at a time.
    let maxInFlight: Int
    /// Of apps that have no other; nil for no limit.
    private let rate: Rate?
    private(set) var inFlight = 0
    private var isStopped = false
    private var apps: [AccountID: AppEntry] = [:]
    private var lanes: [LaneKey: Lane] = [:]
    private(set) var conversations = WaitingConversations()
    private var blocked: [ConversationID: [LaneKey]] = [:]

    init(maxInFlight: Int, turnsPerMinute: Double? = nil) {
        self.maxInFlight = maxInFlight
        rate = turnsPerMinute.map(Rate.init(perMinute:))
    }

    var queued: Int { apps.values.reduce(0) { $0 + $1.queued } }
    var isIdle: Bool { inFlight == 0 && apps.values.allSatisfy { $0.queued == 0 && !$0.overflows } }

    func knows(_ bot: AccountID) -> Bool { apps[bot] != nil }

    /// An app's bot begins to be served: its inbox is read, then followed.
    mutating func add(_ bot: AccountID, inboxIsEmpty: Bool) -> [Action] {
        guard apps[bot] == nil else { return [] }
        apps[bot] = AppEntry(overflows: !inboxIsEmpty, rate: rate)
        return inboxIsEmpty ? [] : loadMore(bot)
    }

    mutating func arrived(_ update: Update, now: Int64) -> [Action] {
        // A reading of the inbox may have met the update before it was told of.
        guard let app = apps[update.bot], update.id > app.lastQueued else { return [] }
        guard !app.overflows else {
            apps[update.bot]?.missed = true
            return []
        }
        guard app.queued < Self.maxQueued else {
            apps[update.bot]?.overflows = true
            return []
        }
        enqueue(update, notBefore: 0)
        return startNext(LaneKey(update), now: now)
    }

    /// - Parameter reachedEnd: whether this was all that the inbox held at that moment.
    mutating func loaded(
        _ updates: [(update: Update, nextAt: Int64)], of bot: AccountID, reachedEnd: Bool, now: Int64
    ) -> [Action] {
        apps[bot]?.isLoading = false
        var actions: [Action] = []
        for (update, nextAt) in updates {
            enqueue(update, notBefore: nextAt)
            actions += startNext(LaneKey(update), now: now)
        }
        if reachedEnd, apps[bot]?.missed == false { apps[bot]?.overflows = false }
        return actions + loadMore(bot)
    }

    mutating func wake(_ lane: LaneKey, now: Int64) -> [Action] { startNext(lane, now: now) }

    mutating func refilled(_ bot: AccountID, now: Int64) -> [Action] {
        apps[bot]?.waitsForRefill = false
        return startReady(bot, now: now)
    }

    mutating func ended(
        _ lane: LaneKey, conversation: ConversationID?, _ ending: Ending, now: Int64
    ) -> [Action] {
        inFlight -= 1
        apps[lane.bot]?.inFlight -= 1
        var actions: [Action] = []
        lanes[lane]?.running = false
        switch ending {
        case .done:
            lanes[lane]?.removeFirst()
            lanes[lane]?.notBefore = 0
            apps[lane.bot]?.queued -= 1
            if lanes[lane]?.first == nil { lanes[lane] = nil }
        case .postponed(let attempts, let until):
            if let head = lanes[lane]?.head { lanes[lane]?.queue[head].attempts = attempts }
            lanes[lane]?.notBefore = until
        }
        if let conversation { actions += release(conversation, now: now) }
        actions += startNext(lane, now: now)
        actions += startReady(lane.bot, now: now)
        return actions + loadMore(lane.bot)
    }

    /// Keeps a conversation that waits from going on. False when there is none or it goes on already.
    mutating func hold(_ conversation: ConversationID) -> Bool {
        guard conversations[conversation]?.isBusy == false else { return false }
        conversations.setBusy(conversation, true)
        return true
    }

    /// Lets it go on with what came meanwhile.
    mutating func release(_ conversation: ConversationID, now: Int64) -> [Action] {
        conversations.setBusy(conversation, false)
        return (blocked.removeValue(forKey: conversation) ?? []).flatMap { startNext($0, now: now) }
    }

    /// Nothing of the bot begins while it is paused; what runs is finished, and what comes waits.
    mutating func setPaused(_ bot: AccountID, _ isPaused: Bool, now: Int64) -> [Action] {
        apps[bot]?.isPaused = isPaused
        return isPaused ? [] : startReady(bot, now: now)
    }

    /// How many turns of the bot may begin in a minute from now on; nil for as many as of any other app.
    mutating func setRate(_ bot: AccountID, perMinute: Double?, now: Int64) -> [Action] {
        let new = perMinute.map(Rate.init(perMinute:)) ?? rate
        if apps[bot]?.rate == nil, let new {
            apps[bot]?.tokens = new.burst
            apps[bot]?.refilledAt = now
        }
        apps[bot]?.rate = new
        // An alarm set for the rate before may be far off. When it comes all the same, it does no harm.
        apps[bot]?.waitsForRefill = false
        return startReady(bot, now: now)
    }

    mutating func stop() { isStopped = true }

    mutating func update(_ change: (inout WaitingConversations) -> Void) { change(&conversations) }

    private mutating func enqueue(_ update: Update, notBefore: Int64) {
        let key = LaneKey(update)
        lanes[key, default: Lane()].queue.append(update)
        if notBefore > 0, lanes[key]?.first?.id == update.id { lanes[key]?.notBefore = notBefore }
        apps[update.bot]?.queued += 1
        apps[update.bot]?.lastQueued = update.id
    }

    private mutating func startNext(_ key: LaneKey, now: Int64) -> [Action] {
        guard !isStopped, let lane = lanes[key], !lane.running, let update = lane.first else { return [] }
        guard lane.notBefore <= now else { return [.wake(key, at: lane.notBefore)] }
        guard hasRoom(key.bot, now: now) else {
            if !lane.isReady {
                lanes[key]?.isReady = true
                apps[key.bot]?.ready.append(key)
            }
            return waitForRefill(key.bot, now: now)
        }
        let target = conversations.target(of: update, lane: key)
        if case .conversation(let conversation, _) = target {
            if conversations.isBusy(conversation) {
                blocked[conversation, default: []].append(key)
                return []
            }
            conversations.setBusy(conversation, true)
        }
        lanes[key]?.running = true
        apps[key.bot]?.inFlight += 1
        if apps[key.bot]?.rate != nil { apps[key.bot]?.tokens -= 1 }
        inFlight += 1
        return [.run(update, lane: key, target)]
    }

    private mutating func startReady(_ bot: AccountID, now: Int64) -> [Action] {
        var actions: [Action] = []
        while hasRoom(bot, now: now), let key = apps[bot]?.ready.first {
            apps[bot]?.ready.removeFirst()
            lanes[key]?.isReady = false
            actions += startNext(key, now: now)
        }
        return actions + waitForRefill(bot, now: now)
    }

    private mutating func hasRoom(_ bot: AccountID, now: Int64) -> Bool {
        guard let app = apps[bot], app.inFlight < maxInFlight, !app.isPaused else { return false }
        guard let rate = app.rate else { return true }
        let gained = Double(max(0, now - app.refilledAt)) / 1000 * rate.perSecond
        let tokens = min(rate.burst, app.tokens + gained)
        apps[bot]?.tokens = tokens
        apps[bot]?.refilledAt = now
        return tokens >= 1
    }

    private mutating func waitForRefill(_ bot: AccountID, now: Int64) -> [Action] {
        guard let app = apps[bot], let rate = app.rate, !app.ready.isEmpty, app.tokens < 1, !app.waitsForRefill else { return [] }
        apps[bot]?.waitsForRefill = true
        return [.refill(bot, at: now + Int64(((1 - app.tokens) / rate.perSecond * 1000).rounded(.up)))]
    }

    private mutating func loadMore(_ bot: AccountID) -> [Action] {
        guard let app = apps[bot], app.overflows, !app.isLoading, !isStopped,
            app.queued <= Self.maxQueued - 2 * Self.loadBatch
        else { return [] }
        apps[bot]?.isLoading = true
        apps[bot]?.missed = false
        return [.load(bot, after: app.lastQueued)]
    }
}
