struct ReadJob: Sendable {
    let run: @Sendable (ReadTransaction) -> Void
    let refuse: @Sendable (any Error) -> Void
}

/// A thread with a connection that only reads. Each job sees one snapshot.
final class Reader: Sendable {
    private let thread = WorkerThread<ReadJob>()

    init(_ connection: Connection, index: Int) throws {
        let handed = Handed(connection)
        try thread.start(name: "db-reader-\(index)") { thread in
            let connection = handed.value
            while let job = thread.next(limit: 1).first { Self.run(job, on: connection) }
            connection.close()
        }
    }

    func add(_ job: ReadJob) -> Bool { thread.add(job) }
    func stop() { thread.stop() }

    private static func run(_ job: ReadJob, on connection: Connection) {
        let transaction = Transaction(connection)
        do { try transaction.execute("BEGIN") } catch {
            job.refuse(error)
            return
        }
        job.run(transaction)
        _ = try? transaction.execute("COMMIT")
    }
}
