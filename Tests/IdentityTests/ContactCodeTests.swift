import Database
import Foundation
import Model
import Testing

@testable import Identity

@Suite struct ContactCodeTests {
    private let alice = AccountID(1)
    private let minute: Int64 = 60_000
    private let hour: Int64 = 3_600_000

    private func make(
        _ fixture: Fixture, _ address: String = "a@example.com", _ kind: ContactKind = .email, of person: AccountID = AccountID(1)
    ) async throws -> ContactCodes.Made {
        let now = fixture.time.now
        return try await fixture.database.write { try ContactCodes.make(kind, address, of: person, now: now, in: $0) }
    }

    private func confirm(
        _ fixture: Fixture, _ code: String, _ kind: ContactKind = .email, of person: AccountID = AccountID(1)
    ) async throws -> ContactCodes.Outcome {
        let now = fixture.time.now
        return try await fixture.database.write { try ContactCodes.confirm(kind, code: code, of: person, now: now, in: $0) }
    }

    private func known(_ fixture: Fixture, of person: AccountID = AccountID(1)) async throws -> [Attributes.Known] {
        try await fixture.database.read { try Attributes.all(of: person, in: $0) }
    }

    /// Milliseconds until the next code, when there is none now.
    private func pause(
        _ fixture: Fixture, _ address: String = "a@example.com", of person: AccountID = AccountID(1)
    ) async throws -> Int64? {
        do {
            _ = try await make(fixture, address, of: person)
            return nil
        } catch let error as StoaError where error.code == .rateLimited {
            return error.retryAfter
        }
    }

    private func another(_ code: String) -> String { code == "000000" ? "000001" : "000000" }

    @Test func theRightCodeVerifiesOnce() async throws {
        let fixture = try Fixture()
        let code = try await make(fixture).code
        #expect(code.utf8.count == 6 && code.utf8.allSatisfy { (0x30...0x39).contains($0) })
        #expect(try await confirm(fixture, code, .phone) == .none)
        #expect(try await confirm(fixture, code, of: AccountID(2)) == .none)
        #expect(try await known(fixture).isEmpty)
        #expect(try await confirm(fixture, code) == .verified)
        let now = fixture.time.now
        let expected = Attributes.Known(name: .email, value: "a@example.com", verifiedAt: now, by: .code)
        #expect(try await known(fixture) == [expected])
        #expect(try await confirm(fixture, code) == .none)
    }

    @Test func fiveWrongTriesAndItIsGone() async throws {
        let fixture = try Fixture()
        let code = try await make(fixture).code
        for left in (0..<5).reversed() {
            #expect(try await confirm(fixture, another(code)) == .wrong(triesLeft: Int64(left)))
        }
        #expect(try await confirm(fixture, code) == .none)
        #expect(try await known(fixture).isEmpty)
    }

    @Test func codesExpireAndANewOneEndsTheOneBefore() async throws {
        let fixture = try Fixture()
        let first = try await make(fixture)
        #expect(first.expiresAt == fixture.time.now + 10 * minute)
        fixture.time.advance(10 * minute)
        #expect(try await confirm(fixture, first.code) == .none)
        let second = try await make(fixture, "b@example.com")
        _ = try await confirm(fixture, another(second.code))
        fixture.time.advance(minute)
        var third = try await make(fixture, "c@example.com")
        while third.code == second.code {
            fixture.time.advance(hour)
            third = try await make(fixture, "c@example.com")
        }
        // With all its tries again.
        #expect(try await confirm(fixture, second.code) == .wrong(triesLeft: 4))
        #expect(try await confirm(fixture, third.code) == .verified)
        #expect(try await known(fixture).map(\.value) == ["c@example.com"])
    }

    @Test func nobodyAsksForMany() async throws {
        let fixture = try Fixture()
        #expect(try await pause(fixture) == nil)
        #expect(try await pause(fixture) == minute)
        fixture.time.advance(minute - 1)
        #expect(try await pause(fixture, "b@example.com") == 1000)
        fixture.time.advance(1)
        #expect(try await pause(fixture) == nil)
        fixture.time.advance(minute)
        #expect(try await pause(fixture) == nil)
        fixture.time.advance(minute)
        #expect(try await pause(fixture) == hour - 3 * minute)
        fixture.time.advance(hour - 3 * minute)
        #expect(try await pause(fixture) == nil)
        #expect(try await pause(fixture) == minute)
    }

    @Test func nobodyIsFlooded() async throws {
        let fixture = try Fixture()
        for person in 1...5 { #expect(try await pause(fixture, "Bob@example.com", of: AccountID(Int64(person))) == nil) }
        #expect(try await pause(fixture, "bob@EXAMPLE.com", of: AccountID(6)) == hour)
        #expect(try await pause(fixture, "other@example.com", of: AccountID(6)) == nil)
        fixture.time.advance(hour)
        #expect(try await pause(fixture, "bob@example.com", of: AccountID(7)) == nil)
    }

    @Test(arguments: [
        "", "a", "@example.com", "a@", "a@b@c", "a b@example.com", "-t@example.com", "a,b@example.com", "<a@example.com>",
        "a;b@example.com", "\"a\"@example.com", "a@example.com\n", "a@example.com\0",
    ])
    func whatIsNoPlainAddressIsSentNothing(address: String) async throws {
        let fixture = try Fixture()
        await #expect(throws: StoaError.self) { _ = try await make(fixture, address) }
        #expect(try await pause(fixture) == nil, "and it does not count")
    }

    @Test(arguments: ["", "+", "4915112345678", "+49 151", "+49151a2345678", "+١٢٣٤٥٦٧٨٩", "+12345678901234567", "-t"])
    func whatIsNoNumberIsSentNothing(number: String) async throws {
        let fixture = try Fixture()
        await #expect(throws: StoaError.self) { _ = try await make(fixture, number, .phone) }
    }

    @Test func familiesShareANumber() async throws {
        let fixture = try Fixture()
        for person in [AccountID(1), AccountID(2)] {
            let code = try await make(fixture, "+4915112345678", .phone, of: person).code
            #expect(try await confirm(fixture, code, .phone, of: person) == .verified)
        }
        #expect(try await known(fixture, of: AccountID(2)).map(\.value) == ["+4915112345678"])
    }

    @Test func whatIsOverIsRemoved() async throws {
        let fixture = try Fixture()
        _ = try await make(fixture)
        for (later, left) in [(10 * minute - 1, [Int64(1), 1]), (1, [0, 1]), (50 * minute, [0, 0])] {
            fixture.time.advance(later)
            let now = fixture.time.now
            let counts = try await fixture.database.write { tx in
                try ContactCodes.removeExpired(now: now, in: tx)
                return try tx.query("SELECT count(*) FROM contact_codes UNION ALL SELECT count(*) FROM contact_sends") {
                    try $0.int(0)
                }
            }
            #expect(counts == left)
        }
    }

    @Test func theOperatorsWordIsKeptApart() async throws {
        let fixture = try Fixture()
        try await fixture.database.write { tx in
            try Attributes.set(.phone, to: "+4915112345678", of: AccountID(1), now: 5, in: tx)
        }
        #expect(try await known(fixture).map(\.by) == [.operator])
        let removed = try await fixture.database.write { tx in
            [
                try Attributes.remove(.phone, of: AccountID(1), in: tx), try Attributes.remove(.phone, of: AccountID(1), in: tx),
            ]
        }
        #expect(removed == [true, false])
    }
}
