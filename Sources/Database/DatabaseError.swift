import CSQLite

/// What went wrong in the database: what, where, what to do. Never carries arguments or row contents.
package struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case corrupt, notADatabase, foreign, newerSchema, locked, diskFull, readOnly, closed, io, misuse, other
        case unique, foreignKey, check, notNull, constraint
        case wrongType
    }

    package let kind: Kind
    package let message: String
    /// The statement, without its arguments.
    package let sql: String?

    package init(_ kind: Kind, _ message: String, sql: String? = nil) {
        self.kind = kind
        self.message = message
        self.sql = sql
    }

    package var description: String { sql.map { "\(message) In: \($0)" } ?? message }

    init(code: Int32, handle: OpaquePointer?, sql: String?) {
        let extended = handle.map { sqlite3_extended_errcode($0) } ?? code
        let detail = String(cString: sqlite3_errstr(extended))
        (kind, message) = Self.classify(code & 0xFF, extended, detail)
        self.sql = sql
    }

    private static func classify(_ code: Int32, _ extended: Int32, _ detail: String) -> (Kind, String) {
        switch (code, extended) {
        case (SQLITE_CORRUPT, _):
            (.corrupt, "The database file is damaged. Restore the data folder from a backup.")
        case (SQLITE_NOTADB, _):
            (.notADatabase, "stoa.db is not a database. Give another data folder, or restore this one from a backup.")
        case (SQLITE_FULL, _): (.diskFull, "The disk is full. Free some space; nothing was changed.")
        case (SQLITE_BUSY, _), (SQLITE_LOCKED, _):
            (.locked, "The database is in use by another process. Stop it first.")
        case (SQLITE_READONLY, _): (.readOnly, "The database cannot be written. Check the rights of the data folder.")
        case (SQLITE_IOERR, _), (SQLITE_CANTOPEN, _):
            (.io, "The database file cannot be read or written (\(detail)). Check the disk and the rights of the data folder.")
        case (_, CSQLITE_CONSTRAINT_UNIQUE), (_, CSQLITE_CONSTRAINT_PRIMARYKEY), (_, CSQLITE_CONSTRAINT_ROWID):
            (.unique, "A row with this key exists already.")
        case (_, CSQLITE_CONSTRAINT_FOREIGNKEY): (.foreignKey, "A row refers to one that does not exist.")
        case (_, CSQLITE_CONSTRAINT_CHECK): (.check, "A value is outside of what its column allows.")
        case (_, CSQLITE_CONSTRAINT_NOTNULL): (.notNull, "A value that must be given is missing.")
        case (SQLITE_CONSTRAINT, _): (.constraint, "A value does not fit its column (\(detail)).")
        case (SQLITE_MISUSE, _), (SQLITE_RANGE, _): (.misuse, "The statement was used wrongly (\(detail)).")
        default: (.other, "The database refused the statement (\(detail)).")
        }
    }
}
