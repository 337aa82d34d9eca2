package import Database
package import Model

/// What apps print and why their turns fail, for `stoa logs`.
package enum Logs {
    package struct Entry: Sendable {
        package let id: Int64
        package let turn: TurnID
        package let level: String
        package let text: String
        /// Milliseconds since 1970 UTC.
        package let date: Int64
    }

    static func append(_ turn: Turn, error: String? = nil, in tx: Transaction) throws {
        for line in turn.logs { try insert(turn, line.level, line.text, in: tx) }
        if let error { try insert(turn, "error", error, in: tx) }
    }

    private static func insert(_ turn: Turn, _ level: String, _ text: String, in tx: Transaction) throws {
        try tx.execute(
            "INSERT INTO logs (bot_id, turn_id, level, text, date) VALUES (?, ?, ?, ?, ?)",
            .int(turn.update.bot.value), .int(turn.id.value), .text(level), .text(text), .int(turn.now))
    }

    /// Lines after `id`, oldest first; with `id` nil the newest `limit`.
    package static func read(
        _ bot: AccountID, after id: Int64?, limit: Int, in tx: ReadTransaction
    ) throws -> [Entry] {
        let row: (Row) throws -> Entry = {
            Entry(
                id: try $0.int(0), turn: TurnID(try $0.int(1)), level: try $0.text(2), text: try $0.text(3),
                date: try $0.int(4))
        }
        guard let id else {
            return try tx.query(
                "SELECT id, turn_id, level, text, date FROM logs WHERE bot_id = ? ORDER BY id DESC LIMIT ?",
                .int(bot.value), .int(Int64(limit)), row: row
            ).reversed()
        }
        return try tx.query(
            "SELECT id, turn_id, level, text, date FROM logs WHERE bot_id = ? AND id > ? ORDER BY id LIMIT ?",
            .int(bot.value), .int(id), .int(Int64(limit)), row: row)
    }

    /// Forgets some lines older than `date` (milliseconds since 1970), few enough to keep nobody waiting.
    /// - Returns: whether there are more.
    package static func prune(before date: Int64, in tx: Transaction) throws -> Bool {
        let batch: Int64 = 500
        let removed = try tx.execute(
            "DELETE FROM logs WHERE id IN (SELECT id FROM (SELECT id, date FROM logs ORDER BY id LIMIT ?2) WHERE date < ?1)",
            .int(date), .int(batch))
        return removed == batch
    }
}
