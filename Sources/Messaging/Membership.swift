package import Database
package import Model

/// A chat as one of its members stands in it.
package struct Membership: Sendable {
    package let chat: Chat
    package let role: Chat.Role
    package let readUpTo: MessageID
}

/// A member as the router sees it when it hands out a message.
struct Recipient {
    let id: AccountID
    let kind: Account.Kind
    let groupMessages: Account.GroupMessages
    let name: String
}

extension Messaging {
    /// - Throws: ``StoaError/Code/chatNotFound``, also when the chat exists but the account is no member of it.
    package func membership(of account: AccountID, in chat: ChatID, tx: ReadTransaction) throws -> Membership {
        let found = try tx.first(
            """
            SELECT c.kind, c.title, m.role, m.read_up_to FROM members m JOIN chats c ON c.id = m.chat_id
            WHERE m.chat_id = ? AND m.account_id = ?
            """,
            .int(chat.value), .int(account.value)
        ) { row in
            Membership(
                chat: Chat(id: chat, kind: Chat.Kind(rawValue: try row.int(0)) ?? .group, title: try row.text(1)),
                role: Chat.Role(rawValue: try row.int(2)) ?? .member, readUpTo: MessageID(try row.int(3)))
        }
        guard let found else {
            throw StoaError(.chatNotFound, "There is no chat \(chat) that you are a member of.")
        }
        return found
    }

    package func members(of chat: ChatID, in tx: ReadTransaction) throws -> [(account: Account, role: Chat.Role)] {
        try tx.query(
            """
            SELECT a.id, a.kind, a.name, a.display, m.role FROM members m JOIN accounts a ON a.id = m.account_id
            WHERE m.chat_id = ? ORDER BY m.role DESC, a.id
            """,
            .int(chat.value)
        ) { (try Account(row: $0, at: 0), Chat.Role(rawValue: try $0.int(4)) ?? .member) }
    }

    package func userIDs(of chat: ChatID, in tx: ReadTransaction) throws -> [AccountID] {
        try tx.query(
            """
            SELECT a.id FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.chat_id = ? AND a.kind = 0
            """,
            .int(chat.value)
        ) { AccountID(try $0.int(0)) }
    }

    func recipients(of chat: ChatID, in tx: ReadTransaction) throws -> [Recipient] {
        try tx.query(
            """
            SELECT a.id, a.kind, a.group_messages, a.name FROM members m JOIN accounts a ON a.id = m.account_id
            WHERE m.chat_id = ?
            """,
            .int(chat.value)
        ) { row in
            Recipient(
                id: AccountID(try row.int(0)), kind: try row.int(1) == 1 ? .bot : .user,
                groupMessages: Account.GroupMessages(rawValue: try row.int(2)) ?? .addressed, name: try row.text(3))
        }
    }
}
