import Database
import Messaging
import Model
import Synchronization

/// Waits whose time is over become updates of their conversations. They lie in the database alone, so a hundred thousand of them
/// cost no memory.
final class Deadlines: Sendable {
    private static let batch: Int64 = 200

    private let database: Database
    private let messaging: Messaging
    private let alarms: Alarms
    private let faults: Faults
    private let log: @Sendable (String) -> Void
    private let nextAlarm = Mutex<Int64>(Int64.max)

    init(database: Database, messaging: Messaging, alarms: Alarms, faults: Faults, log: @escaping @Sendable (String) -> Void) {
        self.database = database
        self.messaging = messaging
        self.alarms = alarms
        self.faults = faults
        self.log = log
    }

    func start() { check() }

    /// A wait was committed that is over at this time (milliseconds since 1970 UTC).
    func schedule(_ time: Int64) {
        let isSooner = nextAlarm.withLock { next in
            guard time < next else { return false }
            next = time
            return true
        }
        if isSooner { alarms.at(time) { [weak self] in self?.check() } }
    }

    private func check() {
        nextAlarm.withLock { $0 = Int64.max }
        let now = messaging.clock.now()
        database.write { [messaging, faults] tx in
            defer { faults.point() }
            return try Self.fire(now: now, messaging: messaging, in: tx)
        } completion: { [self] result in
            switch result {
            case .success(let next): if let next { schedule(next) }
            case .failure(let error):
                log("Waits could not be ended: \(error). Trying again in a second.")
                schedule(now + 1000)
            }
        }
    }

    /// - Returns: when the next wait is over.
    private static func fire(now: Int64, messaging: Messaging, in tx: Transaction) throws -> Int64? {
        let due = try tx.query(
            """
            SELECT c.id, c.bot_id, c.deadline_wait, h.id, h.kind, h.title, a.id, a.kind, a.name, a.display
            FROM conversations c LEFT JOIN chats h ON h.id = c.chat_id LEFT JOIN accounts a ON a.id = c.person_id
            WHERE c.deadline <= ? ORDER BY c.deadline LIMIT ?
            """,
            .int(now), .int(batch)
        ) { row in
            Update(
                id: UpdateID(messaging.ids.next()), bot: AccountID(try row.int(1)), kind: .timeout,
                chat: try row.intOrNil(3) == nil ? nil : try Chat(row: row, at: 3),
                person: try row.intOrNil(6) == nil ? nil : try Account(row: row, at: 6),
                addressee: .init(conversation: ConversationID(try row.int(0)), wait: try row.int(2)), date: now)
        }
        for update in due {
            guard let conversation = update.addressee?.conversation else { continue }
            try tx.execute("UPDATE conversations SET deadline = NULL WHERE id = ?", .int(conversation.value))
        }
        try messaging.enqueue(due, in: tx)
        return try tx.first("SELECT min(deadline) FROM conversations WHERE deadline IS NOT NULL") { try $0.intOrNil(0) } ?? nil
    }
}
