/// A user or a bot: what can be a member of a chat.
package struct Account: Sendable, Equatable, Codable {
    package enum Kind: Int64, Sendable, Codable { case user = 0, bot = 1 }

    /// How much of a group a bot is told.
    package enum GroupMessages: Int64, Sendable, Codable {
        /// Every message.
        case all = 0
        /// Commands, mentions of its name, replies to its messages, presses, and answers it waits for.
        case addressed = 1
    }

    package let id: AccountID
    package let kind: Kind
    package let name: String
    package let display: String

    package init(id: AccountID, kind: Kind, name: String, display: String) {
        self.id = id
        self.kind = kind
        self.name = name
        self.display = display
    }

    /// Letters, digits and underscore, a letter first, 1 to 32 of them. Names differ in more than case.
    package static func checkName(_ name: String) throws(StoaError) {
        let bytes = name.utf8
        let letter = { (byte: UInt8) in (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
        let ok = bytes.allSatisfy { letter($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }
        guard (1...32).contains(bytes.count), ok, let first = bytes.first, letter(first) else {
            throw StoaError(
                .badRequest,
                "The name must have 1 to 32 letters (a-z), digits or underscores and begin with a letter.")
        }
    }

    /// Whether the name is the audit's for who runs the server, or like those that the server gives to trials of apps.
    package static func isReserved(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["operator", "stoa", "system", "admin", "trial"].contains(name) || name.hasPrefix("try_")
    }

    /// 1 to 64 characters (Unicode scalars) that are not all blank, none of them one that steers a screen.
    package static func checkDisplay(_ display: String) throws(StoaError) {
        guard display.isLine(upTo: 64) else {
            throw StoaError(
                .badRequest,
                "The display name must have 1 to 64 characters, not all blank, none that controls a screen or the direction of text."
            )
        }
    }
}
