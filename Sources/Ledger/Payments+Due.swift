package import Database
import Model

/// What becomes of payments and subscriptions when it is time.
extension Subscriptions {
    /// At most so many of each at once, so that nobody waits long behind them.
    private static let batch: Int64 = 100

    package struct Due: Sendable {
        package var payments: [PaymentChange] = []
        package var subscriptions: [SubscriptionChange] = []
        /// When there is something to do again; nil when there is nothing.
        package var next: Int64?
        /// What could not be done and is tried again in an hour: the rest goes on meanwhile.
        package var failures: [String] = []
    }

    private static let pause: Int64 = 3600 * 1000

    /// Ends what is over and renews what is due.
    /// - Parameter mayRenew: false puts a payment off: see ``putOff(_:in:)``.
    package func takeDue(
        in tx: Transaction, mayRenew: (Subscription) throws -> Bool = { _ in true }
    ) throws -> Due {
        let now = payments.now
        var due = Due()
        let over = try tx.query(
            "SELECT * FROM payments WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", .int(now), .int(Self.batch),
            row: Payment.init(row:))
        for payment in over {
            do {
                due.payments.append(try tx.savepoint { try payments.expire(payment, in: tx) })
            } catch let error as StoaError {
                due.failures.append("The payment \(payment.id) could not be ended: \(error.message)")
                try tx.execute(
                    "UPDATE payments SET expires_at = ? WHERE id = ?", .int(now + Self.pause), .int(payment.id.value))
            }
        }
        let renewals = try tx.query(
            "SELECT * FROM subscriptions WHERE next_at <= ? ORDER BY next_at LIMIT ?", .int(now), .int(Self.batch),
            row: Subscription.init(row:))
        for subscription in renewals {
            do {
                let change = try tx.savepoint { () throws -> SubscriptionChange? in
                    guard try !subscription.state.isRunning || mayRenew(subscription) else {
                        return try putOff(subscription, in: tx)
                    }
                    return try renew(subscription, in: tx)
                }
                if let change { due.subscriptions.append(change) }
            } catch let error as StoaError {
                due.failures.append("The subscription \(subscription.id) could not be renewed: \(error.message)")
                try tx.execute(
                    "UPDATE subscriptions SET next_at = ? WHERE id = ?", .int(now + Self.pause), .int(subscription.id.value))
            }
        }
        let ends = try tx.first("SELECT min(expires_at) FROM payments WHERE expires_at IS NOT NULL") { try $0.intOrNil(0) }
        let nexts = try tx.first("SELECT min(next_at) FROM subscriptions WHERE next_at IS NOT NULL") { try $0.intOrNil(0) }
        due.next = [ends ?? nil, nexts ?? nil].compactMap { $0 }.min()
        return due
    }
}
