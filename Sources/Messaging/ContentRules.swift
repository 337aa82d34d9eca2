package import Model

/// What a message may hold. Pure, so that the bridge and every front door judge alike.
package enum ContentRules {
    package static let maxEntities = 100
    package static let maxAttachments = 10
    package static let maxButtonRows = 30
    package static let maxButtonsInRow = 8
    package static let maxButtonText = 64
    package static let maxButtonData = 1024
    package static let maxURL = 2048

    /// - Throws: ``StoaError/Code/badRequest`` or ``StoaError/Code/tooLarge`` that says which part is wrong.
    package static func check(_ content: MessageContent) throws {
        try checkText(content)
        try checkEntities(content.entities, of: content.text)
        guard content.attachments.count <= maxAttachments else {
            throw StoaError(.tooLarge, "A message carries at most \(maxAttachments) attachments.")
        }
        try checkButtons(content.buttons)
    }

    private static func checkText(_ content: MessageContent) throws {
        let text = content.text
        // Bytes bound scalars from above, so that the usual message is not walked.
        guard text.utf8.count <= Message.maxText || text.unicodeScalars.count <= Message.maxText else {
            throw StoaError(.tooLarge, "The text has more than \(Message.maxText) characters. Send it in parts.")
        }
        guard !content.attachments.isEmpty || text.utf8.contains(where: { $0 > 0x20 }) else {
            throw StoaError(.badRequest, "The message is empty. Give it a text or an attachment.")
        }
        guard !text.utf8.contains(0) else {
            throw StoaError(.badRequest, "The text holds the character U+0000, which no message may.")
        }
    }

    private static func checkEntities(_ entities: [Entity], of text: String) throws {
        guard !entities.isEmpty else { return }
        guard entities.count <= maxEntities else {
            throw StoaError(.tooLarge, "A message carries at most \(maxEntities) entities.")
        }
        let length = text.utf16.count
        for (index, entity) in entities.enumerated() {
            guard entity.offset >= 0, entity.length > 0, entity.length <= length, entity.offset <= length - entity.length
            else {
                throw StoaError(
                    .badRequest,
                    "entities[\(index)] reaches outside of the text, which has \(length) UTF-16 code units.")
            }
            if entity.type == .textLink {
                guard let url = entity.url else {
                    throw StoaError(.badRequest, "entities[\(index)] is a text_link without its url.")
                }
                try checkURL(url, of: "entities[\(index)]", mayBePage: false)
            } else if entity.url != nil {
                throw StoaError(.badRequest, "entities[\(index)] has a url, which only a text_link has.")
            }
            guard (entity.language?.utf8.count ?? 0) <= 64 else {
                throw StoaError(.tooLarge, "entities[\(index)].language has more than 64 bytes.")
            }
        }
    }

    private static func checkButtons(_ rows: [[Button]]) throws {
        guard rows.count <= maxButtonRows else {
            throw StoaError(.tooLarge, "A keyboard has at most \(maxButtonRows) rows.")
        }
        for (r, row) in rows.enumerated() {
            guard (1...maxButtonsInRow).contains(row.count) else {
                throw StoaError(.badRequest, "buttons[\(r)] must have 1 to \(maxButtonsInRow) buttons.")
            }
            for (b, button) in row.enumerated() {
                let place = "buttons[\(r)][\(b)]"
                guard !button.text.isEmpty, button.text.unicodeScalars.count <= maxButtonText else {
                    throw StoaError(.badRequest, "\(place).text must have 1 to \(maxButtonText) characters.")
                }
                guard (button.data?.utf8.count ?? 0) <= maxButtonData else {
                    throw StoaError(.tooLarge, "\(place).data has more than \(maxButtonData) bytes.")
                }
                if let url = button.url { try checkURL(url, of: place, mayBePage: true) }
            }
        }
    }

    /// A page of a mini-app: `stoa:a/APP/PAGE?query`. Clients open it in the chat in which the button stands.
    private static let pageScheme = "stoa:a/"

    /// Links open in a person's browser, so a scheme that runs code or reads files is refused.
    private static func checkURL(_ url: String, of place: String, mayBePage: Bool) throws {
        let schemes = ["https://", "http://", "mailto:", "tel:"] + (mayBePage ? [pageScheme] : [])
        let head = url.prefix(8).lowercased()
        guard url.utf8.count <= maxURL, schemes.contains(where: { head.hasPrefix($0) }),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw StoaError(
                .badRequest,
                "\(place).url must begin with \(mayBePage ? "stoa:a/, " : "")https://, http://, mailto: or tel: and have at most \(maxURL) bytes."
            )
        }
    }
}
