import Crypto
import Foundation

/// A page of a bundle as it is served: the well-known addresses of bridge scripts lead to the one on the app's own origin, and
/// the scripts that stand in the page are known by their hashes, so that no others run.
struct HTMLPage: Sendable {
    let content: [UInt8]
    /// As a content security policy lists them.
    let scriptHashes: [String]

    private static let mostScripts = 64
    private static let wellKnown = [
        ("https://telegram.org/js/telegram-web-app.js", "/telegram-web-app.js"),
        ("https://st.max.ru/js/max-web-app.js", "/max-web-app.js"),
    ]

    init(_ bytes: [UInt8]) {
        var content = bytes
        for (address, own) in Self.wellKnown { content = Self.replacing(Array(address.utf8), by: Array(own.utf8), in: content) }
        self.content = content
        scriptHashes = Self.scripts(in: content).prefix(Self.mostScripts).map { script in
            "'sha256-\(Data(SHA256.hash(Self.normalized(script))).base64EncodedString())'"
        }
    }

    private static func replacing(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while let found = find(old, in: bytes, from: index) {
            result += bytes[index..<found]
            result += new
            index = found + old.count
        }
        return result + bytes[index...]
    }

    /// What stands in `<script>` elements that have no `src`. What is no script of the page (in a comment, say) is harmless here:
    /// its hash lets nothing run that is not in the page.
    private static func scripts(in bytes: [UInt8]) -> [[UInt8]] {
        var scripts: [[UInt8]] = []
        var index = 0
        while let start = find(Array("<script".utf8), in: bytes, from: index), let end = endOfTag(bytes, from: start) {
            let close = find(Array("</script".utf8), in: bytes, from: end) ?? bytes.count
            let body = bytes[end..<close]
            let tag = Array(bytes[start..<end])
            // Rules for loading pages ahead reach where no script may.
            if !body.isEmpty, ["src", "speculationrules"].allSatisfy({ find(Array($0.utf8), in: tag, from: 0) == nil }) {
                scripts.append(Array(body))
            }
            index = max(close, end)
        }
        return scripts
    }

    /// After the `>` that ends a tag, quoted values aside.
    private static func endOfTag(_ bytes: [UInt8], from start: Int) -> Int? {
        var quote: UInt8?
        for index in start..<bytes.count {
            switch (quote, bytes[index]) {
            case (nil, UInt8(ascii: ">")): return index + 1
            case (nil, UInt8(ascii: "\"")), (nil, UInt8(ascii: "'")): quote = bytes[index]
            case (let open?, let byte) where open == byte: quote = nil
            default: break
            }
        }
        return nil
    }

    /// Without regard to the case of ASCII letters.
    private static func find(_ word: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = word.first, bytes.count >= word.count else { return nil }
        let (small, large) = (lowered(first), raised(first))
        return bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index <= bytes.count - word.count {
                if bytes[index] == small || bytes[index] == large,
                    word.indices.allSatisfy({ lowered(bytes[index + $0]) == lowered(word[$0]) })
                {
                    return index
                }
                index += 1
            }
            return nil
        }
    }

    private static func raised(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte & ~0x20 : byte }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    /// Line ends as the browser reads them.
    private static func normalized(_ script: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, byte) in script.enumerated() {
            if byte == 0x0D {
                result.append(0x0A)
            } else if byte != 0x0A || index == 0 || script[index - 1] != 0x0D {
                result.append(byte)
            }
        }
        return result
    }
}

/// Pages as they are served, each made once for a version of its app: a long one takes a while, and who asks for it needs no
/// session.
actor HTMLPages {
    private static let mostBytes = 32 << 20

    private struct Key: Hashable {
        let digest: String
        let path: String
    }

    private var pages: [Key: HTMLPage] = [:]
    private var bytes = 0

    /// - Parameter digest: of the version that the file is of.
    func page(_ digest: String, _ path: String, _ content: [UInt8]) -> HTMLPage {
        let key = Key(digest: digest, path: path)
        if let known = pages[key] { return known }
        let page = HTMLPage(content)
        if bytes + page.content.count > Self.mostBytes { (pages, bytes) = ([:], 0) }
        pages[key] = page
        bytes += page.content.count
        return page
    }
}
