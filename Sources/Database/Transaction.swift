import CSQLite

/// A consistent view of the database, valid only inside of the closure that is given it.
package class ReadTransaction {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    package func query<T>(_ sql: SQL, _ arguments: SQLValue..., row: (Row) throws -> T) throws -> [T] {
        var rows: [T] = []
        try each(sql, arguments) {
            rows.append(try row($0))
            return true
        }
        return rows
    }

    /// The first row, and whatever else there would be left alone.
    package func first<T>(_ sql: SQL, _ arguments: SQLValue..., row: (Row) throws -> T) throws -> T? {
        var found: T?
        try each(sql, arguments) {
            found = try row($0)
            return false
        }
        return found
    }

    /// Gives back what the connection's page cache holds and does not need now.
    func releaseMemory() { sqlite3_db_release_memory(connection.handle) }

    fileprivate func each(_ sql: SQL, _ arguments: [SQLValue], _ body: (Row) throws -> Bool) throws {
        let statement = try connection.statement(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        try connection.bind(arguments, to: statement, sql)
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                throw DatabaseError(code: code, handle: connection.handle, sql: "\(sql.text)")
            }
            guard try body(Row(statement: statement)) else {
                // An INSERT … RETURNING has done its work with the first row only when it is stepped to its end.
                if sqlite3_stmt_readonly(statement) == 0 {
                    let end = sqlite3_step(statement)
                    guard end == SQLITE_DONE || end == SQLITE_ROW else {
                        throw DatabaseError(code: end, handle: connection.handle, sql: "\(sql.text)")
                    }
                }
                return
            }
        }
    }
}

/// A view that can also be changed. What is changed is there for others only after the commit.
package final class Transaction: ReadTransaction {
    fileprivate(set) var hooks: [@Sendable () -> Void] = []

    /// - Returns: how many rows were changed.
    @discardableResult
    package func execute(_ sql: SQL, _ arguments: SQLValue...) throws -> Int {
        try each(sql, arguments) { _ in true }
        return Int(sqlite3_changes(connection.handle))
    }

    /// Runs on the teller's thread once the transaction is durable, in order; never when it is rolled back. Must be short.
    package func afterCommit(_ body: @escaping @Sendable () -> Void) { hooks.append(body) }

    /// A part that is rolled back alone when it throws.
    package func savepoint<T>(_ body: () throws -> T) throws -> T {
        try execute("SAVEPOINT part")
        let hooksBefore = hooks.count
        do {
            let value = try body()
            try execute("RELEASE part")
            return value
        } catch {
            hooks.removeSubrange(hooksBefore...)
            try execute("ROLLBACK TO part")
            try execute("RELEASE part")
            throw error
        }
    }

    func takeHooks() -> [@Sendable () -> Void] {
        defer { hooks = [] }
        return hooks
    }
}
