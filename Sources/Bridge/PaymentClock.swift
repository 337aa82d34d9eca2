package import Database
import Ledger
import Model
package import Runtime
import Synchronization

/// Ends payments whose time is over and renews subscriptions, each in a transaction with all that it tells. What is due lies in
/// the database, so nothing is forgotten while the server is down.
package final class PaymentClock: Sendable {
    private let database: Database
    private let desk: PaymentDesk
    private let subscriptions: Subscriptions
    private let alarms: Alarms
    private let log: @Sendable (String) -> Void
    private let nextAlarm = Mutex<Int64>(Int64.max)

    package init(
        database: Database, desk: PaymentDesk, alarms: Alarms, log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.desk = desk
        subscriptions = Subscriptions(payments: desk.payments)
        self.alarms = alarms
        self.log = log
    }

    /// Looks for what is due, now and from then on.
    package func start() {
        desk.due.listen { [weak self] in self?.schedule($0) }
        check()
    }

    /// Something is to happen at this time (milliseconds since 1970 UTC).
    package func schedule(_ time: Int64) {
        let isSooner = nextAlarm.withLock { next in
            guard time < next else { return false }
            next = time
            return true
        }
        if isSooner { alarms.at(time) { [weak self] in self?.check() } }
    }

    private func check() {
        nextAlarm.withLock { $0 = Int64.max }
        database.write { [subscriptions, desk] tx in
            let due = try subscriptions.takeDue(in: tx) { try desk.mayRenew($0, in: tx) }
            for change in due.payments { try desk.tell(change, in: tx) }
            for change in due.subscriptions { try desk.tell(change, in: tx) }
            return due
        } completion: { [self] result in
            switch result {
            case .success(let due):
                due.failures.forEach(log)
                if let next = due.next { schedule(next) }
            case .failure(let error):
                log("Payments that are due could not be ended or renewed: \(error). Trying again in a second.")
                schedule(subscriptions.payments.now + 1000)
            }
        }
    }
}
