/// A text that begins with a command: `/order two` or, in a group, `/order@pizza two`.
package struct CommandText: Equatable, Sendable {
    /// Without the slash, lowercased.
    package let name: String
    /// The bot it is for, lowercased; nil for any bot.
    package let addressee: String?
    /// What follows, without the blanks around it.
    package let arguments: String

    package init?(_ text: String) {
        let utf8 = text.utf8
        guard utf8.first == 0x2F else { return nil }
        let word = utf8.dropFirst().prefix { $0 > 0x20 }
        let parts = word.split(separator: 0x40, maxSplits: 1, omittingEmptySubsequences: false)
        let isNameByte: (UInt8) -> Bool = { byte in
            (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || (0x30...0x39).contains(byte) || byte == 0x5F
        }
        guard let name = parts.first, (1...32).contains(name.count), name.allSatisfy(isNameByte) else { return nil }
        self.name = String(Substring(name)).lowercased()
        if parts.count == 2 {
            guard parts[1].allSatisfy(isNameByte), !parts[1].isEmpty else { return nil }
            addressee = String(Substring(parts[1])).lowercased()
        } else {
            addressee = nil
        }
        let rest = utf8[word.endIndex...].drop { $0 <= 0x20 }
        var end = rest.endIndex
        while end > rest.startIndex, rest[rest.index(before: end)] <= 0x20 { end = rest.index(before: end) }
        arguments = String(Substring(rest[..<end]))
    }
}

enum Mentions {
    /// Whether the text holds `@name` as a word of its own, in any case.
    static func text(_ text: String, names name: String) -> Bool {
        guard text.utf8.contains(0x40) else { return false }
        let name = name.lowercased()
        return text.lowercased().split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") })
            .contains { $0.hasSuffix("@" + name) }
    }
}
