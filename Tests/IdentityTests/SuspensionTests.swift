import Crypto
import Database
import Foundation
import Model
import Testing

@testable import Identity

@Suite struct SuspensionTests {
    private let bob = AccountID(2)

    @Test func whoIsSuspendedOpensNoSession() async throws {
        let fixture = try Fixture()
        let (bob, now) = (bob, fixture.time.now)
        let (one, two) = (try await fixture.open(bob), try await fixture.open(bob))
        let other = try await fixture.open(AccountID(3))
        let ended = try await fixture.database.write { [sessions = fixture.sessions] tx in
            try Suspensions.begin(bob, reason: "Sends spam", by: "operator", now: now, in: tx)
            return try sessions.revokeAll(of: bob, in: tx)
        }
        #expect(Set(ended) == [one.session.id, two.session.id])
        for token in [one.token, two.token] { #expect(try await fixture.find(token) == nil) }
        #expect(try await fixture.find(other.token) != nil)
        await #expect {
            _ = try await fixture.open(bob)
        } throws: { error in
            (error as? StoaError)?.code == .forbidden && "\(error)".contains("Sends spam")
        }
        let found = try await fixture.database.read { try Suspensions.of(bob, in: $0) }
        #expect(found == Suspension(reason: "Sends spam", by: "operator", date: now))
        try await fixture.database.write { try Suspensions.end(bob, in: $0) }
        let later = try await fixture.open(bob)
        #expect(try await fixture.find(later.token) != nil)
        // What ended stays ended.
        #expect(try await fixture.find(one.token) == nil)
    }

    @Test func onceIsOnceAndAReasonSaysSomething() async throws {
        let fixture = try Fixture()
        let bob = bob
        for reason in ["", "  ", "a\nb", String(repeating: "x", count: 1001)] {
            await #expect(throws: StoaError.self) {
                try await fixture.database.write { try Suspensions.begin(bob, reason: reason, by: "x", now: 1, in: $0) }
            }
        }
        let code: @Sendable (@escaping @Sendable (Transaction) throws -> Void) async throws -> StoaError.Code? = { body in
            do { try await fixture.database.write(body) } catch let error as StoaError { return error.code }
            return nil
        }
        #expect(try await code { try Suspensions.end(bob, in: $0) } == .conflict)
        #expect(try await code { try Suspensions.begin(bob, reason: "a", by: "x", now: 1, in: $0) } == nil)
        #expect(try await code { try Suspensions.begin(bob, reason: "b", by: "y", now: 2, in: $0) } == .conflict)
        #expect(try await fixture.database.read { try Suspensions.of(bob, in: $0)?.reason } == "a")
    }
}

@Suite struct SignInResetTests {
    private let bob = AccountID(2)

    private func make(_ fixture: Fixture) async throws -> String {
        let (bob, now) = (bob, fixture.time.now)
        return try await fixture.database.write { try SignInResets.make(for: bob, now: now, in: $0).code }
    }

    private func use(_ fixture: Fixture, _ code: String, of user: AccountID = AccountID(2)) async throws -> Bool {
        let now = fixture.time.now
        return try await fixture.database.write { try SignInResets.use(code, of: user, now: now, in: $0) }
    }

    @Test func aCodeIsUsedOnce() async throws {
        let fixture = try Fixture()
        let code = try await make(fixture)
        let groups = code.split(separator: "-")
        #expect(groups.map(\.utf8.count) == [4, 4, 4, 4])
        #expect(!code.contains { "IO".contains($0) } && code == code.uppercased())
        for wrong in ["", "AAAA-AAAA-AAAA-AAAA", String(code.dropLast()), code + "A", "ABCDEFGHIJKLMNOP"] {
            #expect(try await !use(fixture, wrong))
        }
        #expect(try await !use(fixture, code, of: AccountID(3)))
        #expect(try await use(fixture, code))
        #expect(try await !use(fixture, code))
    }

    @Test func itIsReadAsPeopleTypeIt() async throws {
        let fixture = try Fixture()
        let code = try await make(fixture)
        #expect(try await use(fixture, " " + code.lowercased().replacingOccurrences(of: "-", with: " ")))
    }

    @Test func itExpiresAndANewOneEndsTheOneBefore() async throws {
        let fixture = try Fixture()
        let first = try await make(fixture)
        let second = try await make(fixture)
        #expect(try await !use(fixture, first))
        fixture.time.advance(SignInResets.lifetime)
        #expect(try await !use(fixture, second))
        let now = fixture.time.now
        try await fixture.database.write { try SignInResets.removeExpired(now: now, in: $0) }
        let left = try await fixture.database.read { try $0.first("SELECT count(*) FROM sign_in_resets") { try $0.int(0) } }
        #expect(left == 0)
    }

    @Test func codesAreNotKept() async throws {
        let fixture = try Fixture()
        let code = try await make(fixture)
        fixture.database.close()
        for file in try FileManager.default.contentsOfDirectory(atPath: fixture.folder) {
            let bytes = FileManager.default.contents(atPath: "\(fixture.folder)/\(file)") ?? Data()
            for form in [code, code.replacingOccurrences(of: "-", with: "")] {
                #expect(bytes.range(of: Data(form.utf8)) == nil)
            }
        }
    }

    @Test func anEndedPasswordDoesNotMatch() async throws {
        let fixture = try Fixture()
        let bob = bob
        let stored = try await fixture.database.write { [sessions = fixture.sessions] tx in
            try sessions.setPassword(hash: "a hash", of: bob, in: tx)
            try sessions.removePassword(of: bob, in: tx)
            return try sessions.passwordHash(of: bob, in: tx)
        }
        #expect(stored == nil)
    }
}

@Suite struct OperatorAndProfileTests {
    @Test func theRoleComesAndGoes() async throws {
        let fixture = try Fixture()
        let set: @Sendable (Bool) async throws -> [Bool] = { isOperator in
            try await fixture.database.write { tx in
                let changed = try Operators.set(AccountID(1), isOperator: isOperator, now: 1, in: tx)
                return [
                    changed, try Operators.contains(AccountID(1), in: tx), try Operators.contains(AccountID(2), in: tx),
                ]
            }
        }
        #expect(try await set(false) == [false, false, false])
        #expect(try await set(true) == [true, true, false])
        #expect(try await set(true) == [false, true, false])
        #expect(try await set(false) == [true, false, false])
    }

    @Test func aProfileIsEmptyUntilItIsSet() async throws {
        let fixture = try Fixture()
        let read: @Sendable () async throws -> Profile = {
            try await fixture.database.read { try Profiles.of(AccountID(1), in: $0) }
        }
        #expect(try await read() == Profile())
        let profile = Profile(language: .russian, picture: FileID(7))
        try await fixture.database.write { try Profiles.set(profile, of: AccountID(1), in: $0) }
        #expect(try await read() == profile)
        try await fixture.database.write { try Profiles.set(Profile(language: .english), of: AccountID(1), in: $0) }
        #expect(try await read() == Profile(language: .english))
    }
}
