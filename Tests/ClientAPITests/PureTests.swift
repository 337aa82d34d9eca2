import HTTPServer
import Messaging
import Model
import Testing

@testable import ClientAPI

@Suite struct RouteTableTests {
    private func find(_ method: HTTPMethod, _ path: String) -> RouteTable.Match {
        ClientAPI.table.match(method, path.split(separator: "/").map(String.init))
    }

    @Test func pathsAndParameters() {
        guard case .found(let route, let parameters) = find(.patch, "/v1/chats/7/messages/9") else {
            Issue.record("not found")
            return
        }
        #expect(parameters == ["7", "9"])
        #expect(route.method == .patch)
    }

    @Test func headAsksWhatGetAsks() {
        guard case .found = find(.head, "/healthz") else {
            Issue.record("not found")
            return
        }
    }

    @Test func otherMethodsAreNamed() {
        guard case .otherMethods(let methods) = find(.put, "/v1/chats/7/messages/9") else {
            Issue.record("not refused")
            return
        }
        #expect(Set(methods) == [.get, .patch, .delete])
    }

    @Test func theCurrentSessionIsNoID() {
        guard case .found(_, let parameters) = find(.delete, "/v1/sessions/current") else {
            Issue.record("not found")
            return
        }
        #expect(parameters.isEmpty)
    }

    @Test(arguments: ["/", "/v1", "/v1/", "/v1/nothing", "/v2/me", "/v1/chats/1/2/3/4/5"]) func otherPaths(_ path: String) {
        guard case .none = find(.get, path) else {
            Issue.record("found")
            return
        }
    }
}

@Suite struct WireTests {
    @Test(
        arguments: [
            ("1", 1), ("9007199254740991", 9_007_199_254_740_991), ("0", nil), ("9007199254740992", nil), ("", nil), ("01", nil),
            ("-1", nil), ("+1", nil), ("1.0", nil), (" 1", nil), ("１", nil), ("1e3", nil), ("99999999999999999999", nil),
        ] as [(String, Int64?)]) func ids(_ text: String, _ expected: Int64?)
    {
        #expect(WireInteger.parse(text, in: WireInteger.ids) == expected)
    }

    @Test func everyCodeHasAStatus() {
        for code in StoaError.Code.allCases { #expect((400...599).contains(code.httpStatus)) }
    }

    @Test func retryAfterIsRoundedUp() throws {
        let response = HTTPResponse(StoaError(.rateLimited, "slow", retryAfter: 1001))
        #expect(response.status == 429)
        #expect(response.headers.contains { $0.name == "Retry-After" && $0.value == "2" })
        guard case .bytes(let bytes) = response.body else { return }
        #expect(try JSONValue(bytes)["error"]["retry_after"] == .int(2))
    }

    @Test func fileNamesInHeaders() {
        #expect(
            ContentDisposition.value("attachment", fileName: "a\"b\r\nc é.txt")
                == "attachment; filename=\"a_b__c _.txt\"; filename*=UTF-8''a%22b%0D%0Ac%20%C3%A9.txt")
    }

    @Test func percentCoding() {
        #expect(PercentCoding.decode("a%20b%C3%A9") == "a bé")
        for bad in ["%", "%2", "%zz", "%+1", "%FF"] { #expect(PercentCoding.decode(bad) == nil) }
        for text in JSONWriterTests.hostile { #expect(PercentCoding.decode(PercentCoding.encode(text)) == text) }
    }

    @Test func metricsText() {
        var text = MetricsText()
        text.counter("a_total", "As.", 1, labels: "x=\"1\"")
        text.counter("a_total", "As.", 2, labels: "x=\"2\"")
        text.gauge("b", "Bs.", 3)
        #expect(
            String(decoding: text.bytes, as: UTF8.self)
                == "# HELP a_total As.\n# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 2\n"
                + "# HELP b Bs.\n# TYPE b gauge\nb 3\n")
    }

    @Test func typingIsToldOnceASecond() {
        let time = TestClock()
        let gate = TypingGate(clock: time.clock)
        #expect(gate.passes(AccountID(1), in: ChatID(1)))
        #expect(!gate.passes(AccountID(1), in: ChatID(1)))
        #expect(gate.passes(AccountID(2), in: ChatID(1)))
        time.advance(1000)
        #expect(gate.passes(AccountID(1), in: ChatID(1)))
    }
}

@Suite struct EncodedEventTests {
    private static let alice = Account(id: AccountID(1), kind: .user, name: "alice", display: "A \"x\"")

    private static func message(nonce: String?) -> Message {
        Message(
            id: MessageID(5), chat: ChatID(4), from: alice, date: 1_700_000_000_000,
            content: MessageContent(
                text: "hi\n\u{1}", entities: [Entity(type: .textLink, offset: 0, length: 2, url: "https://x.example")],
                attachments: [
                    Attachment(
                        type: .photo, file: FileID(3), name: "a.png", size: 10, mime: "image/png", width: 2, height: 3)
                ],
                buttons: [[Button(id: "b", text: "Go", data: "secret")], [Button(id: "c", text: "L", url: "https://y.example")]]),
            replyTo: MessageID(2), editedAt: nil, nonce: nonce)
    }

    @Test func theNonceIsItsSendersAlone() throws {
        let event = try #require(EncodedEvent(.messageNew(Self.message(nonce: "n\"1"))))
        let own = try JSONValue(event.frame(seq: 8, for: AccountID(1)))
        let other = try JSONValue(event.frame(seq: 9, for: AccountID(2)))
        #expect(own["seq"] == .int(8) && own["type"] == .string("message.new"))
        #expect(own["data"]["nonce"] == .string("n\"1"))
        #expect(other["seq"] == .int(9) && other["data"]["nonce"] == .null)
        #expect(other["data"].object?.keys.contains("nonce") == true)
    }

    @Test func aMessageInFull() throws {
        var writer = JSONWriter()
        writer.message(Self.message(nonce: nil), for: AccountID(1))
        let json = try JSONValue(writer.bytes)
        #expect(json["from"]["display"] == .string("A \"x\"") && json["from"]["bot"] == .bool(false))
        #expect(json["text"] == .string("hi\n\u{1}"))
        #expect(json["entities"][0]["url"] == .string("https://x.example"))
        #expect(json["attachments"][0]["width"] == .int(2))
        #expect(json["buttons"][0][0].object?.keys.sorted() == ["id", "text"])
        #expect(json["buttons"][1][0]["url"] == .string("https://y.example"))
        #expect(json["reply_to"] == .int(2) && json["edited"] == .null && json["forward"] == .null)
        #expect(!String(decoding: writer.bytes, as: UTF8.self).contains("secret"))
    }

    @Test func typingHasNoPlaceInTheLog() throws {
        let event = try #require(EncodedEvent(.typing(chat: ChatID(1), account: AccountID(2))))
        let json = try JSONValue(event.frame(seq: 0, for: AccountID(3)))
        #expect(json.object?.keys.sorted() == ["data", "type"])
    }

    @Test func whatDependsOnTheReaderIsNotEncodedForAll() {
        #expect(EncodedEvent(.chatNew(ChatID(1))) == nil)
        #expect(EncodedEvent(.memberLeft(chat: ChatID(1), account: AccountID(1))) == nil)
    }
}
