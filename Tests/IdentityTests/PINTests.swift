import Database
import Model
import Testing

@testable import Identity

@Suite struct PINTests {
    private let alice = AccountID(1)
    private let pins = PINs(key: [UInt8](repeating: 1, count: 32))

    @Test(arguments: ["1", "123", "12a4", "1234567890123", "", "1111", "1234", "4321", "٤٤٤٤", "000000", "123456"])
    func refusesWhatIsNoneOrGuessedFirst(pin: String) { #expect(throws: StoaError.self) { try PINs.check(pin) } }

    @Test(arguments: ["1357", "0420", "1122", "918273645"])
    func takesOthers(pin: String) throws { try PINs.check(pin) }

    private func set(_ pin: String, _ fixture: Fixture) async throws {
        let hash = try pins.hash(pin, of: alice)
        try await fixture.database.write { [pins, alice] in try pins.set(hash: hash, of: alice, now: fixture.time.now, in: $0) }
    }

    private func begin(_ fixture: Fixture) async throws -> PINs.Challenge {
        try await fixture.database.write { [pins, alice] in try pins.begin(of: alice, now: fixture.time.now, in: $0) }
    }

    private func code(_ body: () async throws -> Void) async -> StoaError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? StoaError)?.code }
    }

    @Test func isComparedWithAKeyAndForOnePerson() async throws {
        let fixture = try Fixture()
        #expect(await code { _ = try await begin(fixture) } == .pinNotSet)
        try await set("1357", fixture)
        let challenge = try await begin(fixture)
        #expect(pins.matches("1357", challenge))
        #expect(!pins.matches("1358", challenge))
        #expect(!PINs(key: [UInt8](repeating: 2, count: 32)).matches("1357", challenge))
    }

    @Test func locksAfterFiveTriesAndForgetsThemWhenItIsRight() async throws {
        let fixture = try Fixture()
        try await set("1357", fixture)
        for left in [4, 3, 2, 1] as [Int64] { #expect(try await begin(fixture).triesLeft == left) }
        let right = try await begin(fixture)
        #expect(await code { _ = try await begin(fixture) } == .pinLocked)
        try await fixture.database.write { [pins] in try pins.forgive(right, in: $0) }
        #expect(try await begin(fixture).triesLeft == 4)
    }

    @Test func eachFurtherTryLocksLonger() async throws {
        let fixture = try Fixture()
        try await set("1357", fixture)
        for _ in 0..<5 { _ = try await begin(fixture) }
        fixture.time.advance(PINs.firstLock - 1)
        #expect(await code { _ = try await begin(fixture) } == .pinLocked)
        fixture.time.advance(1)
        _ = try await begin(fixture)
        fixture.time.advance(2 * PINs.firstLock - 1)
        #expect(await code { _ = try await begin(fixture) } == .pinLocked)
        fixture.time.advance(1)
        _ = try await begin(fixture)
    }

    @Test func whatWasComparedWithAnOldPINIsWorthNothing() async throws {
        let fixture = try Fixture()
        try await set("1357", fixture)
        let old = try await begin(fixture)
        try await set("2468", fixture)
        #expect(await code { try await fixture.database.write { [pins] in try pins.accept(old, in: $0) } } == .wrongPIN)
    }
}
