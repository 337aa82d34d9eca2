import Model
import Testing

@testable import ClientAPI

@Suite struct MultipartParserTests {
    private static let contentType = "multipart/form-data; boundary=XyZ"
    private static let form =
        "preamble\r\n--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--XyZ \t\r\n"
        + "content-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".txt\"\r\nContent-Type: text/plain\r\n\r\n"
        + "line\r\n--Xy\r\n--XyY\r\r\n-\r\n--XyZ\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--XyZ--\r\nepilogue"

    /// Parts with their data put together.
    private struct Part: Equatable {
        let name: String
        let filename: String?
        var data = ""
        var ended = false
    }

    private static let parts = [
        Part(name: "note", filename: nil, data: "hello", ended: true),
        Part(name: "file", filename: "a \"b\".txt", data: "line\r\n--Xy\r\n--XyY\r\r\n-", ended: true),
        Part(name: "empty", filename: nil, data: "", ended: true),
    ]

    private func parse(_ pieces: [ArraySlice<UInt8>], contentType: String = contentType) throws -> [Part] {
        var parser = try MultipartParser(contentType: contentType)
        var parts: [Part] = []
        for piece in pieces {
            for event in try parser.push(piece) {
                switch event {
                case .begin(let name, let filename): parts.append(Part(name: name, filename: filename))
                case .data(let bytes): parts[parts.count - 1].data += String(decoding: bytes, as: UTF8.self)
                case .end: parts[parts.count - 1].ended = true
                }
            }
        }
        try parser.finish()
        return parts
    }

    @Test func aFormInOnePiece() throws {
        #expect(try parse([Array(Self.form.utf8)[...]]) == Self.parts)
    }

    @Test func aFormSplitAtEveryByte() throws {
        let bytes = Array(Self.form.utf8)
        for split in 0...bytes.count {
            #expect(try parse([bytes[..<split], bytes[split...]]) == Self.parts, "split at \(split)")
        }
    }

    @Test(arguments: [1, 2, 3, 7]) func aFormInSmallPieces(_ size: Int) throws {
        let bytes = Array(Self.form.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        #expect(try parse(pieces) == Self.parts)
    }

    @Test func aFormThatBeginsWithItsBoundary() throws {
        let form = "--b b\r\nContent-Disposition: form-data; name=\"f\"; filename*=UTF-8''na%C3%AFve%20x.txt\r\n\r\nx\r\n--b b--"
        let parts = try parse([Array(form.utf8)[...]], contentType: "Multipart/Form-Data; charset=utf-8; boundary=\"b b\"")
        #expect(parts == [Part(name: "f", filename: "naïve x.txt", data: "x", ended: true)])
    }

    @Test(arguments: [
        nil, "", "multipart/form-data", "application/json; boundary=x", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"x", "multipart/form-data; boundary=\(String(repeating: "b", count: 71))",
    ]) func otherContentTypesAreRefused(_ type: String?) {
        #expect(throws: StoaError.self) { try MultipartParser(contentType: type) }
    }

    @Test(arguments: [
        "", "--XyZ", "--XyZ\r\n", "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", "--XyZoops\r\n\r\n",
        "--XyZ\r\nContent-Type: text/plain\r\n\r\nx\r\n--XyZ--", "--XyZ\r\n\r\nx\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--XyZ--",
    ]) func malformedFormsAreRefused(_ form: String) {
        #expect(throws: StoaError.self) { try parse([Array(form.utf8)[...]]) }
    }

    @Test func anEndlessHeaderIsRefused() {
        #expect(throws: StoaError.self) {
            var parser = try MultipartParser(contentType: Self.contentType)
            _ = try parser.push(Array("--XyZ\r\n".utf8))
            for _ in 0..<20 { _ = try parser.push([UInt8](repeating: 0x61, count: 1000)) }
        }
    }

    @Test func aLongBodyIsNotKept() throws {
        var parser = try MultipartParser(contentType: Self.contentType)
        _ = try parser.push(Array("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".utf8))
        var count = 0
        for _ in 0..<100 {
            for case .data(let bytes) in try parser.push([UInt8](repeating: 0x0D, count: 1000)) { count += bytes.count }
        }
        #expect(count > 99_000)
    }
}
