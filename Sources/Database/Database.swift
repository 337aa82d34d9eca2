import Glibc
import Synchronization

package struct DatabaseOptions: Sendable {
    /// False gives up durability for speed: for tests and simulations only.
    package var isDurable = true
    /// Threads that read.
    package var readers = 2
    /// Largest size of the file in pages of 4 KiB; nil for no bound.
    package var maxPages: Int64?

    package init() {}
}

/// SQL behind an interface that knows no engine: SQLite in a folder now.
///
/// One thread writes, in groups that share an fsync; others read consistent snapshots meanwhile (WAL). Bodies run on these
/// threads and must neither block on anything else nor call back into the database.
package final class Database: Sendable {
    private let writer: Writer
    private let readers: [Reader]
    private let lock: FolderLock
    private let turn = Atomic<Int>(0)

    /// Opens or makes `folder/stoa.db` and brings its schema up to date.
    /// - Throws: ``DatabaseError``: locked by another server, not ours, damaged, or from a newer Stoa. Then nothing was
    ///   written.
    package static func open(
        folder: String, migrations: [Migration], options: DatabaseOptions = DatabaseOptions()
    ) throws -> Database {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            let reason = String(cString: strerror(errno))
            throw DatabaseError(.io, "The data folder \(folder) cannot be made: \(reason). Name another one.")
        }
        let lock = try FolderLock(folder: folder)
        let file = DatabaseFile(path: folder + "/stoa.db", options: options)
        let connection = try file.openForWriting()
        try Migrator(connection).apply(migrations)
        let readers = try (0..<max(1, options.readers)).map { try Reader(try file.openForReading(), index: $0) }
        return Database(writer: try Writer(connection), readers: readers, lock: lock)
    }

    /// Looks whether the folder's database is one of ours and whole, also while a server runs. Nothing is changed; a folder
    /// without a
    /// database is fine.
    /// - Throws: ``DatabaseError``. Blocks.
    package static func examine(folder: String) throws {
        guard access(folder + "/stoa.db", F_OK) == 0 else { return }
        try DatabaseFile(path: folder + "/stoa.db", options: DatabaseOptions()).examine()
    }

    private init(writer: Writer, readers: [Reader], lock: FolderLock) {
        self.writer = writer
        self.readers = readers
        self.lock = lock
    }

    package var statistics: DatabaseStatistics { writer.statistics }

    /// Runs `body` as one transaction. `completion` is called on the teller's thread once it is durable, or with what made
    /// it fail: what `body` threw, or why the commit failed. Must be short.
    package func write<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let job = WriteJob(
            run: { transaction in
                do {
                    let value = try body(transaction)
                    return WriteJob.Attempt(error: nil) { completion($0.map { .failure($0) } ?? .success(value)) }
                } catch {
                    return WriteJob.Attempt(error: error) { completion(.failure($0 ?? error)) }
                }
            },
            refuse: { completion(.failure($0)) })
        if !writer.add(job) { completion(.failure(DatabaseError.closed)) }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            write(body) { continuation.resume(with: $0) }
        }
    }

    /// Runs `body` on a reader's thread over a consistent snapshot.
    package func read<T: Sendable>(
        _ body: @escaping @Sendable (ReadTransaction) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let index = turn.wrappingAdd(1, ordering: .relaxed).newValue
        let job = ReadJob(
            run: { transaction in completion(Result { try body(transaction) }) },
            refuse: { completion(.failure($0)) })
        let reader = readers[Int(UInt(bitPattern: index) % UInt(readers.count))]
        if !reader.add(job) { completion(.failure(DatabaseError.closed)) }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (ReadTransaction) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            read(body) { continuation.resume(with: $0) }
        }
    }

    /// Gives the page caches back, on the threads that own them. What is read next comes from the file again.
    /// - Parameter completion: called when the writer has done so.
    package func releaseMemory(completion: @escaping @Sendable () -> Void) {
        for reader in readers {
            _ = reader.add(ReadJob(run: { $0.releaseMemory() }, refuse: { _ in }))
        }
        write({ $0.releaseMemory() }, completion: { _ in completion() })
    }

    /// Lets what is queued finish, moves the WAL into the file, ends the threads. Blocks; a second call does nothing.
    package func close() {
        for reader in readers { reader.stop() }
        writer.stop()
        lock.release()
    }
}
