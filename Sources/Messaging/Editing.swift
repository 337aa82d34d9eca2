package import Database
package import Model

extension Messaging {
    /// A message of a chat that has not been deleted.
    package func message(_ id: MessageID, in chat: ChatID, tx: ReadTransaction) throws -> Message? {
        try tx.first(
            """
            SELECT m.id, m.chat_id, m.date, m.text, m.entities, m.attachments, m.buttons, m.reply_to, m.edited_at, m.nonce,
              m.card, a.id, a.kind, a.name, a.display
            FROM messages m JOIN accounts a ON a.id = m.sender_id
            WHERE m.id = ? AND m.chat_id = ? AND m.deleted_at IS NULL
            """,
            .int(id.value), .int(chat.value), row: { try Message(row: $0, at: 0) })
    }

    package func requireMessage(_ id: MessageID, in chat: ChatID, tx: ReadTransaction) throws -> Message {
        guard let message = try message(id, in: chat, tx: tx) else {
            throw StoaError(.messageNotFound, "There is no message \(id) in the chat \(chat). It may have been deleted.")
        }
        return message
    }

    /// Replaces text, entities and buttons of one's own message; attachments and a card stay. The same content changes nothing.
    /// - Throws: ``StoaError/Code/forbidden`` for somebody else's message.
    package func edit(
        _ id: MessageID, in chat: ChatID, to content: MessageContent, by actor: Account, tx: Transaction
    ) throws -> Message {
        _ = try membership(of: actor.id, in: chat, tx: tx)
        var message = try requireMessage(id, in: chat, tx: tx)
        guard message.from.id == actor.id else {
            throw StoaError(.forbidden, "Only its sender can edit a message.")
        }
        var content = content
        content.attachments = message.content.attachments
        content.card = message.content.card
        try ContentRules.check(content)
        guard content != message.content else { return message }
        message.content = content
        message.editedAt = clock.now()
        try tx.execute(
            "UPDATE messages SET text = ?, entities = ?, buttons = ?, edited_at = ? WHERE id = ?",
            .text(content.text), .optional(try StoredJSON.encode(content.entities)),
            .optional(try StoredJSON.encode(content.buttons)), .optional(message.editedAt), .int(id.value))
        try log(.messageEdited(message), to: try userIDs(of: chat, in: tx), in: tx)
        return message
    }

    /// Deletes a message for everybody: one's own, or in a group any if one is an admin. What it said is erased.
    package func delete(_ id: MessageID, in chat: ChatID, by actor: Account, tx: Transaction) throws {
        let membership = try membership(of: actor.id, in: chat, tx: tx)
        let message = try requireMessage(id, in: chat, tx: tx)
        let mayModerate = membership.chat.kind == .group && membership.role >= .admin
        guard message.from.id == actor.id || mayModerate else {
            throw StoaError(.forbidden, "Only its sender or an admin of the group can delete a message.")
        }
        try tx.execute(
            """
            UPDATE messages SET text = '', entities = NULL, attachments = NULL, buttons = NULL, forward = NULL, card = NULL,
              deleted_at = ? WHERE id = ?
            """,
            .int(clock.now()), .int(id.value))
        try tx.execute("DELETE FROM message_files WHERE message_id = ?", .int(id.value))
        try log(.messageDeleted(chat: chat, message: id), to: try userIDs(of: chat, in: tx), in: tx)
    }

    /// A person presses a callback button: an update to the bot that sent the message.
    /// - Returns: the id that the bot's answer will carry.
    package func press(
        button: String, of id: MessageID, in chat: ChatID, by actor: Account, tx: Transaction
    ) throws -> Int64 {
        let membership = try membership(of: actor.id, in: chat, tx: tx)
        let message = try requireMessage(id, in: chat, tx: tx)
        guard let pressed = message.content.buttons.joined().first(where: { $0.id == button }) else {
            throw StoaError(.buttonNotFound, "Message \(id) has no such button. It may have been edited; load it again.")
        }
        guard pressed.url == nil else {
            throw StoaError(.badRequest, "This button is a link. Open its url instead of pressing it.")
        }
        guard message.from.kind == .bot, try isMember(message.from.id, of: chat, in: tx) else {
            throw StoaError(.badRequest, "The bot that sent this message is no longer in the chat.")
        }
        let press = Press(id: ids.next(), button: pressed.id, text: pressed.text, data: pressed.data ?? pressed.id)
        let update = Update(
            id: UpdateID(press.id), bot: message.from.id, kind: .press, chat: membership.chat, person: actor,
            message: message, press: press, date: clock.now())
        try enqueue([update], in: tx)
        return press.id
    }

    /// What the bot says to who pressed. Only that person is told.
    package func answer(_ answer: ButtonAnswer, to person: AccountID, in tx: Transaction) throws {
        guard answer.text.unicodeScalars.count <= 200 else {
            throw StoaError(.tooLarge, "The answer to a press has at most 200 characters.")
        }
        try log(.buttonAnswer(answer), to: [person], in: tx)
    }

    package func isMember(_ account: AccountID, of chat: ChatID, in tx: ReadTransaction) throws -> Bool {
        try tx.first(
            "SELECT 1 FROM members WHERE chat_id = ? AND account_id = ?", .int(chat.value), .int(account.value)
        ) { _ in true } ?? false
    }
}
