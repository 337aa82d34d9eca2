package import Database
package import Model

/// An update that its app could not handle, parked with the reason.
package struct DeadLetter: Sendable {
    package let update: Update
    package let reason: String
}

/// Dead letters stay in the inbox's table, where nothing runs them, until somebody says what becomes of them.
extension Messaging {
    /// Parks an update among the dead letters of its app.
    package func bury(_ id: UpdateID, of bot: AccountID, reason: String, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE inbox SET dead_reason = ? WHERE bot_id = ? AND id = ?", .text(String(reason.prefix(4000))),
            .int(bot.value), .int(id.value))
    }

    /// How many there are, of all apps together.
    package func countDeadLetters(in tx: ReadTransaction) throws -> Int64 {
        try tx.first("SELECT count(*) FROM inbox WHERE dead_reason IS NOT NULL") { try $0.int(0) } ?? 0
    }

    /// How many an app has.
    package func countDeadLetters(of bot: AccountID, in tx: ReadTransaction) throws -> Int64 {
        try tx.first(
            "SELECT count(*) FROM inbox WHERE bot_id = ? AND dead_reason IS NOT NULL", .int(bot.value)
        ) { try $0.int(0) } ?? 0
    }

    /// Those after `id`, oldest first.
    package func deadLetters(
        of bot: AccountID, after id: UpdateID = UpdateID(0), limit: Int, in tx: ReadTransaction
    ) throws -> [DeadLetter] {
        try tx.query(
            "SELECT * FROM updates WHERE bot_id = ? AND id > ? AND dead_reason IS NOT NULL ORDER BY id LIMIT ?",
            .int(bot.value), .int(id.value), .int(Int64(limit))
        ) { DeadLetter(update: try Update(row: $0, bot: bot), reason: try $0.text(30)) }
    }

    /// Puts a dead letter back into the inbox, behind what is there, with its tries before it.
    /// - Returns: the update under its new id; nil when there is no such dead letter.
    package func retry(deadLetter id: UpdateID, of bot: AccountID, in tx: Transaction) throws -> Update? {
        let found = try tx.first(
            "SELECT * FROM updates WHERE bot_id = ? AND id = ? AND dead_reason IS NOT NULL",
            .int(bot.value), .int(id.value)
        ) { try Update(row: $0, bot: bot) }
        guard let found, try drop(deadLetter: id, of: bot, in: tx) else { return nil }
        let update = Update(
            id: UpdateID(ids.next()), bot: bot, kind: found.kind, chat: found.chat, person: found.person,
            message: found.message, press: found.press, payload: found.payload, addressee: found.addressee, date: found.date)
        try enqueue([update], in: tx)
        return update
    }

    /// - Returns: whether there was such a dead letter.
    package func drop(deadLetter id: UpdateID, of bot: AccountID, in tx: Transaction) throws -> Bool {
        try tx.execute(
            "DELETE FROM inbox WHERE bot_id = ? AND id = ? AND dead_reason IS NOT NULL", .int(bot.value), .int(id.value)) == 1
    }
}
