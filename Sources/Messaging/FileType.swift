/// What a file is, told from its first bytes: the name and the type that an uploader claims are not believed.
package struct FileType: Sendable, Equatable {
    /// Bytes that `init(head:)` wants to see.
    package static let headBytes = 64 * 1024

    package let mime: String
    /// Pixels; of photos only.
    package let width: Int?
    package let height: Int?

    package init(head: [UInt8]) {
        let (mime, size) = Self.sniff(head)
        self.mime = mime
        let sane = size.flatMap { (1...65_535).contains($0.0) && (1...65_535).contains($0.1) ? $0 : nil }
        width = sane?.0
        height = sane?.1
    }

    private static func sniff(_ head: [UInt8]) -> (String, (Int, Int)?) {
        func starts(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
            head.count >= offset + bytes.count && head[offset..<offset + bytes.count].elementsEqual(bytes)
        }
        func text(_ text: StaticString, at offset: Int = 0) -> Bool {
            text.withUTF8Buffer { starts(Array($0), at: offset) }
        }
        if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            return ("image/png", text("IHDR", at: 12) ? (big32(head, 16), big32(head, 20)) : nil)
        }
        if starts([0xFF, 0xD8, 0xFF]) { return ("image/jpeg", jpegSize(head)) }
        if text("GIF87a") || text("GIF89a") { return ("image/gif", (little16(head, 6), little16(head, 8))) }
        if text("RIFF"), text("WEBP", at: 8) { return ("image/webp", webpSize(head)) }
        if text("%PDF-") { return ("application/pdf", nil) }
        if starts([0x50, 0x4B, 0x03, 0x04]) { return ("application/zip", nil) }
        if starts([0x1F, 0x8B]) { return ("application/gzip", nil) }
        if text("OggS") { return ("audio/ogg", nil) }
        if text("ID3") || starts([0xFF, 0xFB]) { return ("audio/mpeg", nil) }
        if text("ftyp", at: 4) { return ("video/mp4", nil) }
        if starts([0x1A, 0x45, 0xDF, 0xA3]) { return ("video/webm", nil) }
        return (isText(head) ? "text/plain; charset=utf-8" : "application/octet-stream", nil)
    }

    private static func isText(_ head: [UInt8]) -> Bool {
        guard !head.isEmpty, !head.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) }) else {
            return false
        }
        // The head may end inside of a character.
        return (0...min(3, head.count - 1)).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
    }

    private static func byte(_ b: [UInt8], _ i: Int) -> Int { i < b.count ? Int(b[i]) : 0 }
    private static func big16(_ b: [UInt8], _ i: Int) -> Int { byte(b, i) << 8 | byte(b, i + 1) }
    private static func big32(_ b: [UInt8], _ i: Int) -> Int { big16(b, i) << 16 | big16(b, i + 2) }
    private static func little16(_ b: [UInt8], _ i: Int) -> Int { byte(b, i) | byte(b, i + 1) << 8 }

    /// The frame header (SOF0 to SOF15 without DHT, JPG, DAC) holds the size: ITU-T T.81, B.2.2.
    private static func jpegSize(_ b: [UInt8]) -> (Int, Int)? {
        var i = 2
        while i + 9 < b.count, b[i] == 0xFF {
            let marker = b[i + 1]
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
                return (big16(b, i + 7), big16(b, i + 5))
            }
            i += 2 + max(2, big16(b, i + 2))
        }
        return nil
    }

    /// The three kinds of first chunk: RFC 9649, section 2.
    private static func webpSize(_ b: [UInt8]) -> (Int, Int)? {
        guard b.count >= 30 else { return nil }
        switch b[15] {
        case UInt8(ascii: " "): return (little16(b, 26) & 0x3FFF, little16(b, 28) & 0x3FFF)
        case UInt8(ascii: "L"):
            let bits = little16(b, 21) | little16(b, 23) << 16
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        default:
            return ((little16(b, 24) | byte(b, 26) << 16) + 1, (little16(b, 27) | byte(b, 29) << 16) + 1)
        }
    }
}
