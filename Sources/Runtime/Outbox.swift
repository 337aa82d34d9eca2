package import Database
package import Messaging
package import Model
package import Sandbox
import Synchronization

/// What conversations ask of other servers. Kept from the commit of the turn that asked to that of the answer, so each request is
/// made at least once, whatever crashes; its id is the same each time.
package final class Outbox: Sendable {
    /// A request of a turn that was committed.
    package struct Entry: Sendable {
        /// Also the id of the wait that its answer ends.
        package let id: Int64
        package let bot: AccountID
        package let version: AppVersionID
        package let conversation: ConversationID
        package let request: BridgeValue

        package init(
            id: Int64, bot: AccountID, version: AppVersionID, conversation: ConversationID, request: BridgeValue
        ) {
            self.id = id
            self.bot = bot
            self.version = version
            self.conversation = conversation
            self.request = request
        }
    }

    /// Makes the request; the answer is what Lua gets. Must not block.
    package typealias Sender = @Sendable (Entry, _ completion: @escaping @Sendable (BridgeValue) -> Void) -> Void

    /// Requests of one app that are under way at a time; more wait.
    package static let maxInFlight = 16
    /// Requests of one app that may wait in all.
    package static let maxEntries: Int64 = 10_000

    private struct Queue {
        var inFlight = 0
        var waiting: [Entry] = []
    }

    private let database: Database
    private let messaging: Messaging
    private let alarms: Alarms
    private let faults: Faults
    private let sender: Sender
    private let log: @Sendable (String) -> Void
    private let queues = Mutex<[AccountID: Queue]>([:])

    package init(
        database: Database, messaging: Messaging, alarms: Alarms, faults: Faults = Faults(),
        log: @escaping @Sendable (String) -> Void, sender: @escaping Sender
    ) {
        self.database = database
        self.messaging = messaging
        self.alarms = alarms
        self.faults = faults
        self.sender = sender
        self.log = log
    }

    /// Makes again what was not answered when the server stopped.
    func start() {
        database.read { tx in
            try tx.query("SELECT id, bot_id, version_id, conversation_id, request FROM outbox ORDER BY id") { row in
                Entry(
                    id: try row.int(0), bot: AccountID(try row.int(1)), version: AppVersionID(try row.int(2)),
                    conversation: ConversationID(try row.int(3)), request: try BridgeValue.decode(try row.bytes(4)))
            }
        } completion: { [self] result in
            switch result {
            case .success(let entries): for entry in entries { begin(entry) }
            case .failure(let error): log("Requests of apps could not be read: \(error). They are made after the next start.")
            }
        }
    }

    /// Part of the turn's transaction; the request is made after the commit.
    /// - Throws: ``StoaError/Code/quotaExceeded``.
    package func add(_ entry: Entry, in tx: Transaction) throws {
        let count = try tx.first("SELECT count(*) FROM outbox WHERE bot_id = ?", .int(entry.bot.value)) { try $0.int(0) }
        guard count ?? 0 < Self.maxEntries else {
            throw StoaError(.quotaExceeded, "http.fetch: \(Self.maxEntries) requests of the app wait already.")
        }
        try tx.execute(
            "INSERT INTO outbox (id, bot_id, version_id, conversation_id, request, date) VALUES (?, ?, ?, ?, ?, ?)",
            .int(entry.id), .int(entry.bot.value), .int(entry.version.value), .int(entry.conversation.value),
            .blob(entry.request.encoded), .int(messaging.clock.now()))
        tx.afterCommit { [weak self] in self?.begin(entry) }
    }

    private func begin(_ entry: Entry) {
        faults.point()
        let mayStart = queues.withLock { queues in
            guard queues[entry.bot, default: Queue()].inFlight < Self.maxInFlight else {
                queues[entry.bot]?.waiting.append(entry)
                return false
            }
            queues[entry.bot, default: Queue()].inFlight += 1
            return true
        }
        if mayStart { sender(entry) { [weak self] answer in self?.finish(entry, answer) } }
    }

    /// The answer takes the request's place: both in one transaction, so that neither is lost and none is given twice.
    private func finish(_ entry: Entry, _ answer: BridgeValue) {
        faults.point()
        database.write { [messaging, faults] tx in
            defer { faults.point() }
            guard try tx.execute("DELETE FROM outbox WHERE id = ?", .int(entry.id)) == 1,
                let update = try messaging.addressed(
                    .fetched, to: Update.Addressee(conversation: entry.conversation, wait: entry.id), of: entry.bot,
                    payload: BridgeValue.array([answer]).encoded, in: tx)
            else { return }
            try messaging.enqueue([update], in: tx)
        } completion: { [self] result in
            if case .failure(let error) = result {
                log("The answer to a request could not be stored: \(error). Trying again in a second.")
                alarms.at(messaging.clock.now() + 1000) { [weak self] in self?.finish(entry, answer) }
                return
            }
            let next = queues.withLock { queues -> Entry? in
                guard var queue = queues[entry.bot] else { return nil }
                let next = queue.waiting.isEmpty ? nil : queue.waiting.removeFirst()
                if next == nil { queue.inFlight -= 1 }
                queues[entry.bot] = queue.inFlight == 0 ? nil : queue
                return next
            }
            if let next { sender(next) { [weak self] answer in self?.finish(next, answer) } }
        }
    }
}
