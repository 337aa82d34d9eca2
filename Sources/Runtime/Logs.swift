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

    package static func prune(_ bot: AccountID, keeping count: Int64, in tx: Transaction) throws {
        try tx.execute(
            """
            DELETE FROM logs WHERE bot_id = ?1 AND id <
              (SELECT COALESCE(min(id), 0) FROM (SELECT id FROM logs WHERE bot_id = ?1 ORDER BY id DESC LIMIT ?2))
            """,
            .int(bot.value), .int(count))
    }
}
