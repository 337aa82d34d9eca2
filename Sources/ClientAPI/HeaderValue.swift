/// A header field's value with parameters: `form-data; name="file"; filename="a.txt"`.
struct HeaderValue: Equatable {
    /// Lowercased.
    let value: String
    private let parameters: [(name: String, value: String)]

    /// Nil when it is malformed.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text).utf8
        let value = Self.trimmed(Substring(rest.prefix { $0 != UInt8(ascii: ";") }))
        rest = rest.drop { $0 != UInt8(ascii: ";") }
        var parameters: [(name: String, value: String)] = []
        while rest.first == UInt8(ascii: ";") {
            rest = rest.dropFirst().drop(while: Self.isBlank)
            if rest.isEmpty { break }
            let name = Substring(rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") })
            rest = rest.dropFirst(name.utf8.count)
            guard rest.first == UInt8(ascii: "=") else { return nil }
            rest = rest.dropFirst()
            guard let value = Self.parameterValue(&rest) else { return nil }
            parameters.append((Self.trimmed(name).lowercased(), value))
            rest = rest.drop(while: Self.isBlank)
        }
        guard rest.isEmpty, !value.isEmpty else { return nil }
        self.value = value.lowercased()
        self.parameters = parameters
    }

    func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    static func == (a: Self, b: Self) -> Bool {
        a.value == b.value && a.parameters.elementsEqual(b.parameters, by: ==)
    }

    private static func parameterValue(_ rest: inout Substring.UTF8View) -> String? {
        guard rest.first == UInt8(ascii: "\"") else {
            let token = Substring(rest.prefix { $0 != UInt8(ascii: ";") })
            rest = rest.dropFirst(token.utf8.count)
            return trimmed(token)
        }
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            // Browsers send a backslash of a file's name as it is, others escape quotes with it: only quotes count.
            if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "\"") {
                text.append(UInt8(ascii: "\""))
                rest = rest.dropFirst()
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ text: Substring) -> String {
        var utf8 = text.utf8.drop(while: isBlank)
        while let last = utf8.last, isBlank(last) { utf8 = utf8.dropLast() }
        return String(Substring(utf8))
    }
}

/// The percent-encoding of RFC 3986 and RFC 8187.
enum PercentCoding {
    /// Nil for a broken escape or bytes that are not UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.first != UInt8(ascii: "+")
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// All but the `attr-char` of RFC 8187 are escaped.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if plain.contains(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
