import Model
import Testing

@testable import Messaging

@Suite struct ContentRulesTests {
    private static let longButton = Button(id: "1", text: String(repeating: "x", count: 65))

    @Test(arguments: [
        MessageContent(text: ""), MessageContent(text: " \n\t"), MessageContent(text: "a\u{0}b"),
        MessageContent(text: String(repeating: "é", count: 4097)),
        MessageContent(text: "ab", entities: [Entity(type: .bold, offset: 1, length: 2)]),
        MessageContent(text: "ab", entities: [Entity(type: .bold, offset: -1, length: 1)]),
        MessageContent(text: "ab", entities: [Entity(type: .bold, offset: 0, length: 0)]),
        MessageContent(text: "ab", entities: [Entity(type: .bold, offset: Int.max, length: Int.max)]),
        MessageContent(text: "ab", entities: [Entity(type: .bold, offset: 0, length: 1, url: "https://x.example")]),
        MessageContent(text: "ab", entities: [Entity(type: .textLink, offset: 0, length: 1)]),
        MessageContent(text: "ab", entities: [Entity(type: .textLink, offset: 0, length: 1, url: "javascript:alert(1)")]),
        MessageContent(text: "ab", entities: [Entity(type: .textLink, offset: 0, length: 1, url: "https://a b")]),
        MessageContent(text: "a", buttons: [[]]), MessageContent(text: "a", buttons: [[Button(id: "1", text: "")]]),
        MessageContent(text: "a", buttons: [[longButton]]),
        MessageContent(text: "a", buttons: [[Button(id: "1", text: "x", url: "data:text/html,x")]]),
        MessageContent(text: "a", buttons: [[Button(id: "1", text: "x", data: String(repeating: "d", count: 1025))]]),
        MessageContent(text: "a", buttons: Array(repeating: [Button(id: "1", text: "x")], count: 31)),
    ]) func refused(_ content: MessageContent) {
        #expect(throws: StoaError.self) { try ContentRules.check(content) }
    }

    @Test(arguments: [
        MessageContent(text: "a"), MessageContent(text: String(repeating: "😀", count: 4096)),
        MessageContent(text: "😀", entities: [Entity(type: .bold, offset: 0, length: 2)]),
        MessageContent(text: "a", entities: [Entity(type: .textLink, offset: 0, length: 1, url: "HTTPS://x.example/?a=b#c")]),
        MessageContent(text: "a", buttons: [[Button(id: "1", text: "x", data: String(repeating: "d", count: 1024))]]),
    ]) func accepted(_ content: MessageContent) throws {
        try ContentRules.check(content)
    }
}

@Suite struct TextTests {
    @Test(
        arguments: [
            ("/start", "start", nil, ""), ("/Order two  pizzas \n", "order", nil, "two  pizzas"), ("/a@Bot x", "a", "bot", "x"),
            ("/a\nb", "a", nil, "b"),
        ] as [(String, String, String?, String)]) func commands(_ text: String, _ name: String, _ to: String?, _ rest: String)
        throws
    {
        let command = try #require(CommandText(text))
        #expect(command.name == name && command.addressee == to && command.arguments == rest)
    }

    @Test(arguments: ["", "/", "start", " /start", "//", "/é", "/a-b", "/a@", "/a@b@c", "/" + String(repeating: "a", count: 33)])
    func noCommands(_ text: String) {
        #expect(CommandText(text) == nil)
    }

    @Test func mentions() {
        for text in ["@bot", "hi @Bot!", "(@bot)", "x\n@bot,y"] { #expect(Mentions.text(text, names: "bot"), "\(text)") }
        for text in ["bot", "@bots", "@bot_1", "a@", "@ bot"] { #expect(!Mentions.text(text, names: "bot"), "\(text)") }
    }

    @Test(arguments: [
        ("a.txt", "a.txt"), ("../../etc/passwd", "passwd"), ("C:\\x\\y.png", "y.png"), ("", "file"), ("..", "file"),
        ("/", "file"),
        ("a\u{0}\n\u{7F}b", "ab"), ("evil\u{202E}gpj.exe", "evilgpj.exe"),
    ]) func fileNames(_ name: String, _ cleaned: String) {
        #expect(Messaging.cleanFileName(name) == cleaned)
    }

    @Test func longFileNamesAreCutAtACharacter() {
        let name = Messaging.cleanFileName(String(repeating: "😀", count: 200))
        #expect(name.utf8.count <= 255 && name.unicodeScalars.allSatisfy { $0 == "😀" })
    }
}

@Suite struct FileTypeTests {
    private func type(_ head: [UInt8]) -> FileType { FileType(head: head) }

    @Test func picturesAndTheirSizes() {
        let png: [UInt8] =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 2, 128, 0, 0, 1, 224]
        #expect(type(png).mime == "image/png" && type(png).width == 640 && type(png).height == 480)
        let gif = Array("GIF89a".utf8) + [0x40, 0x01, 0xF0, 0x00]
        #expect(type(gif).mime == "image/gif" && type(gif).width == 320 && type(gif).height == 240)
        let jpeg: [UInt8] = [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 17, 8, 0, 100, 0, 200, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        #expect(type(jpeg).mime == "image/jpeg" && type(jpeg).width == 200 && type(jpeg).height == 100)
    }

    @Test func brokenPicturesHaveNoSize() {
        for head: [UInt8] in [
            [0xFF, 0xD8, 0xFF], [0xFF, 0xD8, 0xFF, 0xE0, 0, 0], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        ] {
            #expect(type(head).width == nil)
        }
        let huge: [UInt8] =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
            + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]
        #expect(type(huge).width == nil)
    }

    @Test func textIsTextAndTheRestIsBytes() {
        #expect(type(Array("<html>".utf8)).mime == "text/plain; charset=utf-8")
        #expect(type([0, 1, 2]).mime == "application/octet-stream")
        #expect(type([]).mime == "application/octet-stream")
        #expect(type([0xFF, 0xFE, 0x41]).mime == "application/octet-stream")
    }
}

@Suite struct RateLimiterTests {
    private static let user = Account(id: AccountID(1), kind: .user, name: "u", display: "u")
    private static let bot = Account(id: AccountID(2), kind: .bot, name: "b", display: "b")

    @Test func aBucketEmptiesAndFillsAgain() throws {
        let fixture = try MessagingFixture()
        var limits = RateLimits()
        limits.user = RateLimits.Bucket(perSecond: 2, burst: 3)
        let limiter = RateLimiter(limits: limits, clock: fixture.messaging.clock)
        for _ in 0..<3 { try limiter.take(Self.user, in: nil) }
        do {
            try limiter.take(Self.user, in: nil)
            Issue.record("no limit")
        } catch let error as StoaError {
            #expect(error.code == .rateLimited && error.retryAfter == 500)
        }
        fixture.advance(500)
        try limiter.take(Self.user, in: nil)
        #expect(throws: StoaError.self) { try limiter.take(Self.user, in: nil) }
    }

    @Test func aBotHasALimitForEachChat() throws {
        let fixture = try MessagingFixture()
        let limiter = RateLimiter(limits: RateLimits(), clock: fixture.messaging.clock)
        let (one, two) = (Chat(id: ChatID(1), kind: .group, title: "1"), Chat(id: ChatID(2), kind: .group, title: "2"))
        for _ in 0..<20 { try limiter.take(Self.bot, in: one) }
        #expect(throws: StoaError.self) { try limiter.take(Self.bot, in: one) }
        // A refusal takes nothing from the other buckets.
        for _ in 0..<20 { try limiter.take(Self.bot, in: two) }
    }

    @Test func withoutLimitsAllPasses() throws {
        let limiter = RateLimiter(limits: nil, clock: .system)
        for _ in 0..<1000 { try limiter.take(Self.user, in: nil) }
    }
}
