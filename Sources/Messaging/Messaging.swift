package import Database
package import Model

/// The core router: accounts, chats, messages, each user's event log, each bot's inbox.
///
/// Every function that changes something takes the transaction it is part of and opens none. What others must hear of
/// (events, updates) is told through `observer`, once the transaction is durable.
package final class Messaging: Sendable {
    /// Hears what was committed, on the database's teller thread: must be short.
    package protocol Observer: AnyObject, Sendable {
        /// `recipients` in no particular order; `seq` is 0 for what is not logged.
        func committed(_ event: Event, to recipients: [(user: AccountID, seq: Int64)])
        func committed(_ updates: [Update])
    }

    package let ids: IDGenerator
    package let clock: Clock
    package let limits: RateLimiter
    private let observers: ObserverList

    package init(ids: IDGenerator, clock: Clock, limits: RateLimiter) {
        self.ids = ids
        self.clock = clock
        self.limits = limits
        observers = ObserverList()
    }

    package func add(observer: any Observer) { observers.add(observer) }

    func tell(_ updates: [Update], after transaction: Transaction) {
        guard !updates.isEmpty else { return }
        transaction.afterCommit { [observers] in
            for observer in observers.all { observer.committed(updates) }
        }
    }

    func tell(_ event: Event, to recipients: [(user: AccountID, seq: Int64)], after transaction: Transaction) {
        guard !recipients.isEmpty else { return }
        transaction.afterCommit { [observers] in
            for observer in observers.all { observer.committed(event, to: recipients) }
        }
    }

    /// Tells the members of a chat something that is not logged.
    package func tellNow(_ event: Event, to users: [AccountID]) {
        let recipients = users.map { (user: $0, seq: Int64(0)) }
        for observer in observers.all { observer.committed(event, to: recipients) }
    }

    /// The highest id that any table of the router holds, for ``IDGenerator/raise(above:)`` at start.
    package static func highestID(in tx: ReadTransaction) throws -> Int64 {
        let highest = try tx.first(
            """
            SELECT max(COALESCE((SELECT max(id) FROM accounts), 0), COALESCE((SELECT max(id) FROM chats), 0),
              COALESCE((SELECT max(id) FROM messages), 0), COALESCE((SELECT max(id) FROM inbox), 0),
              COALESCE((SELECT max(id) FROM files), 0))
            """
        ) { try $0.int(0) }
        return highest ?? 0
    }
}
