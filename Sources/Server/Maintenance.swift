import Apps
import Bridge
import Database
import Identity
import Model
import Runtime

/// What has to be done now and then: old journal entries, old log lines, expired sessions.
struct Maintenance: Sendable {
    private static let interval: Int64 = 60_000
    /// Turns of finished conversations that an app's journal keeps.
    private static let turnsKept: Int64 = 10_000
    private static let logLinesKept: Int64 = 10_000

    let database: Database
    let deployments: Deployments
    let sessions: Sessions
    let alarms: Alarms
    let log: @Sendable (String) -> Void

    func start() {
        alarms.at(Clock.system.now() + Self.interval) { run() }
    }

    /// One short transaction for each app, so that nobody waits long behind it.
    private func run() {
        for app in deployments.apps {
            database.write { tx in
                try Journal.prune(app.account, keeping: Self.turnsKept, in: tx)
                try Logs.prune(app.account, keeping: Self.logLinesKept, in: tx)
            } completion: { [log] result in
                if case .failure(let error) = result { log("The journal of \(app.name) could not be pruned: \(error)") }
            }
        }
        database.write { [sessions] tx in
            try sessions.removeExpired(in: tx)
        } completion: { [log] result in
            if case .failure(let error) = result { log("Expired sessions could not be removed: \(error)") }
        }
        start()
    }
}
