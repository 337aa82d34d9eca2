import Messaging
import Model

/// How the model's words look on the wire. `sdk-docs/openapi.yaml` has the same as schemas.
extension JSONWriter {
    mutating func user(_ account: Account) {
        openObject()
        userMembers(account)
        closeObject()
    }

    mutating func userMembers(_ account: Account) {
        field("id", account.id.value)
        field("name", account.name)
        field("display", account.display)
        field("bot", account.kind == .bot)
    }

    /// - Parameter viewer: who reads it: the nonce is its sender's alone.
    mutating func message(_ message: Message, for viewer: AccountID) {
        messageWithoutNonce(message)
        nonce(viewer == message.from.id ? message.nonce : nil)
    }

    /// All of a message but its end, which ``nonce(_:)`` writes: so that one encoding serves all who read it.
    mutating func messageWithoutNonce(_ message: Message) {
        openObject()
        field("id", message.id.value)
        field("chat", message.chat.value)
        key("from")
        user(message.from)
        field("date", message.date)
        field("text", message.content.text)
        key("entities")
        entities(message.content.entities)
        key("attachments")
        attachments(message.content.attachments)
        key("buttons")
        buttons(message.content.buttons)
        field("reply_to", message.replyTo?.value)
        key("forward")
        null()
        field("edited", message.editedAt)
        key("card")
        if let card = message.content.card {
            openObject()
            field("type", card.kind.rawValue)
            field("id", card.id)
            closeObject()
        } else {
            null()
        }
    }

    mutating func nonce(_ nonce: String?) {
        field("nonce", nonce)
        closeObject()
    }

    private mutating func entities(_ entities: [Entity]) {
        openArray()
        for entity in entities {
            element()
            openObject()
            field("type", entity.type.rawValue)
            field("offset", Int64(entity.offset))
            field("length", Int64(entity.length))
            if let url = entity.url { field("url", url) }
            if let language = entity.language { field("language", language) }
            closeObject()
        }
        closeArray()
    }

    private mutating func attachments(_ attachments: [Attachment]) {
        openArray()
        for attachment in attachments {
            element()
            openObject()
            field("type", attachment.type.rawValue)
            field("file", attachment.file.value)
            field("name", attachment.name)
            field("size", attachment.size)
            field("mime", attachment.mime)
            size(width: attachment.width, height: attachment.height)
            closeObject()
        }
        closeArray()
    }

    private mutating func size(width: Int?, height: Int?) {
        if let width { field("width", Int64(width)) }
        if let height { field("height", Int64(height)) }
    }

    /// A button's `data` is the bot's own and is not shown.
    private mutating func buttons(_ rows: [[Button]]) {
        openArray()
        for row in rows {
            element()
            openArray()
            for button in row {
                element()
                openObject()
                field("id", button.id)
                field("text", button.text)
                if let url = button.url { field("url", url) }
                closeObject()
            }
            closeArray()
        }
        closeArray()
    }

    mutating func chat(_ summary: ChatSummary, for viewer: AccountID) {
        openObject()
        field("id", summary.chat.id.value)
        field("kind", summary.chat.kind.name)
        field("title", summary.chat.title)
        field("role", summary.role.name)
        field("members", summary.members)
        key("peer")
        if let peer = summary.peer { user(peer) } else { null() }
        key("last_message")
        if let last = summary.lastMessage { message(last, for: viewer) } else { null() }
        field("unread", summary.unread)
        field("read_up_to", summary.readUpTo.value)
        field("peer_read_up_to", summary.peerReadUpTo.value)
        closeObject()
    }

    mutating func member(_ account: Account, role: Chat.Role) {
        openObject()
        key("user")
        user(account)
        field("role", role.name)
        closeObject()
    }

    mutating func file(_ file: StoredFile) {
        openObject()
        field("id", file.id.value)
        field("name", file.name)
        field("size", file.size)
        field("type", file.mime)
        size(width: file.width, height: file.height)
        closeObject()
    }

    mutating func error(_ error: StoaError) {
        openObject()
        field("code", error.code.rawValue)
        field("message", error.message)
        if let seconds = error.retryAfterSeconds { field("retry_after", seconds) }
        closeObject()
    }
}

extension StoaError {
    /// Rounded up: a client that waits so long does not come too early.
    var retryAfterSeconds: Int64? { retryAfter.map { max(1, ($0 + 999) / 1000) } }
}
