extension BridgeValue {
    /// As Lua would print it, but with a table's content: a text plainly, numbers exact, tables as `{…}`.
    package var plainText: String {
        if case .string(let text) = self { return Self.harmless(text) }
        var out = ""
        writeLiteral(to: &out)
        return out
    }

    /// A Lua literal.
    private func writeLiteral(to out: inout String) {
        switch self {
        case .null: out += "nil"
        case .bool(let value): out += value ? "true" : "false"
        case .int(let value): out += String(value)
        case .double(let value): out += value.description
        case .string(let value): Self.quote(value.utf8, to: &out)
        case .bytes(let value): Self.quote(value, to: &out)
        case .array(let values):
            out += "{"
            for (index, value) in values.enumerated() {
                if index > 0 { out += ", " }
                value.writeLiteral(to: &out)
            }
            out += "}"
        case .map(let map):
            out += "{"
            for (index, entry) in map.entries.enumerated() {
                if index > 0 { out += ", " }
                if Self.isName(entry.key) {
                    out += entry.key
                } else {
                    out += "["
                    Self.quote(entry.key.utf8, to: &out)
                    out += "]"
                }
                out += " = "
                entry.value.writeLiteral(to: &out)
            }
            out += "}"
        }
    }

    /// Without what a terminal would obey.
    private static func harmless(_ text: String) -> String {
        let isHarmful: (UInt8) -> Bool = { ($0 < 32 && $0 != 9 && $0 != 10) || $0 == 127 }
        guard text.utf8.contains(where: isHarmful) else { return text }
        return String(decoding: text.utf8.flatMap { isHarmful($0) ? escape($0) : [$0] }, as: UTF8.self)
    }

    private static let reserved: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
        "or", "repeat", "return", "then", "true", "until", "while",
    ]

    private static func isName(_ key: String) -> Bool {
        guard let first = key.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        let isPlain = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isPlain && !reserved.contains(key)
    }

    /// Valid UTF-8 stays readable; control characters and other bytes are escaped with three digits, so that what follows does
    /// not matter.
    private static func quote(_ bytes: some Collection<UInt8>, to out: inout String) {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"): quoted += #"\n"#.utf8
            case UInt8(ascii: "\t"): quoted += #"\t"#.utf8
            case UInt8(ascii: "\r"): quoted += #"\r"#.utf8
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case 0..<32, 127: quoted += escape(byte)
            case 128... where !isText: quoted += escape(byte)
            default: quoted.append(byte)
            }
        }
        quoted.append(UInt8(ascii: "\""))
        out += String(decoding: quoted, as: UTF8.self)
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        let zero = UInt8(ascii: "0")
        return [UInt8(ascii: "\\"), zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
    }
}
