import Synchronization
import Testing

@testable import Model

@Suite struct IDGeneratorTests {
    /// A clock that a test moves.
    private final class TestTime: Sendable {
        let now: Mutex<Int64>

        init(_ now: Int64) { self.now = Mutex(now) }

        var clock: Clock { Clock { [self] in now.withLock { $0 } } }
    }

    @Test func idsRiseThoughTheClockStandsOrStepsBack() {
        let time = TestTime(1_800_000_000_000)
        let ids = IDGenerator(clock: time.clock)
        var last: Int64 = 0
        for step in 0..<20_000 {
            if step == 10_000 { time.now.withLock { $0 -= 60_000 } }
            let id = ids.next()
            #expect(id > last)
            last = id
        }
    }

    @Test func idsFollowTheClock() {
        let time = TestTime(1_800_000_000_000)
        let ids = IDGenerator(clock: time.clock)
        #expect(ids.next() >> 12 == 1_800_000_000_000 - IDGenerator.epoch)
        time.now.withLock { $0 += 5 }
        #expect(ids.next() >> 12 == 1_800_000_000_005 - IDGenerator.epoch)
    }

    @Test func idsStayBelow2To53Until2095() {
        // 2095-01-01T00:00:00Z
        let ids = IDGenerator(clock: TestTime(3_944_678_400_000).clock)
        #expect(ids.next() < 1 << 53)
    }

    @Test func aClockBefore2026GivesPositiveIDs() {
        #expect(IDGenerator(clock: TestTime(0).clock).next() == 1)
    }

    @Test func blocksDoNotOverlap() {
        let ids = IDGenerator(clock: TestTime(1_800_000_000_000).clock)
        let first = ids.block(10)
        #expect(ids.next() == first + 10)
    }

    @Test func idsStayAboveWhatIsInUse() {
        let ids = IDGenerator(clock: TestTime(IDGenerator.epoch).clock, above: 1000)
        #expect(ids.next() == 1001)
        ids.raise(above: 5000)
        ids.raise(above: 10)
        #expect(ids.next() == 5001)
    }

    @Test func threadsNeverShareAnID() async {
        let ids = IDGenerator(clock: .system)
        let all = await withTaskGroup(of: [Int64].self) { group in
            for _ in 0..<8 { group.addTask { (0..<2000).map { _ in ids.next() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(all).count == all.count)
    }
}

@Suite struct NameTests {
    @Test(arguments: ["a", "Alice", "a_1", "z9", String(repeating: "a", count: 32)]) func goodNames(_ name: String) throws {
        try Account.checkName(name)
    }

    @Test(arguments: [
        "", "1a", "_a", "a b", "a-b", "é", "a\u{0}", "@a", "[a]", "`", "{", String(repeating: "a", count: 33), "a\u{301}",
    ]) func badNames(_ name: String) {
        #expect(throws: StoaError.self) { try Account.checkName(name) }
    }

    @Test func displayNames() throws {
        try Account.checkDisplay("Ålice 🦊")
        let long = String(repeating: "x", count: 65)
        for bad in ["", "  ", "\u{3000}", long, "a\u{0}b", "a\nb", "a\u{1B}[2J", "\u{202E}bot", "a\u{2028}b"] {
            #expect(throws: StoaError.self) { try Account.checkDisplay(bad) }
        }
    }
}

@Suite struct ShownTextTests {
    /// Controls, and all that turn the direction of text.
    private static let scalars =
        [0x00, 0x07, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0x061C, 0x200E, 0x200F] + Array(0x202A...0x202E) + Array(0x2066...0x2069)

    @Test("what steers a screen is no text", arguments: scalars)
    func steering(value: Int) throws {
        let text = "a\(Character(try #require(Unicode.Scalar(value))))b"
        #expect(!text.isLine(upTo: 64) && !text.isProse(upTo: 64))
        #expect(text.visible == "a⟨U+\(String(value, radix: 16, uppercase: true))⟩b")
    }

    @Test("text in any language, and pictures of several scalars, stays as it is")
    func ordinary() {
        for text in ["Pizza", "Ålice 🦊", "שלום", "مرحبا", "👩‍👩‍👧", "a\tb".replacing("\t", with: " ")] {
            #expect(text.isLine(upTo: 64) && text.isProse(upTo: 64))
        }
        let prose = "one\n\ttwo"
        #expect(prose.isProse(upTo: 8) && !prose.isLine(upTo: 64) && !prose.isProse(upTo: 7))
        #expect(prose.visibleLines == ["one", "\ttwo"])
        #expect("".isProse(upTo: 0) && !" \n".isProse(upTo: 9, mayBeBlank: false))
    }
}

@Suite struct WordTests {
    @Test func rolesAreOrdered() {
        #expect(Chat.Role.member < .admin && Chat.Role.admin < .owner)
        for role in [Chat.Role.member, .admin, .owner] { #expect(Chat.Role(name: role.name) == role) }
        #expect(Chat.Role(name: "king") == nil)
    }

    @Test func codesAreStableNames() {
        let names = StoaError.Code.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
    }

    @Test func theClockIsSane() {
        #expect(Clock.system.now() > 1_700_000_000_000)
        let before = Clock.monotonicMicroseconds()
        #expect(Clock.monotonicMicroseconds() >= before)
    }
}
