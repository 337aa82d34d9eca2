package import Database
package import Model

/// A message that somebody wants to post.
package struct Draft: Sendable {
    package let chat: ChatID
    package var content: MessageContent
    package let replyTo: MessageID?
    /// Makes a second posting of the same message find the first: 1 to 64 bytes, unique per sender and chat.
    package let nonce: String?
    /// Given by the host before the commit where the sender has to know it; nil allocates one.
    package let id: MessageID?

    package init(
        chat: ChatID, content: MessageContent, replyTo: MessageID? = nil, nonce: String? = nil, id: MessageID? = nil
    ) {
        self.chat = chat
        self.content = content
        self.replyTo = replyTo
        self.nonce = nonce
        self.id = id
    }
}

package struct Posted: Sendable {
    package let message: Message
    /// False when the nonce was seen before and `message` is the one posted then.
    package let isNew: Bool
}

extension Messaging {
    /// Posts a message: itself, an event for each user in the chat, an inbox entry for each bot concerned.
    ///
    /// - Throws: ``StoaError/Code/chatNotFound`` to who is no member, ``StoaError/Code/nonceReused`` when the nonce
    ///   belongs to another text, and what ``ContentRules`` finds.
    package func post(_ draft: Draft, from sender: Account, in tx: Transaction) throws -> Posted {
        let membership = try membership(of: sender.id, in: draft.chat, tx: tx)
        if let nonce = draft.nonce, let first = try posted(nonce, by: sender, draft: draft, in: tx) {
            return Posted(message: first, isNew: false)
        }
        var content = draft.content
        try ContentRules.check(content)
        if !content.attachments.isEmpty { try resolveAttachments(&content, of: sender, in: tx) }
        let repliedTo = try draft.replyTo.flatMap { try author(of: $0, chat: draft.chat, in: tx) }
        let message = Message(
            id: draft.id ?? MessageID(ids.next()), chat: draft.chat, from: sender, date: clock.now(), content: content,
            replyTo: repliedTo == nil ? nil : draft.replyTo, nonce: draft.nonce)
        try insert(message, in: tx)
        let recipients = try recipients(of: draft.chat, in: tx)
        try log(.messageNew(message), to: recipients.filter { $0.kind == .user }.map(\.id), in: tx)
        try deliver(message, chat: membership.chat, to: recipients, repliedTo: repliedTo, in: tx)
        return Posted(message: message, isNew: true)
    }

    /// The message that this nonce posted before, if any.
    private func posted(_ nonce: String, by sender: Account, draft: Draft, in tx: Transaction) throws -> Message? {
        guard (1...64).contains(nonce.utf8.count) else {
            throw StoaError(.badRequest, "The nonce must have 1 to 64 bytes.")
        }
        let id = try tx.first(
            "SELECT id FROM messages WHERE sender_id = ? AND chat_id = ? AND nonce = ?",
            .int(sender.id.value), .int(draft.chat.value), .text(nonce)
        ) { MessageID(try $0.int(0)) }
        guard let id else { return nil }
        guard let message = try message(id, in: draft.chat, tx: tx) else {
            throw StoaError(.messageNotFound, "The message with this nonce was posted and has been deleted since.")
        }
        guard message.editedAt != nil || message.content.text == draft.content.text else {
            throw StoaError(.nonceReused, "This nonce belongs to another message. Use a new one for each message.")
        }
        return message
    }

    private func insert(_ message: Message, in tx: Transaction) throws {
        let content = message.content
        try tx.execute(
            """
            INSERT INTO messages (id, chat_id, sender_id, date, text, entities, attachments, buttons, reply_to, nonce, card)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(message.id.value), .int(message.chat.value), .int(message.from.id.value), .int(message.date),
            .text(content.text), .optional(try StoredJSON.encode(content.entities)),
            .optional(try StoredJSON.encode(content.attachments)), .optional(try StoredJSON.encode(content.buttons)),
            .optional(message.replyTo?.value), .optional(message.nonce), .optional(content.card?.stored))
        for attachment in content.attachments {
            try tx.execute(
                "INSERT OR IGNORE INTO message_files (file_id, message_id) VALUES (?, ?)",
                .int(attachment.file.value), .int(message.id.value))
        }
    }

    private func author(of message: MessageID, chat: ChatID, in tx: ReadTransaction) throws -> AccountID? {
        try tx.first(
            "SELECT sender_id FROM messages WHERE id = ? AND chat_id = ? AND deleted_at IS NULL",
            .int(message.value), .int(chat.value)
        ) { AccountID(try $0.int(0)) }
    }

    /// Puts the message into the inbox of each bot that it concerns.
    private func deliver(
        _ message: Message, chat: Chat, to recipients: [Recipient], repliedTo: AccountID?, in tx: Transaction
    ) throws {
        // Bots do not hear each other: two echoes would never end.
        guard message.from.kind == .user else { return }
        let command = CommandText(message.content.text)
        var updates: [Update] = []
        for bot in recipients where bot.kind == .bot {
            let isCommand = command.map { $0.addressee == nil || $0.addressee == bot.name.lowercased() } ?? false
            // A command that names another bot is that bot's alone.
            guard command?.addressee == nil || isCommand else { continue }
            let concerned =
                try chat.kind == .direct || bot.groupMessages == .all || isCommand || repliedTo == bot.id
                || Mentions.text(message.content.text, names: bot.name)
                || isListening(bot.id, to: message.from.id, in: chat.id, tx: tx)
            guard concerned else { continue }
            updates.append(
                Update(
                    id: UpdateID(ids.next()), bot: bot.id, kind: isCommand ? .command : .message, chat: chat,
                    person: message.from, message: message, date: message.date))
        }
        try enqueue(updates, in: tx)
    }
}
