import Apps
import Database
import Identity
import Ledger
import Messaging
import Model
import Runtime

/// What has to be done now and then: old journal entries, old log lines, expired sessions and codes, files of releases that came
/// to nothing.
struct Maintenance: Sendable {
    private static let interval: Int64 = 60_000
    private static let day: Int64 = 24 * 3600 * 1000
    /// Turns of finished conversations that the journal keeps: those of a day, and no more than so many.
    private static let turnAge = day
    private static let turnsKept: Int64 = 2_000_000
    private static let logAge = 7 * day

    let database: Database
    let sessions: Sessions
    let audit: Audit
    let ledgerMark: LedgerMarkFile
    let alarms: Alarms
    let log: @Sendable (String) -> Void

    func start() {
        alarms.at(Clock.system.now() + Self.interval) { run() }
    }

    private func run() {
        let now = Clock.system.now()
        database.read { tx in
            try Journal.cutoff(now: now, age: Self.turnAge, count: Self.turnsKept, in: tx)
        } completion: { result in
            if case .success(let cutoff) = result { repeatedly("The journal") { try Journal.prune(before: cutoff, in: $0) } }
        }
        repeatedly("The apps' log") { try Logs.prune(before: now - Self.logAge, in: $0) }
        database.read { [audit] in
            try audit.keepMark(in: $0)
        } completion: { [log] result in
            if case .failure(let error) = result { log("How far the audit has come could not be noted: \(error)") }
        }
        repeatedly("Answers to idempotency keys") {
            try IdempotencyKeys.prune(before: now - IdempotencyKeys.keptFor, in: $0)
        }
        repeatedly("Actions on pages") { try Messaging.pruneActions(before: now - Messaging.actionsKeptFor, in: $0) }
        database.read {
            try Ledger.end(in: $0)
        } completion: { [ledgerMark, log] result in
            do {
                if let mark = try result.get() { try ledgerMark.write(mark) }
            } catch {
                log("How far the ledger has come could not be noted: \(error)")
            }
        }
        repeatedly("Expired sessions") { [sessions] tx in
            try sessions.removeExpired(in: tx)
            try ContactCodes.removeExpired(now: now, in: tx)
            try SignInResets.removeExpired(now: now, in: tx)
            return false
        }
        // One version at a time: there can be 32 MiB of it.
        repeatedly("Files of old releases") { tx in
            try Releases.removeOldFiles(now: now, inUse: try Runtime.versionsInUse(in: tx), in: tx)
        }
        start()
    }

    /// Runs short transactions until there is nothing left to do, so that nobody waits long behind one.
    private func repeatedly(_ what: String, _ body: @escaping @Sendable (Transaction) throws -> Bool) {
        database.write(body) { [log] result in
            switch result {
            case .success(true): repeatedly(what, body)
            case .success(false): break
            case .failure(let error): log("\(what) could not be pruned: \(error)")
            }
        }
    }
}
