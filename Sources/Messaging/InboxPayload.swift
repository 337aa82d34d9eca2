import Foundation
import Model

/// What an inbox entry holds beyond its references.
enum InboxPayload {
    private struct StoredPress: Codable {
        let id: Int64
        let button: String
        let text: String
        let data: String
    }

    static func encode(_ update: Update) throws -> [UInt8]? {
        guard let press = update.press else { return update.payload.isEmpty ? nil : update.payload }
        let stored = StoredPress(id: press.id, button: press.button, text: press.text, data: press.data)
        return [UInt8](try JSONEncoder().encode(stored))
    }

    static func decodePress(_ bytes: [UInt8]) throws -> Press {
        let stored = try JSONDecoder().decode(StoredPress.self, from: Data(bytes))
        return Press(id: stored.id, button: stored.button, text: stored.text, data: stored.data)
    }
}
