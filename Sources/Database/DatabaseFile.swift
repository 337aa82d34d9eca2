import CSQLite
import Glibc

/// How `stoa.db` is opened, and what makes sure that it is ours.
struct DatabaseFile {
    /// "Stoa" in SQLite's `application_id`, which marks the file as ours.
    static let applicationID: Int64 = 0x5374_6F61

    let path: String
    let options: DatabaseOptions

    /// - Throws: ``DatabaseError`` for a file that is damaged or somebody else's, before anything is written to it.
    func openForWriting() throws -> Connection {
        let isNew = access(path, F_OK) != 0
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        try connection.run("PRAGMA foreign_keys = ON")
        try check(connection, isNew: isNew)
        guard try connection.text("PRAGMA journal_mode = WAL") == "wal" else {
            throw DatabaseError(.io, "The data folder's file system cannot hold a write-ahead log. Use a local disk.")
        }
        try connection.run("PRAGMA synchronous = \(options.isDurable ? "FULL" : "OFF")")
        try connection.run("PRAGMA cache_size = -65536")
        try connection.run("PRAGMA temp_store = MEMORY")
        try connection.run("PRAGMA wal_autocheckpoint = 16000")
        try connection.run("PRAGMA journal_size_limit = 67108864")
        if let pages = options.maxPages { try connection.run("PRAGMA max_page_count = \(pages)") }
        return connection
    }

    func openForReading() throws -> Connection {
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        try connection.run("PRAGMA query_only = ON")
        try connection.run("PRAGMA cache_size = -16384")
        try connection.run("PRAGMA busy_timeout = 5000")
        return connection
    }

    /// Looks whether the file is ours and whole, without changing anything.
    func examine() throws {
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        defer { connection.close() }
        guard try connection.integer("PRAGMA application_id") == Self.applicationID else {
            throw DatabaseError(.foreign, "\(path) belongs to another program.")
        }
        guard try connection.text("PRAGMA quick_check(1)") == "ok" else {
            throw DatabaseError(.corrupt, "\(path) is damaged. Restore the data folder from a backup.")
        }
    }

    private func check(_ connection: Connection, isNew: Bool) throws {
        let id = try connection.integer("PRAGMA application_id")
        let tables = try connection.integer("SELECT count(*) FROM sqlite_schema")
        if id == 0 && tables == 0 {
            try connection.run("PRAGMA application_id = \(Self.applicationID)")
            return
        }
        guard id == Self.applicationID else {
            throw DatabaseError(
                .foreign, "\(path) belongs to another program. Give a data folder of Stoa, or an empty one.")
        }
        let verdict = try connection.text("PRAGMA quick_check(1)")
        guard verdict == "ok" else {
            throw DatabaseError(.corrupt, "\(path) is damaged. Restore the data folder from a backup.")
        }
    }
}
