import CSQLite
import Synchronization

/// A transaction that waits for its turn: its body, and what is to be told of its end.
struct WriteJob: Sendable {
    /// Runs the body. The result's delivery is kept back until the group is durable.
    let run: @Sendable (Transaction) -> Attempt
    /// Ends it without having run it.
    let refuse: @Sendable (any Error) -> Void

    struct Attempt: Sendable {
        let error: (any Error)?
        /// Called after the commit (nil), or with what made it fail.
        let finish: @Sendable ((any Error)?) -> Void
    }
}

/// What is to be told of a group when it is over.
private struct Ends: Sendable {
    var hooks: [@Sendable () -> Void] = []
    var committed: [@Sendable ((any Error)?) -> Void] = []
    var failed: [@Sendable () -> Void] = []
    /// Why the group as a whole was not committed.
    var error: (any Error)?

    var isEmpty: Bool { committed.isEmpty && failed.isEmpty }

    func tell() {
        for hook in hooks { hook() }
        for end in committed { end(error) }
        for end in failed { end() }
    }
}

/// Figures of the writer since it started.
package struct DatabaseStatistics: Sendable {
    package var transactions: Int64 = 0
    package var failed: Int64 = 0
    /// Commits, each with one fsync.
    package var groups: Int64 = 0
    package var commitMicroseconds: Int64 = 0
    package var longestCommitMicroseconds: Int64 = 0
}

/// The one thread that writes. It takes what waits, runs each in a savepoint of its own, and commits all with one fsync.
final class Writer: Sendable {
    /// Most transactions in a group.
    static let maxGroup = 128
    /// A group ends when its work has taken this long, in microseconds.
    static let maxWork: Int64 = 4000

    private let thread = WorkerThread<WriteJob>()
    /// Tells of ends while the writer is at the next group already.
    private let teller = WorkerThread<Ends>()
    private let numbers = Mutex(DatabaseStatistics())

    init(_ connection: Connection) throws {
        let handed = Handed(connection)
        try teller.start(name: "db-teller") { thread in
            while true {
                let all = thread.next(limit: Int.max)
                if all.isEmpty { break }
                for ends in all { ends.tell() }
            }
        }
        try thread.start(name: "db-writer") { [self] thread in
            let connection = handed.value
            while true {
                let jobs = thread.next(limit: Self.maxGroup)
                if jobs.isEmpty { break }
                var rest = jobs[...]
                while !rest.isEmpty { rest = group(rest, on: connection) }
            }
            try? connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        }
    }

    var statistics: DatabaseStatistics { numbers.withLock { $0 } }

    func add(_ job: WriteJob) -> Bool { thread.add(job) }

    func stop() {
        thread.stop()
        teller.stop()
    }

    /// One commit. Returns the jobs that did not fit in.
    private func group(_ jobs: ArraySlice<WriteJob>, on connection: Connection) -> ArraySlice<WriteJob> {
        let transaction = Transaction(connection)
        var ends = Ends()
        var rest = jobs
        let started = monotonicMicroseconds()
        do {
            try transaction.execute("BEGIN IMMEDIATE")
            while let job = rest.popFirst() {
                try transaction.execute("SAVEPOINT job")
                let attempt = job.run(transaction)
                if let error = attempt.error {
                    _ = transaction.takeHooks()
                    ends.failed.append { attempt.finish(error) }
                    // Some errors (a full disk) roll back the whole transaction on their own.
                    guard sqlite3_get_autocommit(connection.handle) == 0 else { throw error }
                    try transaction.execute("ROLLBACK TO job")
                } else {
                    ends.hooks += transaction.takeHooks()
                    ends.committed.append(attempt.finish)
                }
                try transaction.execute("RELEASE job")
                if monotonicMicroseconds() - started > Self.maxWork { break }
            }
            let committing = monotonicMicroseconds()
            try transaction.execute("COMMIT")
            count(ends.committed.count, ends.failed.count, commit: monotonicMicroseconds() - committing)
        } catch {
            if sqlite3_get_autocommit(connection.handle) == 0 { try? connection.run("ROLLBACK") }
            // Not even BEGIN worked: the same would meet the others, and the first must not be tried for ever.
            if ends.isEmpty { rest.popFirst()?.refuse(error) }
            ends.hooks = []
            ends.error = error
        }
        _ = teller.add(ends)
        return rest
    }

    private func count(_ committed: Int, _ failed: Int, commit: Int64) {
        numbers.withLock { numbers in
            numbers.transactions += Int64(committed)
            numbers.failed += Int64(failed)
            numbers.groups += 1
            numbers.commitMicroseconds += commit
            numbers.longestCommitMicroseconds = max(numbers.longestCommitMicroseconds, commit)
        }
    }
}

/// Hands a connection to the thread that will be the only one to use it.
///
/// `@unchecked Sendable` because it is read once, by that thread.
final class Handed: @unchecked Sendable {
    let value: Connection
    init(_ value: Connection) { self.value = value }
}
