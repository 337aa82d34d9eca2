/// A data folder's database for who only looks, beside a server that runs on it or without one. Blocks: use it from a thread
/// where that is allowed.
package final class ReadOnlyDatabase {
    private let connection: Connection

    /// - Throws: ``DatabaseError`` when there is no database in the folder or it is not ours.
    package init(folder: String) throws {
        let file = DatabaseFile(path: folder + "/stoa.db", options: DatabaseOptions())
        connection = try file.openForReading()
    }

    deinit { connection.close() }

    /// Runs `body` over a consistent snapshot.
    package func read<T>(_ body: (ReadTransaction) throws -> T) throws -> T {
        try connection.run("BEGIN")
        defer { try? connection.run("COMMIT") }
        return try body(ReadTransaction(connection))
    }
}
