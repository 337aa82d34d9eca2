/// Lowercases A to Z only: header names are ASCII, and locale rules have no place in them.
package func asciiLowercased(_ text: String) -> String {
    if !text.utf8.contains(where: { $0 >= 65 && $0 <= 90 }) { return text }
    return String(decoding: text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }, as: UTF8.self)
}

/// Without the spaces and tabs at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    guard let first = bytes.firstIndex(where: { $0 != 32 && $0 != 9 }),
        let last = bytes.lastIndex(where: { $0 != 32 && $0 != 9 })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
}

/// Whether a byte may stand in a method or a header name (RFC 9110, `tchar`).
@inline(__always)
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    case 33, 35, 36, 37, 38, 39, 42, 43, 45, 46, 94, 95, 96, 124, 126: true
    default: false
    }
}
