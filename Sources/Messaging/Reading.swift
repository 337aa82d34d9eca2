package import Database
package import Model

/// A chat in a member's list.
package struct ChatSummary: Sendable {
    package let chat: Chat
    package let role: Chat.Role
    package let members: Int64
    /// The other one of a direct chat.
    package let peer: Account?
    package let lastMessage: Message?
    /// Messages of others after the read marker; counting stops at 1,000.
    package let unread: Int64
    package let readUpTo: MessageID
    /// How far the other one of a direct chat has read.
    package let peerReadUpTo: MessageID
}

extension Messaging {
    package static let maxUnread: Int64 = 1000

    /// Messages of a chat, newest first, older than `before` if given. `limit` is 1 to 200.
    package func history(
        of chat: ChatID, for account: AccountID, before: MessageID?, limit: Int, in tx: ReadTransaction
    ) throws -> [Message] {
        _ = try membership(of: account, in: chat, tx: tx)
        return try tx.query(
            """
            SELECT m.id, m.chat_id, m.date, m.text, m.entities, m.attachments, m.buttons, m.reply_to, m.edited_at, m.nonce,
              m.card, a.id, a.kind, a.name, a.display
            FROM messages m JOIN accounts a ON a.id = m.sender_id
            WHERE m.chat_id = ? AND m.id < ? AND m.deleted_at IS NULL ORDER BY m.id DESC LIMIT ?
            """,
            .int(chat.value), .int(before?.value ?? Int64.max), .int(Int64(limit)),
            row: { try Message(row: $0, at: 0) })
    }

    /// An account's chats in the order of their ids, newest first, those older than `before`.
    package func chats(
        of account: AccountID, before: ChatID?, limit: Int, in tx: ReadTransaction
    ) throws -> [ChatSummary] {
        let ids = try tx.query(
            "SELECT chat_id FROM members WHERE account_id = ? AND chat_id < ? ORDER BY chat_id DESC LIMIT ?",
            .int(account.value), .int(before?.value ?? Int64.max), .int(Int64(limit))
        ) { ChatID(try $0.int(0)) }
        return try ids.map { try summary(of: $0, for: account, in: tx) }
    }

    /// - Throws: ``StoaError/Code/chatNotFound`` to who is no member.
    package func summary(of chat: ChatID, for account: AccountID, in tx: ReadTransaction) throws -> ChatSummary {
        let membership = try membership(of: account, in: chat, tx: tx)
        let unread = try tx.first(
            """
            SELECT count(*) FROM (SELECT 1 FROM messages
              WHERE chat_id = ? AND id > ? AND sender_id <> ? AND deleted_at IS NULL LIMIT 1000)
            """,
            .int(chat.value), .int(membership.readUpTo.value), .int(account.value)
        ) { try $0.int(0) }
        let count = try tx.first("SELECT count(*) FROM members WHERE chat_id = ?", .int(chat.value)) { try $0.int(0) }
        let peer =
            membership.chat.kind != .direct
            ? nil
            : try tx.first(
                """
                SELECT a.id, a.kind, a.name, a.display, m.read_up_to FROM members m JOIN accounts a ON a.id = m.account_id
                WHERE m.chat_id = ? AND m.account_id <> ?
                """,
                .int(chat.value), .int(account.value)
            ) { (account: try Account(row: $0, at: 0), readUpTo: MessageID(try $0.int(4))) }
        return ChatSummary(
            chat: membership.chat, role: membership.role, members: count ?? 0, peer: peer?.account,
            lastMessage: try history(of: chat, for: account, before: nil, limit: 1, in: tx).first,
            unread: unread ?? 0, readUpTo: membership.readUpTo, peerReadUpTo: peer?.readUpTo ?? MessageID(0))
    }

    /// Moves an account's read marker forward; it never goes back. The other users of the chat are told.
    package func markRead(_ chat: ChatID, upTo message: MessageID, by account: Account, in tx: Transaction) throws {
        let membership = try membership(of: account.id, in: chat, tx: tx)
        let newest = try tx.first("SELECT COALESCE(max(id), 0) FROM messages WHERE chat_id = ?", .int(chat.value)) {
            MessageID(try $0.int(0))
        }
        let upTo = min(message, newest ?? MessageID(0))
        guard upTo > membership.readUpTo else { return }
        try tx.execute(
            "UPDATE members SET read_up_to = ? WHERE chat_id = ? AND account_id = ?",
            .int(upTo.value), .int(chat.value), .int(account.id.value))
        try log(
            .read(chat: chat, account: account.id, upTo: upTo), to: try userIDs(of: chat, in: tx), in: tx)
    }

    package func sharesChat(_ one: AccountID, _ other: AccountID, in tx: ReadTransaction) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM members a JOIN members b ON b.chat_id = a.chat_id AND b.account_id = ?2
            WHERE a.account_id = ?1 LIMIT 1
            """, .int(one.value), .int(other.value)
        ) { _ in true } ?? false
    }

    /// Users who share a chat with an account, by name, at most 1000.
    package func contacts(of account: AccountID, in tx: ReadTransaction) throws -> [Account] {
        try tx.query(
            """
            SELECT DISTINCT a.id, a.kind, a.name, a.display FROM members mine
            JOIN members m ON m.chat_id = mine.chat_id JOIN accounts a ON a.id = m.account_id
            WHERE mine.account_id = ?1 AND a.id <> ?1 AND a.kind = 0 ORDER BY a.name_key LIMIT 1000
            """, .int(account.value), row: { try Account(row: $0, at: 0) })
    }
}
