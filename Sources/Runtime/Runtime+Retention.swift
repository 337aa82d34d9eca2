package import Database
package import Model

/// What an app keeps of people and chats goes when the time is over that its manifest states.
extension Runtime {
    /// Values and lines of the log deleted in one transaction: nobody is to wait long behind it.
    private static let batch: Int64 = 500

    /// Deletes what the app has not written to for longer than it says that it keeps anything: values of users and of chats, and
    /// lines of its log. Values for all who use it are its own. Turns that have read one of them run again.
    /// - Parameters:
    ///   - days: 1 or more.
    ///   - record: part of each transaction that deletes values, with how many.
    package func expire(
        _ bot: AccountID, afterDays days: Int, now: Int64, record: @escaping @Sendable (Int, Transaction) throws -> Void
    ) async throws {
        let before = now - Int64(days) * 86_400_000
        // One walk over all that there is: an index by time would cost every turn that stores something.
        var last: (scope: Int64, id: Int64, key: String) = (1, .min, "")
        while true {
            let after = last
            let page = try await database.read { tx in
                try tx.query(
                    """
                    SELECT scope, scope_id, key, written_at < ? FROM store
                    WHERE bot_id = ? AND (scope, scope_id, key) > (?, ?, ?) AND scope <= 2
                    ORDER BY scope, scope_id, key LIMIT ?
                    """, .int(before), .int(bot.value), .int(after.scope), .int(after.id), .text(after.key), .int(Self.batch)
                ) { (place: (scope: try $0.int(0), id: try $0.int(1), key: try $0.text(2)), isOld: try $0.bool(3)) }
            }
            let old = page.filter(\.isOld).map(\.place)
            if !old.isEmpty {
                try await database.write { tx in
                    let count = try old.reduce(0) { try $0 + Self.delete($1, of: bot, writtenBefore: before, in: tx) }
                    if count > 0 { try record(count, tx) }
                }
            }
            guard page.count == Self.batch, let end = page.last?.place else { break }
            last = end
        }
        while try await database.write({ try Self.deleteLog(of: bot, before: before, in: $0) }) {}
    }

    /// - Returns: 0 when it was written meanwhile.
    private static func delete(
        _ key: (scope: Int64, id: Int64, key: String), of bot: AccountID, writtenBefore date: Int64, in tx: Transaction
    ) throws -> Int {
        let bytes = try tx.first(
            """
            DELETE FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ? AND key = ? AND written_at < ?
            RETURNING length(CAST(key AS BLOB)) + length(value)
            """, .int(bot.value), .int(key.scope), .int(key.id), .text(key.key), .int(date)
        ) { try $0.int(0) }
        guard let bytes else { return 0 }
        try tx.execute("UPDATE store_usage SET bytes = bytes - ? WHERE bot_id = ?", .int(bytes), .int(bot.value))
        return 1
    }

    /// - Returns: whether there is more.
    private static func deleteLog(of bot: AccountID, before date: Int64, in tx: Transaction) throws -> Bool {
        try tx.execute(
            """
            DELETE FROM logs WHERE id IN (
              SELECT id FROM (SELECT id, date FROM logs WHERE bot_id = ? ORDER BY id LIMIT ?) WHERE date < ?)
            """, .int(bot.value), .int(batch), .int(date)) == batch
    }
}
