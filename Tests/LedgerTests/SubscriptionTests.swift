import Database
import Model
import Testing

@testable import Ledger

struct SubscriptionTests {
    private let alice = LedgerFixture.alice
    private let shop = LedgerFixture.shop

    /// Subscribes alice, with a trial of a second.
    private func subscribe(_ amount: Int64, in fixture: LedgerFixture) async throws {
        var draft = SubscriptionDraft(
            id: SubscriptionID(fixture.ledger.ids.next()), payee: shop, payer: alice, money: Money(amount, fixture.roubles),
            period: .month, title: "Club")
        draft.trial = 1000
        let offer = draft
        let subscriptions = Subscriptions(payments: fixture.payments)
        try await fixture.database.write { [alice] tx in
            _ = try subscriptions.offer(offer, in: tx)
            _ = try subscriptions.confirm(offer.id, by: alice, in: tx)
        }
    }

    private func takeDue(in fixture: LedgerFixture) async throws -> Subscriptions.Due {
        let subscriptions = Subscriptions(payments: fixture.payments)
        return try await fixture.database.write { try subscriptions.takeDue(in: $0) }
    }

    @Test func whatBeginsWithATrialIsPaidWithinTheLimits() async throws {
        let fixture = try LedgerFixture()
        try await fixture.fund(alice, 10_000)
        try await fixture.database.write { [alice, roubles = fixture.roubles] in
            try SpendingLimits(currency: roubles, confirmAbove: 1_000, perDay: 2_500).set(of: alice, in: $0)
        }
        for _ in 1...4 { try await subscribe(1_000, in: fixture) }
        fixture.advance(1001)
        let due = try await takeDue(in: fixture)
        #expect(due.subscriptions.map(\.step) == [.renewed, .renewed, .pastDue, .pastDue])
        #expect(try await fixture.balance(alice) == [8_000, 0])
        // A day later the next ones can be paid.
        fixture.advance(SpendingLimits.day + 1)
        #expect(try await takeDue(in: fixture).subscriptions.map(\.step) == [.renewed, .renewed])
        #expect(try await fixture.balance(alice) == [6_000, 0])
        #expect(try await fixture.findings().isEmpty)
    }

    @Test func whoHasManyOpenPaymentsStopsNoRenewal() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 10_000)
        try await subscribe(1_000, in: fixture)
        for _ in 1...Payments.mostOpen {
            let draft = fixture.draft(5)
            try await fixture.database.write { _ = try payments.create(draft, in: $0) }
        }
        fixture.advance(1001)
        let due = try await takeDue(in: fixture)
        #expect(due.subscriptions.map(\.step) == [.renewed] && due.failures.isEmpty)
    }

    @Test func whatIsPutOffCostsNothingAndGoesOnWithThePresentPeriod() async throws {
        let fixture = try LedgerFixture()
        let subscriptions = Subscriptions(payments: fixture.payments)
        try await fixture.fund(alice, 10_000)
        try await subscribe(1_000, in: fixture)
        fixture.advance(1001)
        #expect(try await takeDue(in: fixture).subscriptions.map(\.step) == [.renewed])
        fixture.advance(31 * SpendingLimits.day)
        for _ in 1...20 {
            let due = try await fixture.database.write { try subscriptions.takeDue(in: $0) { _ in false } }
            #expect(due.subscriptions.isEmpty && due.failures.isEmpty && due.next == fixture.now + Subscriptions.putOffFor)
            fixture.advance(Subscriptions.putOffFor)
        }
        #expect(try await fixture.balance(alice) == [9_000, 0])
        #expect(try await takeDue(in: fixture).subscriptions.map(\.step) == [.renewed])
        #expect(try await fixture.balance(alice) == [8_000, 0])
        // A month without what is paid for is its end.
        fixture.advance(62 * SpendingLimits.day)
        let due = try await fixture.database.write { try subscriptions.takeDue(in: $0) { _ in false } }
        #expect(due.subscriptions.map(\.step) == [.expired] && due.next == nil)
        #expect(try await fixture.balance(alice) == [8_000, 0])
    }

    @Test func whatIsPastDueEndsInsteadOfBeingPutOff() async throws {
        let fixture = try LedgerFixture()
        let subscriptions = Subscriptions(payments: fixture.payments)
        try await subscribe(1_000, in: fixture)
        fixture.advance(1001)
        #expect(try await takeDue(in: fixture).subscriptions.map(\.step) == [.pastDue])
        try await fixture.fund(alice, 10_000)
        fixture.advance(SpendingLimits.day + 1)
        let due = try await fixture.database.write { try subscriptions.takeDue(in: $0) { _ in false } }
        #expect(due.subscriptions.map(\.step) == [.expired])
        #expect(due.subscriptions.first?.payments.map(\.payment.state) == [.cancelled])
        #expect(try await fixture.balance(alice) == [10_000, 0])
    }

    @Test func whatCannotBeDoneIsPutOffAndTheRestGoesOn() async throws {
        let fixture = try LedgerFixture()
        try await fixture.fund(alice, 10_000)
        try await subscribe(1_000, in: fixture)
        try await subscribe(2_000, in: fixture)
        // A row that the program would never write.
        _ = try await fixture.database.write { try $0.execute("UPDATE subscriptions SET title = char(10) WHERE amount = 1000") }
        fixture.advance(1001)
        let due = try await takeDue(in: fixture)
        #expect(due.subscriptions.map(\.step) == [.renewed] && due.failures.count == 1)
        #expect(due.next ?? 0 > fixture.now)
        #expect(try await fixture.balance(alice) == [8_000, 0])
    }
}
