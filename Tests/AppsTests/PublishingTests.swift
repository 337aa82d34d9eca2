import Apps
import Crypto
import Database
import Foundation
import Model
import Synchronization
import Testing

@Suite struct PublishingTests {
    @Test("a stage only ever adds chats, and is as large as it says")
    func stages() {
        let (active, candidate) = (AppVersionID(1 << 40), AppVersionID((1 << 40) + 4096))
        let chats = (1...20_000).map { ChatID(Int64(1 << 45) + Int64($0) * 4096) }
        var before: Set<ChatID> = []
        for percent in [1, 10, 25, 50, 99] {
            let rollout = Rollout(
                bot: AccountID(1), active: active, candidate: .init(version: candidate, percent: percent))
            let now = Set(chats.filter { rollout.version(for: $0) == candidate })
            #expect(before.isSubset(of: now))
            #expect(abs(Double(now.count) / Double(chats.count) * 100 - Double(percent)) < 1)
            #expect(rollout.version(for: nil) == active)
            before = now
        }
        #expect(Rollout(bot: AccountID(1), active: nil).version(for: chats[0]) == nil)
    }

    @Test("a release's steps: none leads out of an end, and none back into review")
    func steps() {
        for state in Release.State.allCases {
            for step in Release.State.Step.allCases {
                let next = state.after(step)
                #expect(next != .inReview)
                if [.rejected, .withdrawn, .rolledBack].contains(state) { #expect(next == nil) }
                if step == .stage || step == .admit { #expect(next == nil || state == .inReview || state == .staged) }
            }
        }
    }

    @Test("from the queue to the people and back")
    func releases() async throws {
        try await AppStoreTests.withDatabase { database in
            guard let key = Ed25519.PrivateKey() else { return }
            let publicKey = try #require(PublisherKey(bytes: key.publicKey))
            let packages = try ["1.0.0", "2.0.0", "3.0.0"].map { version in
                try AppStoreTests.package(main: Fixture.main + "-- \(version)\n", version: version)
            }
            let signatures = packages.compactMap { PackageSignature(of: $0, publisher: "acme", by: key) }
            let next = Mutex<Int64>(100)
            let newID: @Sendable () -> Int64 = {
                next.withLock {
                    $0 += 1; return $0
                }
            }
            let acme = try await database.write { tx in
                let acme = try Publishers.create(name: "acme", title: "Acme", owner: AccountID(5), id: 1, now: 1, in: tx)
                _ = try Publishers.add(publicKey, to: acme, by: "ann", isAdmitted: false, now: 1, in: tx)
                return acme
            }
            let submit = { @Sendable (number: Int) in
                try await database.write { tx in
                    try Releases.submit(
                        packages[number], signature: signatures[number], notes: "", findings: "", publisher: acme, by: "ann",
                        account: { _ in AccountID(7) }, now: 2, newID: newID, in: tx)
                }
            }
            let admit = { @Sendable (release: Release, percent: Int) in
                try await database.write { try Releases.admit(release.id, percent: percent, by: "op", now: 3, in: $0) }
            }
            let app = { @Sendable in try await database.read { try #require(try AppStore.app(named: "pizza", in: $0)) } }
            let rollout = { @Sendable in try await database.read { try #require(try AppStore.rollout(of: AccountID(7), in: $0)) }
            }

            let first = try await submit(0)
            #expect(try await app().state == .unreleased)
            #expect(try await rollout().active == nil)
            #expect(try await database.read { try AppStore.apps(in: $0).isEmpty })
            // Nothing to stand beside.
            await #expect(throws: StoaError.self) { try await admit(first, 10) }
            #expect(try await admit(first, 100).state == .live)
            #expect(try await app().active.id == first.version)

            let second = try await submit(1)
            #expect(try await rollout().active == first.version)
            #expect(try await admit(second, 10).percent == 10)
            #expect(try await rollout().candidate == .init(version: second.version, percent: 10))
            await #expect(throws: StoaError.self) { try await admit(second, 5) }
            _ = try await database.write { try Releases.rollBack("pizza", by: "op", now: 4, in: $0) }
            #expect(try await rollout() == Rollout(bot: AccountID(7), active: first.version))

            // The same again is let in, since it is not with the people; it takes the place of what waits.
            let again = try await submit(1)
            let third = try await submit(2)
            #expect(try await database.read { try Releases.require(again.id, in: $0).state } == .withdrawn)
            _ = try await admit(third, 100)
            #expect(try await database.read { try Releases.require(first.id, in: $0).state } == .superseded)
            _ = try await database.write { try Releases.rollBack("pizza", by: "op", now: 5, in: $0) }
            // Not to the second one, which was never live.
            #expect(try await app().active.id == first.version)
            #expect(try await database.read { try Releases.require(first.id, in: $0).state } == .live)
            #expect(try await database.read { try Releases.require(third.id, in: $0).state } == .rolledBack)
        }
    }

    /// Sends releases of `acme` in and decides on them, at times that the test says.
    private final class Desk: Sendable {
        private let next = Mutex<Int64>(100)
        private let pem: [UInt8]
        let acme: Publisher
        let database: Database

        init(_ database: Database) async throws {
            guard let key = Ed25519.PrivateKey(), let pem = key.pem, let publicKey = PublisherKey(bytes: key.publicKey) else {
                throw StoaError(.internal, "no key")
            }
            self.pem = pem
            self.database = database
            acme = try await database.write { tx in
                let acme = try Publishers.create(name: "acme", title: "Acme", owner: AccountID(5), id: 1, now: 1, in: tx)
                _ = try Publishers.add(publicKey, to: acme, by: "ann", isAdmitted: false, now: 1, in: tx)
                return acme
            }
        }

        func submit(_ name: String, _ version: String, notes: String = "", at now: Int64 = 2) async throws -> Release {
            let package = try AppStoreTests.package(name, main: Fixture.main + "-- \(version)\n", version: version)
            guard let key = Ed25519.PrivateKey(pem: pem),
                let signature = PackageSignature(of: package, publisher: acme.name, by: key)
            else { throw StoaError(.internal, "no signature") }
            return try await database.write { [acme] tx in
                try Releases.submit(
                    package, signature: signature, notes: notes, findings: "", publisher: acme, by: "ann",
                    account: { _ in AccountID(self.newID()) }, now: now, newID: { self.newID() }, in: tx)
            }
        }

        func admit(_ release: Release) async throws {
            _ = try await database.write { try Releases.admit(release.id, percent: 100, by: "op", now: 3, in: $0) }
        }

        private func newID() -> Int64 {
            next.withLock {
                $0 += 1
                return $0
            }
        }
    }

    private static func code(_ body: () async throws -> Void) async -> StoaError.Code? {
        do { try await body() } catch { return (error as? StoaError)?.code }
        return nil
    }

    @Test("a publisher takes so many names that nobody admitted, and sends so much in within a day")
    func bounds() async throws {
        try await AppStoreTests.withDatabase { database in
            let desk = try await Desk(database)
            for number in 1...Releases.maxUnreleased { _ = try await desk.submit("app\(number)", "1") }
            for number in 2..<Releases.maxUnreleased {
                let waiting = try await database.read { try Releases.open(in: $0) }
                let release = try #require(waiting.first)
                _ = try await database.write { try Releases.reject(release.id, reason: "no", by: "op", now: 3, in: $0) }
                #expect(await Self.code { _ = try await desk.submit("more\(number)", "1") } == .quotaExceeded)
            }
            let last = try #require(try await database.read { try Releases.open(in: $0).last })
            try await desk.admit(last)
            _ = try await desk.submit("more", "1")
            // Each takes the place of the one before, so none of them is too many to wait.
            for number in 1...Releases.maxDaily - Releases.maxUnreleased - 1 { _ = try await desk.submit("more", "2.\(number)") }
            #expect(await Self.code { _ = try await desk.submit("more", "3") } == .rateLimited)
            _ = try await desk.submit("more", "3", at: 2 + 24 * 3600 * 1000)
            #expect(await Self.code { _ = try await desk.submit("more", "4", notes: "\u{1B}[2J") } == .badRequest)
        }
    }

    @Test("the files of what came to nothing go after a while, unless something needs them; the release stays")
    func oldFiles() async throws {
        try await AppStoreTests.withDatabase { database in
            let desk = try await Desk(database)
            let first = try await desk.submit("pizza", "1")
            try await desk.admit(first)
            let second = try await desk.submit("pizza", "2")
            try await desk.admit(second)
            _ = try await database.write { try Releases.rollBack("pizza", by: "op", now: 4, in: $0) }
            let third = try await desk.submit("pizza", "3")
            try await desk.admit(third)
            let fourth = try await desk.submit("pizza", "4")
            _ = try await database.write { try Releases.reject(fourth.id, reason: "no", by: "op", now: 3, in: $0) }
            let fifth = try await desk.submit("pizza", "5")
            let later = Releases.keptFor + 10
            let kept = { @Sendable in
                try await database.read { tx in
                    try [first, second, third, fourth, fifth].map { try AppStore.hasFiles($0.version, in: tx) }
                }
            }
            let remove = { @Sendable (now: Int64, inUse: Set<AppVersionID>) in
                try await database.write { try Releases.removeOldFiles(now: now, inUse: inUse, in: $0) }
            }
            #expect(try await !remove(Releases.keptFor, []))
            #expect(try await remove(later, [second.version]))
            #expect(try await !remove(later, [second.version]))
            #expect(try await kept() == [true, true, true, false, true])
            #expect(try await remove(later, []))
            #expect(try await !remove(later, []))
            #expect(try await kept() == [true, false, true, false, true])
            #expect(try await database.read { try Releases.require(fourth.id, in: $0).state } == .rejected)
            // Back to one that can still run.
            let back = try await database.write { try Releases.rollBack("pizza", by: "op", now: later, in: $0) }
            #expect(back.id == first.version)
        }
    }

    @Test("keys: the first signs at once, the next waits, a revoked one is revoked for good; nobody takes another's")
    func keys() async throws {
        try await AppStoreTests.withDatabase { database in
            let keys = (1...2).compactMap { PublisherKey(bytes: [UInt8](repeating: UInt8($0), count: 32)) }
            try await database.write { tx in
                let acme = try Publishers.create(name: "acme", title: "A", owner: AccountID(5), id: 1, now: 1, in: tx)
                let evil = try Publishers.create(name: "evil", title: "E", owner: AccountID(6), id: 2, now: 1, in: tx)
                #expect(try Publishers.add(keys[0], to: acme, by: "a", isAdmitted: false, now: 1, in: tx) == .active)
                #expect(try Publishers.add(keys[1], to: acme, by: "a", isAdmitted: false, now: 2, in: tx) == .waiting)
                #expect(throws: StoaError.self) {
                    _ = try Publishers.add(keys[0], to: evil, by: "e", isAdmitted: true, now: 2, in: tx)
                }
                try Publishers.set(keys[0], to: .revoked, of: acme, in: tx)
                #expect(throws: StoaError.self) { try Publishers.set(keys[0], to: .active, of: acme, in: tx) }
                #expect(try Publishers.owner(of: keys[0], in: tx)?.state == .revoked)
                #expect(throws: StoaError.self) {
                    try Publishers.create(name: "Operator", title: "O", owner: nil, id: 3, now: 1, in: tx)
                }
                #expect(throws: StoaError.self) { try Publishers.remove(AccountID(5), from: acme, in: tx) }
                #expect(throws: StoaError.self) { _ = try Publishers.require(AccountID(6), atLeast: .developer, in: "acme", tx) }
            }
        }
    }

    @Test("what an operator reads is what runs")
    func difference() {
        let lines = PackageDiff.lines(
            before: Array("a\nb\nc\nd\ne\nf\ng\nh\n".utf8), now: Array("a\nb\nc\nd\ne\nf\n\u{202E}x\nh\n".utf8))
        #expect(
            lines == [
                .skipped(3), .same("d"), .same("e"), .same("f"), .removed("g"), .added("⟨U+202E⟩x"), .same("h"), .same(""),
            ])
        #expect(PackageDiff.lines(before: nil, now: [0, 1]).isEmpty)
        // Quick also when nothing is alike.
        let long = (0..<20_000).map { "a\($0)" }.joined(separator: "\n")
        #expect(PackageDiff.lines(before: Array(long.utf8), now: Array(long.replacing("a", with: "b").utf8)).count == 40_000)
    }

    @Test(
        "secrets are found, and words that only look like them are not",
        arguments: [
            ("local k = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'", true), ("-- 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", true),
            ("-----BEGIN EC PRIVATE KEY-----", true), ("x = \"ghp_0123456789abcdefghijABCDEFGHIJ012345\"", true),
            ("local ask_live_questions = 1", false), ("sk_live_", false), ("12:30 tonight", false),
            ("-----BEGIN PUBLIC KEY-----", false), ("12345678:short", false),
        ])
    func secrets(line: String, isFound: Bool) throws {
        let package = try AppStoreTests.package(main: Fixture.main + "-- \(line)\n")
        #expect(SecretScan.check(package, severity: .error).count == (isFound ? 1 : 0))
    }
}
