import Foundation
import Testing

@testable import ClientAPI

@Suite struct JSONWriterTests {
    /// Strings that break careless writers.
    static let hostile: [String] = [
        "", "plain", "\"", "\\", "\\\"", "/", "\u{0}", "\u{1}\u{8}\u{9}\u{A}\u{B}\u{C}\u{D}\u{1F}", "\u{7F}\u{80}\u{9F}",
        "\u{2028}\u{2029}", "</script><!--", "naïve Straße", "日本語", "👩‍👩‍👧‍👦🇺🇦", "\u{FFFD}\u{FFFE}\u{FFFF}\u{10FFFF}",
        "e\u{301}\u{301}\u{301}", "\r\n", "\\u0041", "{\"a\":1}", "\u{202E}evil\u{200B}", String(repeating: "\"", count: 5000),
        String(repeating: "a", count: 4095) + "\n",
    ]

    @Test(arguments: hostile) func stringsAreReadBackAsTheyWere(_ text: String) throws {
        var writer = JSONWriter()
        writer.openArray()
        writer.element()
        writer.string(text)
        writer.closeArray()
        let read = try JSONDecoder().decode([String].self, from: Data(writer.bytes))
        #expect(read.first.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test func everyScalarIsReadBack() throws {
        for start in stride(from: UInt32(0), to: 0x11_0000, by: 0x1000) {
            var text = ""
            for value in start..<start + 0x1000 {
                if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
            }
            var writer = JSONWriter()
            writer.string(text)
            var scanner = JSONScanner(Array("{\"k\":".utf8) + writer.bytes + Array("}".utf8))
            var found: String?
            let ok = scanner.object { _, value in
                if case .string(let text) = value { found = text }
                return true
            }
            #expect(ok && found.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test(arguments: [0, 1, -1, 9, 10, 99, 1 << 53 - 1, Int64.max, Int64.min] as [Int64]) func integers(_ number: Int64) {
        var writer = JSONWriter()
        writer.int(number)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
    }

    @Test func commasStandBetweenMembersAndElements() {
        var writer = JSONWriter()
        writer.openObject()
        writer.field("a", Int64(1))
        writer.field("b", String?.none)
        writer.field("c", "{")
        writer.field("d", true)
        writer.key("e")
        writer.openArray()
        for text in ["[", "{"] {
            writer.element()
            writer.string(text)
        }
        writer.closeArray()
        writer.key("f")
        writer.openArray()
        writer.closeArray()
        writer.closeObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":1,"b":null,"c":"{","d":true,"e":["[","{"],"f":[]}"#)
    }

    @Test func listsAndNumbersThatAreNotWhole() {
        var writer = JSONWriter()
        writer.openObject()
        writer.list("numbers", [4.33, 5, -0.5]) { $0.number($1) }
        writer.list("none", [String]()) { $0.string($1) }
        writer.closeObject()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"numbers":[4.33,5.0,-0.5],"none":[]}"#)
    }
}
