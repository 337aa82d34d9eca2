import Database
import Foundation
import Model

extension Message {
    /// From the columns id, chat_id, date, text, entities, attachments, buttons, reply_to, edited_at, nonce, card, then the
    /// sender's id, kind, name, display.
    init(row: Row, at column: Int) throws {
        self.init(
            id: MessageID(try row.int(column)), chat: ChatID(try row.int(column + 1)),
            from: try Account(row: row, at: column + 11), date: try row.int(column + 2),
            content: MessageContent(
                text: try row.text(column + 3), entities: try StoredJSON.decode(try row.textOrNil(column + 4)),
                attachments: try StoredJSON.decode(try row.textOrNil(column + 5)),
                buttons: try StoredJSON.decode(try row.textOrNil(column + 6)),
                card: try row.textOrNil(column + 10).flatMap(Card.init(stored:))),
            replyTo: try row.intOrNil(column + 7).map { MessageID($0) }, editedAt: try row.intOrNil(column + 8),
            nonce: try row.textOrNil(column + 9))
    }
}

/// The parts of a message that are lists, as JSON text; an empty list is NULL, which most messages hold.
enum StoredJSON {
    static func encode<Element: Encodable>(_ list: [Element]) throws -> String? {
        guard !list.isEmpty else { return nil }
        return String(decoding: try JSONEncoder().encode(list), as: UTF8.self)
    }

    static func decode<Element: Decodable>(_ text: String?) throws -> [Element] {
        guard let text else { return [] }
        return try JSONDecoder().decode([Element].self, from: Data(text.utf8))
    }
}
