import Testing

@testable import HTTPServer

/// The pure parts, fed with every cut and with damage.
struct ProtocolTests {
    @Test func chunksDecodeAlikeHoweverTheyAreCut() throws {
        let wire = Array("4\r\nWiki\r\n5;a=\"b\"\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nA: b\r\nC: d\r\n\r\nNEXT".utf8)
        for first in 0...wire.count {
            for second in stride(from: first, through: wire.count, by: 7) {
                var decoder = ChunkedDecoder()
                var output: [UInt8] = []
                var used = 0
                for piece in [wire[..<first], wire[first..<second], wire[second...]] {
                    used += try Array(piece).withUnsafeBufferPointer { try decoder.decode($0, into: &output) }
                }
                #expect(String(decoding: output, as: UTF8.self) == "Wikipedia in\r\n\r\nchunks.")
                #expect(used == wire.count - 4)
                #expect(decoder.finished)
            }
        }
    }

    @Test func framesDecodeAlikeHoweverTheyAreCut() {
        var wire = TestClient.frame(1, Array("hel".utf8), fin: false)
        wire += TestClient.frame(9, [1, 2]) + TestClient.frame(0, Array("lo".utf8))
        wire += TestClient.frame(1, [UInt8](repeating: 98, count: 300)) + TestClient.frame(8, [0x03, 0xE8])
        let expected: [WebSocketDecoder.Event] = [
            .ping([1, 2]), .text(Array("hello".utf8)), .text([UInt8](repeating: 98, count: 300)), .close(1000),
        ]
        for cut in 0...wire.count {
            var decoder = WebSocketDecoder(maxMessage: 1000)
            var events: [WebSocketDecoder.Event] = []
            for piece in [wire[..<cut], wire[cut...]] {
                Array(piece).withUnsafeBufferPointer { decoder.decode($0) { events.append($0) } }
            }
            #expect(events == expected, "cut at \(cut)")
        }
    }

    @Test func utf8IsJudgedAsTheStandardLibraryDoes() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = Array("aé€😀z".utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes = Array(bytes.dropLast(Int.random(in: 0...3, using: &random)))
            #expect(isValidUTF8(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }

    @Test func damagedInputIsRefusedNotFeared() {
        var random = SystemRandomNumberGenerator()
        let request = Array("POST /a/%20b?c=%C3%A9&d HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nA: b,c\r\n\r\nabc".utf8)
        let frames = TestClient.frame(1, Array("héllo".utf8)) + TestClient.frame(9, []) + TestClient.frame(8, [3, 232])
        for _ in 0..<20_000 {
            var bytes = request
            var frames = frames
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                frames[Int.random(in: 0..<frames.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var parser = RequestParser(maxRequestLine: 100, maxHeader: 200, maxFields: 10)
            bytes.withUnsafeBufferPointer { bytes in
                if case .head(let head, let consumed) = parser.parse(bytes, remoteAddress: "") {
                    #expect(consumed <= bytes.count)
                    #expect(!head.request.pathSegments.contains(".."))
                }
            }
            var decoder = WebSocketDecoder(maxMessage: 1000)
            var messages = 0
            frames.withUnsafeBufferPointer { frames in
                decoder.decode(frames) { event in if case .text = event { messages += 1 } }
            }
            #expect(messages <= frames.count)
        }
    }

    @Test func addressesKeepTheirPlaces() {
        let admission = Admission(limit: 3, limitPerAddress: 2)
        #expect(admission.enter("a"))
        #expect(admission.enter("a"))
        #expect(!admission.enter("a"))
        #expect(admission.enter("b"))
        #expect(!admission.enter("c"))
        admission.leave("a")
        #expect(admission.enter("c"))
    }

    @Test func contentTypesGoByTheLastExtension() {
        #expect(ContentType.of("/a/b.tar.JS") == "text/javascript; charset=utf-8")
        #expect(ContentType.of("noextension") == "application/octet-stream")
        #expect(ContentType.of("a.unknown") == "application/octet-stream")
    }
}
