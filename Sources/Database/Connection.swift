import CSQLite

/// One SQLite handle with its prepared statements. Used from one thread at a time.
final class Connection {
    let handle: OpaquePointer
    private var statements: [UInt: OpaquePointer] = [:]

    init(path: String, flags: Int32) throws {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let handle else {
            let error = DatabaseError(code: code, handle: nil, sql: nil)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
    }

    deinit { close() }

    private var isClosed = false

    func close() {
        guard !isClosed else { return }
        isClosed = true
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs statements that take no arguments and give no rows.
    func run(_ text: String) throws {
        let code = sqlite3_exec(handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: handle, sql: text) }
    }

    /// The first column of the first row of a query without arguments.
    func integer(_ text: String) throws -> Int64 {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, text, -1, &statement, nil)
        guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: handle, sql: text) }
        defer { sqlite3_finalize(statement) }
        let step = sqlite3_step(statement)
        guard step == SQLITE_ROW || step == SQLITE_DONE else { throw DatabaseError(code: step, handle: handle, sql: text) }
        return step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0
    }

    func statement(_ sql: SQL) throws -> OpaquePointer {
        if let known = statements[sql.key] { return known }
        var statement: OpaquePointer?
        let code = sql.text.withUTF8Buffer { text in
            text.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(
                    handle, $0.baseAddress, Int32($0.count), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            }
        }
        guard code == SQLITE_OK, let statement else {
            throw DatabaseError(code: code, handle: handle, sql: "\(sql.text)")
        }
        statements[sql.key] = statement
        return statement
    }

    func bind(_ arguments: [SQLValue], to statement: OpaquePointer, _ sql: SQL) throws {
        guard Int(sqlite3_bind_parameter_count(statement)) == arguments.count else {
            throw DatabaseError(
                .misuse, "The statement takes \(sqlite3_bind_parameter_count(statement)) arguments, not \(arguments.count).",
                sql: "\(sql.text)")
        }
        for (index, argument) in arguments.enumerated() {
            let code = Self.bind(argument, to: statement, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: handle, sql: "\(sql.text)") }
        }
    }

    private static func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .int(let value): return sqlite3_bind_int64(statement, index, value)
        case .real(let value): return sqlite3_bind_double(statement, index, value)
        case .text(var value):
            return value.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    csqlite_bind_text(statement, index, $0.baseAddress, Int32($0.count))
                }
            }
        case .blob(let value):
            return value.withUnsafeBytes { csqlite_bind_blob(statement, index, $0.baseAddress, Int32($0.count)) }
        }
    }
}

extension Connection {
    /// The first column of the first row of a query without arguments, as text.
    func text(_ text: String) throws -> String {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, text, -1, &statement, nil)
        guard code == SQLITE_OK else { throw DatabaseError(code: code, handle: handle, sql: text) }
        defer { sqlite3_finalize(statement) }
        let step = sqlite3_step(statement)
        guard step == SQLITE_ROW else { throw DatabaseError(code: step, handle: handle, sql: text) }
        return sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? ""
    }
}
