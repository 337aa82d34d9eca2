package import Database
package import Model

/// An inbox is a bot's durable queue of updates. An entry leaves it in the transaction of the turn that consumed it.
extension Messaging {
    /// Puts updates into their bots' inboxes and tells the observers after the commit.
    package func enqueue(_ updates: [Update], in tx: Transaction) throws {
        for update in updates {
            try tx.execute(
                """
                INSERT INTO inbox (id, bot_id, kind, chat_id, person_id, message_id, payload, conversation_id, wait_id, date)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .int(update.id.value), .int(update.bot.value), .int(update.kind.rawValue),
                .optional(update.chat?.id.value), .optional(update.person?.id.value),
                .optional(update.message?.id.value), .optional(try InboxPayload.encode(update)),
                .optional(update.addressee?.conversation.value), .optional(update.addressee?.wait), .int(update.date))
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

    /// What waits in a bot's inbox after `id`, in order, with the time before which it must not be tried again.
    package func pending(
        of bot: AccountID, after id: UpdateID, limit: Int, in tx: ReadTransaction
    ) throws -> [(update: Update, nextAt: Int64)] {
        try tx.query(
            "SELECT * FROM updates WHERE bot_id = ? AND id > ? AND dead_reason IS NULL ORDER BY id LIMIT ?",
            .int(bot.value), .int(id.value), .int(Int64(limit))
        ) { (try Update(row: $0, bot: bot), try $0.int(5)) }
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
        let waits = try tx.first(
            "SELECT 1 FROM listening WHERE bot_id = ? AND chat_id = ? AND person_id IN (0, ?)",
            .int(bot.value), .int(chat.value), .int(person.value)
        ) { _ in true }
        if waits == true { return true }
        return try tx.first(
            "SELECT 1 FROM hearing WHERE bot_id = ? AND chat_id = ? AND (until IS NULL OR until > ?)",
            .int(bot.value), .int(chat.value), .int(clock.now())
        ) { _ in true } ?? false
    }

    /// Ends what a bot may hear of groups beyond what is addressed to it.
    package func stopHearing(_ bot: AccountID, tx: Transaction) throws {
        try tx.execute("DELETE FROM hearing WHERE bot_id = ?", .int(bot.value))
    }

    /// Whether a bot that hears only what is addressed to it hears all of a group, because somebody who may has allowed it.
    /// - Parameters:
    ///   - hears: false ends it.
    ///   - until: milliseconds since 1970 UTC; nil without end.
    package func setHearing(_ bot: AccountID, _ hears: Bool, in chat: ChatID, until: Int64?, tx: Transaction) throws {
        guard hears else {
            try tx.execute("DELETE FROM hearing WHERE bot_id = ? AND chat_id = ?", .int(bot.value), .int(chat.value))
            return
        }
        try tx.execute(
            """
            INSERT INTO hearing (bot_id, chat_id, until) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET until = excluded.until
            """, .int(bot.value), .int(chat.value), .optional(until))
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

extension Update {
    /// From the columns of the view `updates`.
    init(row: borrowing Row, bot: AccountID) throws {
        let kind = Kind(rawValue: try row.int(1)) ?? .message
        let payload = try row.bytesOrNil(2) ?? []
        var addressee: Addressee?
        if let conversation = try row.intOrNil(28), let wait = try row.intOrNil(29) {
            addressee = Addressee(conversation: ConversationID(conversation), wait: wait)
        }
        self.init(
            id: UpdateID(try row.int(0)), bot: bot, kind: kind,
            chat: try row.intOrNil(6) == nil ? nil : try Chat(row: row, at: 6),
            person: try row.intOrNil(9) == nil ? nil : try Account(row: row, at: 9),
            message: try row.intOrNil(13) == nil ? nil : try Message(row: row, at: 13),
            press: kind == .press ? try InboxPayload.decodePress(payload) : nil,
            payload: kind == .press ? [] : payload, addressee: addressee, date: try row.int(3),
            attempts: Int(try row.int(4)))
    }
}
