package import Database
package import Model

/// An inbox is a bot's durable queue of updates. An entry leaves it in the transaction of the turn that consumed it.
extension Messaging {
    /// Puts updates into their bots' inboxes and tells the observers after the commit.
    package func enqueue(_ updates: [Update], in tx: Transaction) throws {
        for update in updates {
            try tx.execute(
                """
                INSERT INTO inbox (id, bot_id, kind, chat_id, person_id, message_id, payload, date)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .int(update.id.value), .int(update.bot.value), .int(update.kind.rawValue),
                .optional(update.chat?.id.value), .optional(update.person?.id.value),
                .optional(update.message?.id.value), .optional(try InboxPayload.encode(update)), .int(update.date))
        }
        tell(updates, after: tx)
    }

    /// Takes an update off its inbox. False when it is not there (any more): then nothing may be committed for it.
    package func consume(_ id: UpdateID, of bot: AccountID, in tx: Transaction) throws -> Bool {
        try tx.execute(
            "DELETE FROM inbox WHERE bot_id = ? AND id = ? AND dead_reason IS NULL", .int(bot.value), .int(id.value)) == 1
    }

    /// Notes a failed try. The update stays first in its conversation until `nextAt` (milliseconds).
    package func postpone(
        _ id: UpdateID, of bot: AccountID, attempts: Int, until nextAt: Int64, in tx: Transaction
    ) throws {
        try tx.execute(
            "UPDATE inbox SET attempts = ?, next_at = ? WHERE bot_id = ? AND id = ?", .int(Int64(attempts)),
            .int(nextAt), .int(bot.value), .int(id.value))
    }

    /// Parks an update among the dead letters of its app.
    package func bury(_ id: UpdateID, of bot: AccountID, reason: String, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE inbox SET dead_reason = ? WHERE bot_id = ? AND id = ?", .text(String(reason.prefix(2000))),
            .int(bot.value), .int(id.value))
    }

    package func deadLetters(of bot: AccountID, in tx: ReadTransaction) throws -> Int64 {
        try tx.first(
            "SELECT count(*) FROM inbox WHERE bot_id = ? AND dead_reason IS NOT NULL", .int(bot.value)
        ) { try $0.int(0) } ?? 0
    }

    /// What waits in a bot's inbox after `id`, in order, with the time before which it must not be tried again.
    package func pending(
        of bot: AccountID, after id: UpdateID, limit: Int, in tx: ReadTransaction
    ) throws -> [(update: Update, nextAt: Int64)] {
        try tx.query(
            """
            SELECT i.id, i.kind, i.payload, i.date, i.attempts, i.next_at, i.chat_id, c.kind, c.title,
              p.id, p.kind, p.name, p.display,
              m.id, m.chat_id, m.date, m.text, m.entities, m.attachments, m.buttons, m.reply_to, m.edited_at, m.nonce,
              a.id, a.kind, a.name, a.display
            FROM inbox i
            LEFT JOIN chats c ON c.id = i.chat_id
            LEFT JOIN accounts p ON p.id = i.person_id
            LEFT JOIN messages m ON m.id = i.message_id AND m.deleted_at IS NULL
            LEFT JOIN accounts a ON a.id = m.sender_id
            WHERE i.bot_id = ? AND i.id > ? AND i.dead_reason IS NULL ORDER BY i.id LIMIT ?
            """,
            .int(bot.value), .int(id.value), .int(Int64(limit))
        ) { row in
            let chat = try row.intOrNil(6).map { id in
                Chat(id: ChatID(id), kind: Chat.Kind(rawValue: try row.int(7)) ?? .group, title: try row.text(8))
            }
            let kind = Update.Kind(rawValue: try row.int(1)) ?? .message
            let payload = try row.bytesOrNil(2) ?? []
            let update = Update(
                id: UpdateID(try row.int(0)), bot: bot, kind: kind, chat: chat,
                person: try row.intOrNil(9) == nil ? nil : try Account(row: row, at: 9),
                message: try row.intOrNil(13) == nil ? nil : try Message(row: row, at: 13),
                press: kind == .press ? try InboxPayload.decodePress(payload) : nil,
                payload: kind == .press ? [] : payload, date: try row.int(3), attempts: Int(try row.int(4)))
            return (update, try row.int(5))
        }
    }

    /// Lets a bot that hears only what is addressed to it hear a person (nil: anybody) in a group, because a conversation waits.
    package func listen(_ bot: AccountID, to person: AccountID?, in chat: ChatID, tx: Transaction) throws {
        try tx.execute(
            "INSERT OR IGNORE INTO listening (bot_id, chat_id, person_id) VALUES (?, ?, ?)",
            .int(bot.value), .int(chat.value), .int(person?.value ?? 0))
    }

    package func stopListening(_ bot: AccountID, to person: AccountID?, in chat: ChatID, tx: Transaction) throws {
        try tx.execute(
            "DELETE FROM listening WHERE bot_id = ? AND chat_id = ? AND person_id = ?",
            .int(bot.value), .int(chat.value), .int(person?.value ?? 0))
    }

    func isListening(_ bot: AccountID, to person: AccountID, in chat: ChatID, tx: ReadTransaction) throws -> Bool {
        try tx.first(
            "SELECT 1 FROM listening WHERE bot_id = ? AND chat_id = ? AND person_id IN (0, ?)",
            .int(bot.value), .int(chat.value), .int(person.value)
        ) { _ in true } ?? false
    }

    /// Tells the bots of a group who came or went.
    func tellBots(
        of chat: Chat, _ kind: Update.Kind, about account: Account, by actor: Account, in tx: Transaction
    ) throws {
        let bots = try recipients(of: chat.id, in: tx).filter { $0.kind == .bot && $0.id != actor.id }
        try enqueue(
            bots.map {
                Update(
                    id: UpdateID(ids.next()), bot: $0.id, kind: kind, chat: chat, person: account, date: clock.now())
            }, in: tx)
    }
}
