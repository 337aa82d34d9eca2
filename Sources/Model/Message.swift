/// One message of a chat.
package struct Message: Sendable, Equatable {
    /// Longest text, in Unicode scalars.
    package static let maxText = 4096

    package let id: MessageID
    package let chat: ChatID
    package let from: Account
    /// Milliseconds since 1970 UTC.
    package let date: Int64
    package var content: MessageContent
    package let replyTo: MessageID?
    package var editedAt: Int64?
    package let nonce: String?

    package init(
        id: MessageID, chat: ChatID, from: Account, date: Int64, content: MessageContent, replyTo: MessageID?,
        editedAt: Int64? = nil, nonce: String? = nil
    ) {
        self.id = id
        self.chat = chat
        self.from = from
        self.date = date
        self.content = content
        self.replyTo = replyTo
        self.editedAt = editedAt
        self.nonce = nonce
    }
}

/// What a message says: the part that an edit replaces.
package struct MessageContent: Sendable, Equatable {
    package var text: String
    package var entities: [Entity]
    package var attachments: [Attachment]
    package var buttons: [[Button]]
    /// Only the host gives a message a card: clients draw it from what it stands for, not from what the message says.
    package var card: Card?

    package init(
        text: String, entities: [Entity] = [], attachments: [Attachment] = [], buttons: [[Button]] = [], card: Card? = nil
    ) {
        self.text = text
        self.entities = entities
        self.attachments = attachments
        self.buttons = buttons
        self.card = card
    }
}

/// A run of formatted text. Offset and length count UTF-16 code units.
package struct Entity: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case bold, italic, underline, strikethrough, spoiler, code, pre, mention, url
        case textLink = "text_link"
        case botCommand = "bot_command"
    }

    package let type: Kind
    package let offset: Int
    package let length: Int
    /// The address behind ``Kind/textLink``.
    package let url: String?
    /// The programming language of ``Kind/pre``.
    package let language: String?

    package init(type: Kind, offset: Int, length: Int, url: String? = nil, language: String? = nil) {
        self.type = type
        self.offset = offset
        self.length = length
        self.url = url
        self.language = language
    }
}

/// A photo or a file that was uploaded before.
package struct Attachment: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable { case photo, file }

    package let type: Kind
    package let file: FileID
    package let name: String
    package let size: Int64
    package let mime: String
    package let width: Int?
    package let height: Int?

    package init(type: Kind, file: FileID, name: String, size: Int64, mime: String, width: Int?, height: Int?) {
        self.type = type
        self.file = file
        self.name = name
        self.size = size
        self.mime = mime
        self.width = width
        self.height = height
    }
}

/// A key of an inline keyboard: a link (`url`), or a callback that gives `data` back to the bot.
package struct Button: Sendable, Equatable, Codable {
    package let id: String
    package let text: String
    package let url: String?
    /// The bot's own words, up to 1,024 bytes. Never shown to clients.
    package let data: String?

    package init(id: String, text: String, url: String? = nil, data: String? = nil) {
        self.id = id
        self.text = text
        self.url = url
        self.data = data
    }
}

/// What a message shows besides its text, live: a payment, a bill, a subscription.
package struct Card: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case payment, bill, subscription }

    package let kind: Kind
    package let id: Int64

    package init(_ kind: Kind, _ id: Int64) {
        self.kind = kind
        self.id = id
    }
}

extension Card {
    /// As stored with the message: `payment 17`.
    package var stored: String { "\(kind.rawValue) \(id)" }

    package init?(stored: String) {
        let parts = stored.split(separator: " ")
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), let id = Int64(parts[1]) else { return nil }
        self.init(kind, id)
    }
}
