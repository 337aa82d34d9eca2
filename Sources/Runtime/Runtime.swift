package import Apps
import Crypto
package import Database
package import Messaging
package import Model
package import Sandbox
import Synchronization

/// Runs turns: takes updates off the inboxes of apps, runs their handlers in sandboxes, commits what they asked for.
///
/// The order is decided by ``Scheduler`` under one lock; what it decides is carried out on the thread that told it: the
/// database's writer after a commit, the sandbox's loop after an outcome. None of it blocks.
package final class Runtime: Messaging.Observer {
    package struct Limits: Sendable {
        /// Turns of one app that run at a time.
        package var turnsInFlight = 64
        /// Tries after the first, before an update goes to the dead letters.
        package var retries = 3
        /// Milliseconds before the first retry; each further one waits five times as long.
        package var firstPause: Int64 = 200
        /// Reruns after a conflict.
        package var reruns = 3
        /// Reruns of a turn whose worker or program died under another turn. Many, since it did nothing wrong: an app whose
        /// updates keep dying takes all turns along that run at that moment.
        package var losses = 1000
        /// Turns of one app in a minute; more wait. Nil for no limit.
        package var turnsPerMinute: Double? = 60_000
        /// Waiting conversations of one app whose coroutines are kept in memory; the others are replayed when they go on.
        package var warmConversations = 128
        /// Milliseconds after which such a coroutine is let go.
        package var warmFor: Int64 = 300_000
        /// Share of the app's memory limit above which the longest warm are let go.
        package var warmMemory = 0.5
        /// What the random numbers of a turn come from: the same ones when it is run again after a conflict or a crash, others
        /// when it is tried again after it failed (the second argument counts those).
        package var seed: @Sendable (UpdateID, Int) -> UInt64 = Limits.keyedSeed()
        /// The same for runs that draw pages; nil: as for turns. They run beside turns, in no certain order.
        package var drawingSeed: UInt64?
        /// Turns, and bytes, that a conversation's journal may hold until it is begun afresh.
        package var journal = JournalSize(turns: 1000, bytes: 1 << 20)

        package init() {}

        /// With a key of this process, and one way only: an app can learn the seed of its own turn from the numbers that it
        /// draws, and must not learn from it what another app draws, or what it draws itself the next time.
        private static func keyedSeed() -> @Sendable (UpdateID, Int) -> UInt64 {
            let key = (0..<32).map { _ in UInt8.random(in: 0...UInt8.max) }
            return { id, attempts in
                let input = [UInt64(bitPattern: id.value), UInt64(attempts)].flatMap { number in
                    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
                }
                let seed = HMAC.sign(input, key: key).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                return seed >> 1
            }
        }
    }

    let database: Database
    let messaging: Messaging
    let sandbox: SandboxHost
    let bridge: any BridgeTable
    let alarms: Alarms
    package let limits: Limits
    let programs: Programs
    let counters = RuntimeCounters()
    let deadlines: Deadlines
    let outbox: Outbox
    let faults: Faults
    let log: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let observer = Mutex<(any TurnObserver)?>(nil)

    struct State {
        var scheduler: Scheduler
        var contention = Contention<@Sendable () -> Void>()
        var rollouts: [AccountID: Rollout] = [:]
        var idleWaiters: [@Sendable () -> Void] = []
        /// When what a page of an app logged was last kept, in milliseconds since 1970 UTC.
        var lastPageLogs: [AccountID: Int64] = [:]
        var lastPageErrors: [AccountID: Int64] = [:]
    }

    package var clock: Clock { messaging.clock }
    package var ids: IDGenerator { messaging.ids }

    package init(
        database: Database, messaging: Messaging, sandbox: SandboxHost, bridge: any BridgeTable, alarms: Alarms,
        outbox: Outbox, limits: Limits = Limits(), faults: Faults = Faults(), log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.messaging = messaging
        self.sandbox = sandbox
        self.bridge = bridge
        self.alarms = alarms
        self.limits = limits
        self.outbox = outbox
        self.faults = faults
        deadlines = Deadlines(
            database: database, messaging: messaging, alarms: alarms, faults: faults, log: log)
        self.log = log
        programs = Programs(database: database, sandbox: sandbox, bridge: bridge)
        state = Mutex(
            State(scheduler: Scheduler(maxInFlight: limits.turnsInFlight, turnsPerMinute: limits.turnsPerMinute)))
        messaging.add(observer: self)
    }

    // MARK: Apps that run

    /// Serves every app there is. Called once, after the database is open.
    package func start() async throws {
        let found = try await database.read { tx in
            let rollouts = try AppStore.rollouts(in: tx)
            let withWork = try tx.query("SELECT DISTINCT bot_id FROM inbox WHERE dead_reason IS NULL") {
                AccountID(try $0.int(0))
            }
            return (rollouts, Set(withWork), try WaitingConversations.load(in: tx))
        }
        let now = clock.now()
        let actions = state.withLock { state in
            state.scheduler.update { $0 = found.2 }
            return found.0.flatMap { rollout in
                state.rollouts[rollout.bot] = rollout
                let actions = state.scheduler.add(rollout.bot, inboxIsEmpty: !found.1.contains(rollout.bot))
                return actions + Self.bound(&state.scheduler, by: rollout, now: now)
            }
        }
        perform(actions)
        deadlines.start()
        outbox.start()
        coolLater()
    }

    /// For clocks that tests move: waits that are over by now end.
    package func clockMoved() { deadlines.start() }

    /// New conversations of the bot begin as this says from now on.
    package func serve(_ rollout: Rollout) {
        let now = clock.now()
        let (old, actions) = state.withLock { state in
            let old = state.rollouts.updateValue(rollout, forKey: rollout.bot)
            let actions = state.scheduler.add(rollout.bot, inboxIsEmpty: old == nil)
            return (old, actions + Self.bound(&state.scheduler, by: rollout, now: now))
        }
        for version in (old?.versions ?? []).subtracting(rollout.versions) { unloadIfUnused(version) }
        perform(actions)
        observer.withLock { $0 }?.served(rollout.bot)
    }

    private static func bound(_ scheduler: inout Scheduler, by rollout: Rollout, now: Int64) -> [Scheduler.Action] {
        scheduler.setRate(rollout.bot, perMinute: rollout.quota.turnsPerMinute.map(Double.init), now: now)
            + scheduler.setPaused(rollout.bot, rollout.isStopped, now: now)
    }

    /// What all values of the bot's app and their keys may take together.
    func storeLimit(of bot: AccountID) -> Int64 {
        withState { $0.rollouts[bot]?.quota.storeMiB }.map { $0 << 20 } ?? StoreView.maxBytes
    }

    /// Takes nothing new; returns when the turns that run have been committed.
    package func stop() async {
        state.withLock { $0.scheduler.stop() }
        await whenQuiet()
    }

    /// Returns when no turn runs; one may wait for a pause to be over.
    package func whenQuiet() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if state.scheduler.inFlight > 0 { state.idleWaiters.append { continuation.resume() } }
                return state.scheduler.inFlight == 0
            }
            if isQuiet { continuation.resume() }
        }
    }

    /// Nothing runs and nothing waits in memory, though a pause may not be over.
    package var isIdle: Bool { state.withLock { $0.scheduler.isIdle } }
    package var queued: Int { state.withLock { $0.scheduler.queued } }
    package var inFlight: Int { state.withLock { $0.scheduler.inFlight } }
    package var waitingConversations: Int { state.withLock { $0.scheduler.conversations.count } }
    package var statistics: RuntimeCounters.Values { counters.values }

    // MARK: Whoever shows what apps are at

    /// Hears of all turns from now on.
    package func set(observer: any TurnObserver) { self.observer.withLock { $0 = observer } }

    func tellObserver(of turn: Turn, failure: String?) {
        let update = turn.update
        tellObserver(
            EndedTurn(
                update: update.id, bot: update.bot, kind: update.kind, chat: update.chat?.id, person: update.person?.id,
                written: turn.store.keysWritten, notes: turn.notes, failure: failure))
    }

    func tellObserver(_ turn: EndedTurn) { observer.withLock { $0 }?.ended(turn) }

    func tellObserver(of update: Update, failure: String?) {
        tellObserver(
            EndedTurn(
                update: update.id, bot: update.bot, kind: update.kind, chat: update.chat?.id, person: update.person?.id,
                written: [], notes: [], failure: failure))
    }

    // MARK: Messaging.Observer

    package func committed(_ event: Event, to recipients: [(user: AccountID, seq: Int64)]) {}

    package func committed(_ updates: [Update]) {
        let now = clock.now()
        let actions = state.withLock { state in updates.flatMap { state.scheduler.arrived($0, now: now) } }
        perform(actions)
    }

    // MARK: What the scheduler decides

    func withState<T: Sendable>(_ body: (inout State) -> T) -> T { state.withLock { body(&$0) } }

    func perform(_ actions: [Scheduler.Action]) {
        for action in actions {
            switch action {
            case .run(let update, let lane, let target):
                run(TurnJob(update: update, lane: lane, target: target))
            case .load(let bot, let after): load(bot, after: after)
            case .refill(let bot, let time):
                alarms.at(time) { [weak self] in
                    guard let self else { return }
                    let now = clock.now()
                    perform(withState { $0.scheduler.refilled(bot, now: now) })
                }
            case .wake(let lane, let time):
                alarms.at(time) { [weak self] in
                    guard let self else { return }
                    let now = clock.now()
                    perform(withState { $0.scheduler.wake(lane, now: now) })
                }
            }
        }
    }

    /// Tells the scheduler that a turn is over, and goes on with what that allows.
    /// - Parameter conversation: the one that it began; nil when it began none.
    func end(_ job: TurnJob, _ ending: Scheduler.Ending, conversation: ConversationID? = nil) {
        let now = clock.now()
        let (actions, released, idle) = state.withLock { state in
            let actions = state.scheduler.ended(
                job.lane, conversation: conversation ?? job.conversation, ending, now: now)
            let released = state.contention.release(job.lane)
            var idle: [@Sendable () -> Void] = []
            if state.scheduler.inFlight == 0 { swap(&idle, &state.idleWaiters) }
            return (actions, released, idle)
        }
        perform(actions)
        for resume in released.reruns + released.commits { resume() }
        for waiter in idle { waiter() }
    }

    private func load(_ bot: AccountID, after: UpdateID) {
        database.read { [messaging] tx in
            try messaging.pending(of: bot, after: after, limit: Scheduler.loadBatch, in: tx)
        } completion: { [weak self] result in
            guard let self else { return }
            let now = clock.now()
            switch result {
            case .success(let pending):
                let reachedEnd = pending.count < Scheduler.loadBatch
                perform(
                    withState { $0.scheduler.loaded(pending, of: bot, reachedEnd: reachedEnd, now: now) })
            case .failure(let error):
                log("The inbox of the bot \(bot) could not be read: \(error). Trying again in a second.")
                alarms.at(now + 1000) { [weak self] in self?.load(bot, after: after) }
            }
        }
    }

    /// A version with neither waiting conversations nor new ones to come needs no memory.
    func unloadIfUnused(_ version: AppVersionID) {
        let isUsed = withState { state in
            state.rollouts.values.contains { $0.versions.contains(version) }
                || state.scheduler.conversations.count(of: version) > 0
        }
        if !isUsed { programs.unload(version) }
    }
}
