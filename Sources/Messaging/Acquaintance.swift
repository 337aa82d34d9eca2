package import Database
package import Model

extension Messaging {
    /// Chats, and messages of each, that are looked through: the question must stay cheap in a busy group.
    private static let groupsSearched: Int64 = 50
    private static let messagesSearched: Int64 = 500

    /// Whether a person has used a bot: they have written in their direct chat with it, or in a group with it they have given a
    /// command that may be for it, or named it with `@name`.
    ///
    /// In groups only what was written lately counts: the newest 500 messages of the 50 groups that both joined last.
    package func hasUsed(_ bot: Account, _ person: AccountID, in tx: ReadTransaction) throws -> Bool {
        if let chat = try knownDirectChat(person, with: bot.id, in: tx), try hasWritten(person, in: chat, tx: tx) { return true }
        let groups = try tx.query(
            """
            SELECT c.id FROM members p JOIN members b ON b.chat_id = p.chat_id AND b.account_id = ?
            JOIN chats c ON c.id = p.chat_id AND c.kind <> 0 WHERE p.account_id = ? ORDER BY p.joined_at DESC LIMIT ?
            """, .int(bot.id.value), .int(person.value), .int(Self.groupsSearched)
        ) { ChatID(try $0.int(0)) }
        for group in groups where try hasAddressed(bot, person, in: group, tx: tx) { return true }
        return false
    }

    private func hasWritten(_ person: AccountID, in chat: ChatID, tx: ReadTransaction) throws -> Bool {
        try tx.first(
            "SELECT 1 FROM messages WHERE chat_id = ? AND sender_id = ? LIMIT 1", .int(chat.value), .int(person.value)
        ) { _ in true } ?? false
    }

    private func hasAddressed(_ bot: Account, _ person: AccountID, in group: ChatID, tx: ReadTransaction) throws -> Bool {
        let texts = try tx.query(
            """
            SELECT text FROM (SELECT sender_id, text FROM messages WHERE chat_id = ? ORDER BY id DESC LIMIT ?)
            WHERE sender_id = ? AND (text LIKE '/%' OR text LIKE '%@%')
            """, .int(group.value), .int(Self.messagesSearched), .int(person.value)
        ) { try $0.text(0) }
        return texts.contains { text in
            if let command = CommandText(text) { return command.addressee == nil || command.addressee == bot.name.lowercased() }
            return Mentions.text(text, names: bot.name)
        }
    }
}
