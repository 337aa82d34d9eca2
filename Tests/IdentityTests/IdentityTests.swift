import Crypto
import Database
import Foundation
import Model
import Testing

@testable import Identity

@Suite struct SessionTests {
    private let alice = AccountID(1)
    private let bob = AccountID(2)

    @Test func aTokenOpensItsSession() async throws {
        let fixture = try Fixture()
        let (one, two) = (try await fixture.open(alice), try await fixture.open(alice))
        #expect(one.token != two.token)
        #expect(try await fixture.find(one.token) == one.session)
        for wrong in ["", "short", one.token + "x", String(one.token.dropLast()), String(repeating: "a", count: 5000)] {
            #expect(try await fixture.find(wrong) == nil)
        }
    }

    @Test func tokensAreNotKept() async throws {
        let fixture = try Fixture()
        let token = try await fixture.open(alice).token
        fixture.database.close()
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
        for file in files {
            let bytes = FileManager.default.contents(atPath: "\(fixture.folder)/\(file)") ?? Data()
            #expect(bytes.range(of: Data(token.utf8)) == nil)
        }
    }

    @Test func onlyItsOwnerRevokesASession() async throws {
        let fixture = try Fixture()
        let (alice, bob) = (alice, bob)
        let (token, session) = try await fixture.open(alice)
        let sessions = fixture.sessions
        let byBob = try await fixture.database.write { tx in try sessions.revoke(session.id, of: bob, in: tx) }
        #expect(!byBob)
        #expect(try await fixture.find(token) != nil)
        let byAlice = try await fixture.database.write { tx in try sessions.revoke(session.id, of: alice, in: tx) }
        #expect(byAlice)
        #expect(try await fixture.find(token) == nil)
    }

    @Test func sessionsExpire() async throws {
        let fixture = try Fixture()
        let alice = alice
        let token = try await fixture.open(alice).token
        fixture.time.advance(Sessions.lifetime - 1)
        #expect(try await fixture.find(token) != nil)
        fixture.time.advance(1)
        #expect(try await fixture.find(token) == nil)
        let sessions = fixture.sessions
        let later = try await fixture.open(alice).session
        try await fixture.database.write { tx in try sessions.removeExpired(in: tx) }
        let list = try await fixture.database.read { tx in try sessions.list(of: alice, in: tx).map(\.session) }
        #expect(list == [later])
    }

    @Test func passwords() async throws {
        let fixture = try Fixture()
        let alice = alice
        let sessions = fixture.sessions
        let hash = try Password.hash("correct horse")
        try await fixture.database.write { tx in
            try sessions.setPassword(hash: "old", of: alice, in: tx)
            try sessions.setPassword(hash: hash, of: alice, in: tx)
        }
        let stored = try await fixture.database.read { tx in try sessions.passwordHash(of: alice, in: tx) }
        #expect(sessions.verify("correct horse", hash: stored))
        #expect(!sessions.verify("wrong", hash: stored))
        #expect(!sessions.verify("correct horse", hash: nil))
    }
}

@Suite struct BotTokenTests {
    @Test func aNewTokenEndsTheOneBefore() async throws {
        let fixture = try Fixture()
        let issue: @Sendable () async throws -> String = {
            try await fixture.database.write { tx in try BotTokens.issue(for: AccountID(7), now: 1, in: tx) }
        }
        let find: @Sendable (String) async throws -> AccountID? = { token in
            try await fixture.database.read { tx in try BotTokens.find(token, in: tx) }
        }
        let first = try await issue()
        #expect(first.hasPrefix("7:"))
        #expect(try await find(first) == AccountID(7))
        let second = try await issue()
        #expect(try await find(first) == nil)
        #expect(try await find(second) == AccountID(7))
        for wrong in [
            "", ":", "7:", "7", "8:" + second.dropFirst(2), "x:y", second + "z", "7:" + String(repeating: "a", count: 999),
        ] {
            #expect(try await find(wrong) == nil)
        }
    }
}

@Suite struct SignInThrottleTests {
    private func isPaused(_ throttle: SignInThrottle, _ name: String, _ address: String) -> Int64? {
        do {
            try throttle.check(name: name, address: address)
            return nil
        } catch {
            return (error as? StoaError)?.retryAfter
        }
    }

    @Test func pausesGrowForAName() {
        let time = Fixture.TestTime()
        let throttle = SignInThrottle(clock: time.clock)
        var pauses: [Int64] = []
        for _ in 0..<20 {
            throttle.failed(name: "alice", address: "10.0.0.1")
            guard let pause = isPaused(throttle, "ALICE", "10.0.0.2") else { continue }
            pauses.append(pause)
            time.advance(pause)
        }
        #expect(pauses.first == 2000 && pauses.last == 900_000)
        #expect(pauses == pauses.sorted())
        #expect(isPaused(throttle, "bob", "10.0.0.2") == nil)
    }

    @Test func successAndTimeForgive() {
        let time = Fixture.TestTime()
        let throttle = SignInThrottle(clock: time.clock)
        for _ in 0..<6 { throttle.failed(name: "alice", address: "a") }
        #expect(isPaused(throttle, "alice", "b") != nil)
        throttle.succeeded(name: "Alice")
        #expect(isPaused(throttle, "alice", "b") == nil)
        for _ in 0..<6 { throttle.failed(name: "bob", address: "a") }
        time.advance(2 * 3_600_000)
        throttle.failed(name: "bob", address: "a")
        #expect(isPaused(throttle, "bob", "b") == nil)
    }

    @Test func anAddressIsSlowedDownForAllNames() {
        let throttle = SignInThrottle(clock: Fixture.TestTime().clock)
        for number in 0..<60 { throttle.failed(name: "n\(number)", address: "a") }
        #expect(isPaused(throttle, "fresh", "a") != nil)
        #expect(isPaused(throttle, "fresh", "b") == nil)
    }
}
