import CSQLite

/// A row of a result: valid only inside of the closure that is given it. Columns count from 0.
package struct Row {
    let statement: OpaquePointer

    /// - Throws: ``DatabaseError/Kind/wrongType`` when the column holds something else, NULL included.
    package func int(_ column: Int) throws -> Int64 {
        guard type(column) == SQLITE_INTEGER else { throw wrong(column, "an integer") }
        return sqlite3_column_int64(statement, Int32(column))
    }

    package func intOrNil(_ column: Int) throws -> Int64? { type(column) == SQLITE_NULL ? nil : try int(column) }

    package func bool(_ column: Int) throws -> Bool { try int(column) != 0 }

    package func double(_ column: Int) throws -> Double {
        guard type(column) == SQLITE_FLOAT || type(column) == SQLITE_INTEGER else { throw wrong(column, "a number") }
        return sqlite3_column_double(statement, Int32(column))
    }

    package func text(_ column: Int) throws -> String {
        guard type(column) == SQLITE_TEXT, let bytes = sqlite3_column_text(statement, Int32(column)) else {
            throw wrong(column, "a text")
        }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    package func textOrNil(_ column: Int) throws -> String? { type(column) == SQLITE_NULL ? nil : try text(column) }

    package func bytes(_ column: Int) throws -> [UInt8] {
        guard type(column) == SQLITE_BLOB else { throw wrong(column, "bytes") }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        // SQLite gives no address for an empty blob.
        guard count > 0, let bytes = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }

    package func bytesOrNil(_ column: Int) throws -> [UInt8]? { type(column) == SQLITE_NULL ? nil : try bytes(column) }

    private func type(_ column: Int) -> Int32 { sqlite3_column_type(statement, Int32(column)) }

    private func wrong(_ column: Int, _ expected: String) -> DatabaseError {
        let sql = sqlite3_sql(statement).map { String(cString: $0) }
        return DatabaseError(.wrongType, "Column \(column) does not hold \(expected).", sql: sql)
    }
}
