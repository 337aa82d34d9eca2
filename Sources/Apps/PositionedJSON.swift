/// JSON whose every value knows where it stands, so that an error in a manifest can point at its line.
///
/// Foundation's decoder stops at the first problem and reports no positions; a manifest is read by people who want both.
struct PositionedJSON {
    indirect enum Content {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([PositionedJSON])
        case object([Member])
    }

    struct Member {
        let key: String
        let position: SourcePosition
        let value: PositionedJSON
    }

    struct SyntaxError: Error {
        let position: SourcePosition
        let message: String
    }

    let position: SourcePosition
    let content: Content

    /// What the value is, for "… is a number, where a text is expected".
    var kind: String {
        switch content {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    static func parse(_ bytes: [UInt8]) throws(SyntaxError) -> PositionedJSON {
        var reader = Reader(bytes: bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw reader.error("the file is not UTF-8 text") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw reader.error("the file begins with a byte-order mark") }
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.atEnd else { throw reader.error("there is more after the end of the value") }
        return value
    }
}

extension PositionedJSON {
    private struct Reader {
        static let maxDepth = 32

        let bytes: [UInt8]
        var index = 0
        var line = 1
        var lineStart = 0
        /// The last place whose column was counted, so that a long line is not counted anew for each value.
        var counted = (index: 0, scalars: 0)

        init(bytes: [UInt8]) { self.bytes = bytes }

        var atEnd: Bool { index >= bytes.count }
        var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

        mutating func position() -> SourcePosition {
            if counted.index < lineStart { counted = (lineStart, 0) }
            counted.scalars += bytes[counted.index..<index].count { $0 & 0xC0 != 0x80 }
            counted.index = index
            return SourcePosition(line: line, column: counted.scalars + 1)
        }

        mutating func error(_ message: String) -> SyntaxError { SyntaxError(position: position(), message: message) }

        mutating func skipBlanks() {
            while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                index += 1
                if byte == 0x0A {
                    line += 1
                    lineStart = index
                }
            }
        }

        mutating func take(_ expected: Character) -> Bool {
            skipBlanks()
            guard let byte, byte == expected.asciiValue else { return false }
            index += 1
            return true
        }

        mutating func value(depth: Int) throws(SyntaxError) -> PositionedJSON {
            skipBlanks()
            let position = position()
            guard let byte else { throw error("the file ends where a value is expected") }
            guard depth < Self.maxDepth else { throw error("values are nested deeper than \(Self.maxDepth)") }
            let content: Content
            switch byte {
            case UInt8(ascii: "{"): content = .object(try members(depth: depth))
            case UInt8(ascii: "["): content = .array(try elements(depth: depth))
            case UInt8(ascii: "\""): content = .string(try string())
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): content = try number()
            default: content = try word()
            }
            return PositionedJSON(position: position, content: content)
        }

        mutating func members(depth: Int) throws(SyntaxError) -> [Member] {
            index += 1
            var members: [Member] = []
            if take("}") { return [] }
            repeat {
                skipBlanks()
                let position = position()
                guard byte == UInt8(ascii: "\"") else {
                    throw error(
                        byte == UInt8(ascii: "}") ? "a comma stands before }; remove it" : "a name in double quotes is expected")
                }
                let key = try string()
                guard take(":") else { throw error("a colon is expected after \"\(key)\"") }
                members.append(Member(key: key, position: position, value: try value(depth: depth + 1)))
            } while take(",")
            guard take("}") else { throw error("a comma or } is expected") }
            return members
        }

        mutating func elements(depth: Int) throws(SyntaxError) -> [PositionedJSON] {
            index += 1
            var elements: [PositionedJSON] = []
            if take("]") { return [] }
            repeat {
                skipBlanks()
                if byte == UInt8(ascii: "]") { throw error("a comma stands before ]; remove it") }
                elements.append(try value(depth: depth + 1))
            } while take(",")
            guard take("]") else { throw error("a comma or ] is expected") }
            return elements
        }

        mutating func word() throws(SyntaxError) -> Content {
            for (word, content) in [("true", Content.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[index...].starts(with: word.utf8) {
                index += word.utf8.count
                return content
            }
            throw error(byte == UInt8(ascii: "/") ? "JSON has no comments; remove it" : "a value is expected")
        }

        mutating func number() throws(SyntaxError) -> Content {
            let start = index
            let position = position()
            func isPart(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte) }
            while let byte, isPart(byte) { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            let digits = text.drop { $0 == "-" }
            let padded = digits.count > 1 && digits.first == "0" && digits.dropFirst().first?.isNumber == true
            if !padded, let integer = Int64(text) { return .integer(integer) }
            if !padded, let double = Double(text), double.isFinite { return .number(double) }
            throw SyntaxError(position: position, message: "\(text.prefix(40)) is not a number")
        }

        mutating func string() throws(SyntaxError) -> String {
            let opening = position()
            index += 1
            var text: [UInt8] = []
            while let byte {
                switch byte {
                case UInt8(ascii: "\""):
                    index += 1
                    return String(decoding: text, as: UTF8.self)
                case UInt8(ascii: "\\"): try escape(into: &text)
                case 0..<0x20: throw error("a text must end on its line; write a line break as \\n")
                default:
                    text.append(byte)
                    index += 1
                }
            }
            throw SyntaxError(position: opening, message: "the text that begins here does not end")
        }

        mutating func escape(into text: inout [UInt8]) throws(SyntaxError) {
            let plain: [UInt8: UInt8] = [
                0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
            ]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if let byte = plain[next] {
                text.append(byte)
                index += 2
                return
            }
            guard next == UInt8(ascii: "u"), var unit = hexUnit(at: index + 2) else {
                throw error("a backslash must be followed by one of \" \\ / b f n r t or by u and four hexadecimal digits")
            }
            var length = 6
            if (0xD800..<0xDC00).contains(unit), bytes[min(index + 6, bytes.count)...].starts(with: [0x5C, 0x75]),
                let low = hexUnit(at: index + 8), (0xDC00..<0xE000).contains(low)
            {
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                length = 12
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("half of a surrogate pair stands alone") }
            text.append(contentsOf: String(Character(scalar)).utf8)
            index += length
        }

        func hexUnit(at start: Int) -> UInt32? {
            guard start + 4 <= bytes.count else { return nil }
            var unit: UInt32 = 0
            for byte in bytes[start..<start + 4] {
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
                unit = unit << 4 | UInt32(digit)
            }
            return unit
        }
    }
}
