/// Reads the small, flat JSON objects that clients send over the stream, without a coder.
///
/// It knows strings, integers and null. Whatever else it meets (also what is no JSON at all) it answers with nil, and the
/// caller gives the bytes to `JSONDecoder`, which decides and words the error.
struct JSONScanner {
    enum Value: Equatable {
        case string(String)
        case int(Int64)
        case null
    }

    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Calls `member` for each member of the one object that the bytes hold; false from it gives up.
    /// - Returns: false when the bytes are not such an object.
    mutating func object(_ member: (_ key: String, _ value: Value) -> Bool) -> Bool {
        skipBlanks()
        guard take(UInt8(ascii: "{")) else { return false }
        skipBlanks()
        if take(UInt8(ascii: "}")) { return atEnd() }
        while true {
            skipBlanks()
            guard let key = string() else { return false }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { return false }
            skipBlanks()
            guard let value = value(), member(key, value) else { return false }
            skipBlanks()
            if take(UInt8(ascii: "}")) { return atEnd() }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func atEnd() -> Bool {
        skipBlanks()
        return at == bytes.count
    }

    private mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func value() -> Value? {
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "n"):
            guard bytes[at...].starts(with: "null".utf8) else { return nil }
            at += 4
            return .null
        default: return int().map { .int($0) }
        }
    }

    /// Without fraction, exponent or leading zeros.
    private mutating func int() -> Int64? {
        let negative = take(UInt8(ascii: "-"))
        let start = at
        var number: Int64 = 0
        while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") {
            // 18 digits cannot overflow, and no id has more than 16.
            guard at - start < 18 else { return nil }
            number = number * 10 + Int64(bytes[at] - UInt8(ascii: "0"))
            at += 1
        }
        guard at > start, at - start == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        if at < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[at]) { return nil }
        return negative ? -number : number
    }

    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        while at < bytes.count, bytes[at] >= 0x20, bytes[at] != UInt8(ascii: "\\") {
            if bytes[at] == UInt8(ascii: "\"") {
                at += 1
                return String(validating: bytes[start..<at - 1], as: UTF8.self)
            }
            at += 1
        }
        return escapedString(from: start)
    }

    /// The rest of a string in which an escape was met; `start` is where it began.
    private mutating func escapedString(from start: Int) -> String? {
        var text = Array(bytes[start..<at])
        while at < bytes.count, bytes[at] >= 0x20 {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return String(validating: text, as: UTF8.self) }
            if byte != UInt8(ascii: "\\") {
                text.append(byte)
            } else if !escape(into: &text) {
                return nil
            }
        }
        return nil
    }

    private mutating func escape(into text: inout [UInt8]) -> Bool {
        guard at < bytes.count else { return false }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = escapedScalar() else { return false }
            text.append(contentsOf: Array(String(scalar).utf8))
        default: return false
        }
        return true
    }

    /// After `\u`: four digits, or a surrogate pair. A surrogate without its partner is nothing.
    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let first = hexDigits() else { return nil }
        guard (0xD800...0xDFFF).contains(first) else { return Unicode.Scalar(first) }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let second = hexDigits(),
            (0xDC00...0xDFFF).contains(second)
        else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func hexDigits() -> UInt32? {
        guard bytes.count - at >= 4 else { return nil }
        var number: UInt32 = 0
        for byte in bytes[at..<at + 4] {
            switch byte {
            case 0x30...0x39: number = number << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: number = number << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: number = number << 4 | UInt32(byte - 0x61 + 10)
            default: return nil
            }
        }
        at += 4
        return number
    }
}
