/// One token of Lua 5.4.
struct LuaToken: Equatable {
    enum Kind: Equatable {
        case name
        case keyword
        /// The text is the string's content, as written between its delimiters.
        case string
        case number
        case symbol
    }

    let kind: Kind
    let text: String
    let position: SourcePosition

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
    func isKeyword(_ keyword: String) -> Bool { kind == .keyword && text == keyword }
}

/// Splits Lua source into tokens and leaves out comments.
///
/// Never fails: what is not Lua (an unfinished string, a stray character) becomes some token, since telling syntax
/// errors is the compiler's work.
struct LuaLexer {
    static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
        "or", "repeat", "return", "then", "true", "until", "while",
    ]
    /// Longest first.
    private static let symbols: [[UInt8]] = ["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"].map { Array($0.utf8) }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// The last place whose column was counted, so that a long line is not counted anew for each token.
    private var counted = (index: 0, scalars: 0)

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func tokens(of source: [UInt8]) -> [LuaToken] {
        var lexer = LuaLexer(source)
        var tokens: [LuaToken] = []
        while let token = lexer.next() { tokens.append(token) }
        return tokens
    }

    private func byte(_ offset: Int = 0) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }

    private mutating func position() -> SourcePosition {
        if counted.index < lineStart { counted = (lineStart, 0) }
        counted.scalars += bytes[counted.index..<index].count { $0 & 0xC0 != 0x80 }
        counted.index = index
        return SourcePosition(line: line, column: counted.scalars + 1)
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            index += 1
            if bytes[index - 1] == 0x0A {
                line += 1
                lineStart = index
            }
        }
    }

    private mutating func next() -> LuaToken? {
        skipBlanksAndComments()
        guard index < bytes.count else { return nil }
        let start = position()
        let first = byte()
        if Self.isLetter(first) {
            let text = word()
            return LuaToken(kind: Self.keywords.contains(text) ? .keyword : .name, text: text, position: start)
        }
        if Self.isDigit(first) || (first == UInt8(ascii: ".") && Self.isDigit(byte(1))) {
            return LuaToken(kind: .number, text: number(), position: start)
        }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            return LuaToken(kind: .string, text: quoted(by: first), position: start)
        }
        if first == UInt8(ascii: "["), let level = longBracket() {
            return LuaToken(kind: .string, text: long(level: level), position: start)
        }
        return LuaToken(kind: .symbol, text: symbol(), position: start)
    }

    private mutating func skipBlanksAndComments() {
        while index < bytes.count {
            switch byte() {
            case 0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D: advance()
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
                advance(2)
                if byte() == UInt8(ascii: "["), let level = longBracket() {
                    _ = long(level: level)
                } else {
                    while index < bytes.count, byte() != 0x0A { advance() }
                }
            default: return
            }
        }
    }

    private mutating func word() -> String {
        let start = index
        while Self.isLetter(byte()) || Self.isDigit(byte()) { advance() }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func number() -> String {
        let start = index
        let hex = byte() == UInt8(ascii: "0") && byte(1) | 0x20 == UInt8(ascii: "x")
        let exponent = UInt8(ascii: hex ? "p" : "e")
        while index < bytes.count {
            if byte() | 0x20 == exponent, byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") {
                advance(2)
            } else if Self.isLetter(byte()) || Self.isDigit(byte()) || byte() == UInt8(ascii: ".") {
                advance()
            } else {
                break
            }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func quoted(by quote: UInt8) -> String {
        advance()
        let start = index
        while index < bytes.count, byte() != quote, byte() != 0x0A {
            if byte() == UInt8(ascii: "\\") {
                // \z skips the blanks after it, line breaks included; an escaped line break is part of the string.
                let skipsBlanks = byte(1) == UInt8(ascii: "z")
                advance(2)
                while skipsBlanks, [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(byte()) { advance() }
            } else {
                advance()
            }
        }
        let text = String(decoding: bytes[start..<min(index, bytes.count)], as: UTF8.self)
        if byte() == quote { advance() }
        return text
    }

    /// How many `=` stand in the opening long bracket that begins here; nil when none begins.
    private func longBracket() -> Int? {
        var level = 0
        while byte(1 + level) == UInt8(ascii: "=") { level += 1 }
        return byte(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    private mutating func long(level: Int) -> String {
        advance(level + 2)
        let start = index
        let closing = [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]
        while index < bytes.count, !(byte() == closing[0] && bytes[index...].starts(with: closing)) { advance() }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        advance(closing.count)
        return text
    }

    private mutating func symbol() -> String {
        for symbol in Self.symbols where byte() == symbol[0] && bytes[index...].starts(with: symbol) {
            advance(symbol.count)
            return String(decoding: symbol, as: UTF8.self)
        }
        let start = index
        advance()
        // A character outside ASCII is one token, not several.
        while index < bytes.count, byte() & 0xC0 == 0x80 { advance() }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// A letter (a-z), a digit or an underscore.
    static func isNamePart(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
