package import Database
package import Messaging
package import Model
import Synchronization

/// Durable timers: rows that become updates when they are due. A timer fires once for each time it is due, whatever crashes.
package final class Timers: Sendable {
    /// Timers that an app may have at a time.
    package static let maxTimers: Int64 = 10_000
    /// Shortest interval of a repeating timer, in milliseconds.
    package static let minEvery: Int64 = 1000
    private static let batch: Int64 = 100

    private let database: Database
    private let messaging: Messaging
    private let alarms: Alarms
    private let log: @Sendable (String) -> Void
    private let nextAlarm = Mutex<Int64>(Int64.max)

    package init(
        database: Database, messaging: Messaging, alarms: Alarms, log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.messaging = messaging
        self.alarms = alarms
        self.log = log
    }

    /// Looks for what is due, now and whenever the next timer is.
    package func start() { check() }

    /// - Throws: ``StoaError/Code/quotaExceeded``.
    package func set(
        _ id: TimerID, of bot: AccountID, chat: ChatID?, person: AccountID?, name: String, data: [UInt8], dueAt: Int64,
        every: Int64?, in tx: Transaction
    ) throws {
        let count = try tx.first("SELECT count(*) FROM timers WHERE bot_id = ?", .int(bot.value)) { try $0.int(0) }
        guard count ?? 0 < Self.maxTimers else {
            throw StoaError(.quotaExceeded, "timers: the app has \(Self.maxTimers) timers already. Cancel some.")
        }
        try tx.execute(
            "INSERT INTO timers (id, bot_id, chat_id, person_id, name, data, due_at, every_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            .int(id.value), .int(bot.value), .optional(chat?.value), .optional(person?.value), .text(name), .blob(data),
            .int(dueAt), .optional(every))
        tx.afterCommit { [weak self] in self?.schedule(dueAt) }
    }

    package static func exists(_ id: TimerID, of bot: AccountID, in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM timers WHERE id = ? AND bot_id = ?", .int(id.value), .int(bot.value)) { _ in true }
            ?? false
    }

    package static func cancel(_ id: TimerID, of bot: AccountID, in tx: Transaction) throws {
        try tx.execute("DELETE FROM timers WHERE id = ? AND bot_id = ?", .int(id.value), .int(bot.value))
    }

    private func schedule(_ time: Int64) {
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
        database.write { [messaging] tx in
            try Self.fire(now: now, messaging: messaging, in: tx)
        } completion: { [self] result in
            switch result {
            case .success(let next): if let next { schedule(next) }
            case .failure(let error):
                log("Timers could not be fired: \(error). Trying again in a second.")
                schedule(now + 1000)
            }
        }
    }

    /// Turns what is due into updates.
    /// - Returns: when the next timer is due.
    private static func fire(now: Int64, messaging: Messaging, in tx: Transaction) throws -> Int64? {
        let due = try tx.query(
            """
            SELECT t.id, t.bot_id, t.name, t.data, t.due_at, t.every_ms, t.chat_id, c.kind, c.title,
              a.id, a.kind, a.name, a.display
            FROM timers t LEFT JOIN chats c ON c.id = t.chat_id LEFT JOIN accounts a ON a.id = t.person_id
            WHERE t.due_at <= ? ORDER BY t.due_at LIMIT ?
            """,
            .int(now), .int(batch), row: DueTimer.init(row:))
        for timer in due {
            if let every = timer.every {
                // Times that passed while the server was down are one firing, not many.
                let next = timer.dueAt + every * max(1, (now - timer.dueAt) / every + 1)
                try tx.execute("UPDATE timers SET due_at = ? WHERE id = ?", .int(next), .int(timer.id))
            } else {
                try tx.execute("DELETE FROM timers WHERE id = ?", .int(timer.id))
            }
        }
        try messaging.enqueue(
            due.map { timer in
                Update(
                    id: UpdateID(messaging.ids.next()), bot: timer.bot, kind: .timer, chat: timer.chat,
                    person: timer.person, payload: timer.payload, date: now)
            }, in: tx)
        return try tx.first("SELECT min(due_at) FROM timers") { try $0.intOrNil(0) } ?? nil
    }
}
