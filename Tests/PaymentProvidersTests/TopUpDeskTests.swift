import Database
import Foundation
import Ledger
import Model
import Synchronization
import Testing

@testable import PaymentProviders

struct TopUpDeskTests {
    private static let alice = AccountID(1)

    /// Says what the test has it say, and counts how often it is asked.
    private final class FakeProvider: PaymentProvider {
        struct Script {
            var pay = TopUps.Word.waiting
            var cancel = TopUps.Word.failed(TopUp.Failure(code: "canceled", message: ""))
            var list: [ProviderEntry] = []
            var paid = 0
            var cancelled = 0
        }

        let kind = TopUp.Provider.stripe
        let script = Mutex(Script())
        /// How often to pay, and to cancel.
        var asked: [Int] { script.withLock { [$0.paid, $0.cancelled] } }

        func check(_ money: Money) throws(StoaError) {}

        func prepare(_ topUp: TopUp) async throws(ProviderFailure) -> ProviderReference {
            ProviderReference(name: "pi_\(topUp.id)", clientSecret: nil)
        }

        func pay(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word {
            script.withLock {
                $0.paid += 1
                return $0.pay
            }
        }

        func cancel(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word {
            script.withLock {
                $0.cancelled += 1
                return $0.cancel
            }
        }

        func refund(
            _ refund: TopUpRefund, of topUp: TopUp, _ reference: String
        ) async throws(ProviderFailure) -> Bool? { true }

        func list(since time: Int64) async throws(ProviderFailure) -> [ProviderEntry] { script.withLock { $0.list } }
    }

    /// A desk over a database of its own, with a clock and alarms that the test moves.
    private final class Fixture: Sendable {
        let folder = NSTemporaryDirectory() + "desk-\(UUID().uuidString)"
        let database: Database
        let desk: TopUpDesk
        let provider = FakeProvider()
        let time: TestTime
        let euros: Currency

        final class TestTime: Sendable {
            let now = Atomic<Int64>(1_800_000_000_000)
            let alarms = Mutex<[(at: Int64, body: @Sendable () -> Void)]>([])
        }

        init(moved: @escaping @Sendable (TopUp, Bool, Transaction) throws -> Void = { _, _, _ in }) throws {
            var options = DatabaseOptions()
            options.isDurable = false
            database = try Database.open(folder: folder, migrations: LedgerSchema.migrations, options: options)
            let time = TestTime()
            self.time = time
            let clock = Clock { time.now.load(ordering: .relaxed) }
            desk = TopUpDesk(
                database: database, topUps: TopUps(ledger: Ledger(ids: IDGenerator(clock: clock), clock: clock, key: [1])),
                providers: [provider], at: { at, body in time.alarms.withLock { $0.append((at, body)) } }, moved: moved,
                log: { _ in })
            euros = try Currency("EUR")
        }

        deinit {
            database.close()
            try? FileManager.default.removeItem(atPath: folder)
        }

        var now: Int64 { time.now.load(ordering: .relaxed) }

        func make() async throws -> TopUp {
            try await database.write { [desk, euros] tx in
                try desk.topUps.create(
                    TopUpID(desk.topUps.ledger.ids.next()), Money(500, euros), of: alice, by: .stripe, method: nil, in: tx)
            }
        }

        func topUp(_ id: TopUpID) async throws -> TopUp {
            try await database.read { [desk] in try desk.topUps.topUp(id, in: $0) }
        }

        func balance() async throws -> Int64 {
            try await database.read { [desk, euros] in
                try desk.topUps.ledger.account(of: alice.value, .wallet, euros, in: $0)?.available ?? 0
            }
        }
    }

    // MARK: What waits too long

    @Test func whatWaitsForThePersonIsCancelledAfterADay() async throws {
        let fixture = try Fixture()
        let made = try await fixture.make()
        #expect(try await fixture.desk.pursue(made).state == .pending)
        fixture.time.now.add(TopUps.openFor - 1, ordering: .relaxed)
        #expect(try await fixture.desk.pursue(try await fixture.topUp(made.id)).state == .pending)
        fixture.time.now.add(1, ordering: .relaxed)
        let over = try await fixture.desk.pursue(try await fixture.topUp(made.id))
        #expect(over.state == .failed && over.failure?.code == "expired" && over.nextAt == nil)
        #expect(fixture.provider.asked == [2, 1])
    }

    @Test func theProviderDecidesWhetherItIsCancelled() async throws {
        let fixture = try Fixture()
        let made = try await fixture.make()
        _ = try await fixture.desk.pursue(made)
        fixture.time.now.add(TopUps.openFor, ordering: .relaxed)
        // The bank has not decided; then it has paid.
        fixture.provider.script.withLock { $0.cancel = .waiting }
        #expect(try await fixture.desk.pursue(try await fixture.topUp(made.id)).state == .pending)
        fixture.provider.script.withLock { [euros = fixture.euros] in $0.cancel = .succeeded(Money(500, euros)) }
        #expect(try await fixture.desk.pursue(try await fixture.topUp(made.id)).state == .succeeded)
        #expect(try await fixture.balance() == 500)
    }

    @Test func whatWasNeverMadeKnownIsNotMadeKnownADayLater() async throws {
        let fixture = try Fixture()
        let made = try await fixture.make()
        fixture.time.now.add(TopUps.openFor, ordering: .relaxed)
        #expect(try await fixture.desk.pursue(made).state == .failed)
        #expect(fixture.provider.asked == [0, 0])
    }

    // MARK: What cannot be written

    @Test func whatFailsIsTriedAgainAfterAGrowingPause() async throws {
        let fixture = try Fixture { _, _, _ in throw StoaError(.internal, "on purpose") }
        _ = try await fixture.make()
        fixture.provider.script.withLock { [euros = fixture.euros] in $0.pay = .succeeded(Money(500, euros)) }
        fixture.desk.start()
        for (round, pause) in [2_000, 5_000, 15_000].enumerated() {
            let alarm = try await next(in: fixture)
            // Time in which it could have gone round and round.
            try await Task.sleep(for: .milliseconds(50))
            #expect(alarm.at == fixture.now + Int64(pause))
            #expect(fixture.provider.asked == [round + 1, 0])
            fixture.time.now.store(alarm.at, ordering: .relaxed)
            alarm.body()
        }
        #expect(try await fixture.balance() == 0)
    }

    private func next(in fixture: Fixture) async throws -> (at: Int64, body: @Sendable () -> Void) {
        for _ in 0..<1000 {
            let found = fixture.time.alarms.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let found { return found }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw StoaError(.internal, "Nothing was put off.")
    }

    // MARK: Two books

    @Test func whatIsKnownFromBeforeIsNotMissing() async throws {
        let fixture = try Fixture()
        let made = try await fixture.make()
        fixture.provider.script.withLock { [euros = fixture.euros] in $0.pay = .succeeded(Money(500, euros)) }
        _ = try await fixture.desk.pursue(made)
        let books = Reconciliation(database: fixture.database, desk: fixture.desk)
        func entry(_ reference: String, refunded: Int64 = 0) -> ProviderEntry {
            ProviderEntry(
                reference: reference, topUp: made.id, isPaid: true, money: Money(500, fixture.euros), refunded: refunded)
        }
        fixture.provider.script.withLock { $0.list = [entry("pi_\(made.id)")] }
        #expect(try await books.run(.stripe, since: fixture.now + 1).isEmpty)
        #expect(try await books.run(.stripe, since: 0).isEmpty)
        // It is compared all the same, and what is not known at all is missing.
        fixture.provider.script.withLock { $0.list = [entry("pi_\(made.id)", refunded: 1), entry("pi_other")] }
        let found = try await books.run(.stripe, since: fixture.now + 1)
        #expect(found.map(\.kind) == [.missingHere, .otherRefund])
    }
}
