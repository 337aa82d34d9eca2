import Database
import Model
import Testing

@testable import Ledger

struct LedgerTests {
    private func wallets(_ fixture: LedgerFixture) async throws -> (alice: LedgerAccountID, bob: LedgerAccountID) {
        try await fixture.database.write { tx in
            (
                try fixture.ledger.wallet(of: LedgerFixture.alice, fixture.roubles, in: tx).id,
                try fixture.ledger.wallet(of: LedgerFixture.bob, fixture.roubles, in: tx).id
            )
        }
    }

    private func order(_ fixture: LedgerFixture, _ action: TransferOrder.Action) -> TransferOrder {
        TransferOrder(fixture.ledger.newTransferID(), action, for: .payment)
    }

    @Test func refusesEachInItsOwnWayAndMovesNothing() async throws {
        let fixture = try LedgerFixture()
        let ledger = fixture.ledger
        try await fixture.fund(LedgerFixture.alice, 1000)
        let (alice, bob) = try await wallets(fixture)
        let euros = try Currency("EUR")
        let foreign = try await fixture.database.write { try ledger.wallet(of: LedgerFixture.bob, euros, in: $0).id }
        let refused: [(TransferOrder.Action, StoaError.Code)] = [
            (.move(from: alice, to: bob, amount: 1001), .insufficientFunds),
            (.move(from: alice, to: bob, amount: 0), .invalidAmount),
            (.move(from: alice, to: bob, amount: -1), .invalidAmount),
            (.move(from: alice, to: bob, amount: .min), .invalidAmount), (.move(from: alice, to: alice, amount: 1), .badRequest),
            (.move(from: alice, to: foreign, amount: 1), .currencyMismatch),
            (.move(from: alice, to: LedgerAccountID(77), amount: 1), .notFound),
            (.move(from: bob, to: alice, amount: 1), .insufficientFunds),
            (.hold(from: alice, to: bob, amount: 1001, expiresAt: nil), .insufficientFunds),
            (.hold(from: alice, to: bob, amount: 0, expiresAt: nil), .invalidAmount),
            (.post(TransferID(77), amount: nil), .holdNotFound), (.void(TransferID(77)), .holdNotFound),
        ]
        for (action, code) in refused {
            let order = order(fixture, action)
            #expect(await fixture.code { _ = try ledger.apply([order], about: 0, in: $0) } == code, "\(action)")
        }
        #expect(try await fixture.balance(LedgerFixture.alice) == [1000, 0])
        #expect(try await fixture.findings().isEmpty)
    }

    @Test func linkedTransfersAreAllOrNone() async throws {
        let fixture = try LedgerFixture()
        let ledger = fixture.ledger
        try await fixture.fund(LedgerFixture.alice, 1000)
        let (alice, bob) = try await wallets(fixture)
        let orders = [600, 500].map { order(fixture, .move(from: alice, to: bob, amount: $0)) }
        #expect(await fixture.code { _ = try ledger.apply(orders, about: 0, in: $0) } == .insufficientFunds)
        #expect(try await fixture.balance(LedgerFixture.bob) == [0, 0])
    }

    @Test func aHoldResolvesOnce() async throws {
        let fixture = try LedgerFixture()
        let ledger = fixture.ledger
        try await fixture.fund(LedgerFixture.alice, 1000)
        let (alice, bob) = try await wallets(fixture)
        let hold = order(fixture, .hold(from: alice, to: bob, amount: 800, expiresAt: fixture.now + 1000))
        try await fixture.database.write { _ = try ledger.apply([hold], about: 0, in: $0) }
        #expect(try await fixture.balance(LedgerFixture.alice) == [200, 800])
        let more = order(fixture, .move(from: alice, to: bob, amount: 201))
        #expect(await fixture.code { _ = try ledger.apply([more], about: 0, in: $0) } == .insufficientFunds)
        let tooMuch = order(fixture, .post(hold.id, amount: 801))
        #expect(await fixture.code { _ = try ledger.apply([tooMuch], about: 0, in: $0) } == .exceedsHold)
        let early = order(fixture, .expire(hold.id))
        #expect(await fixture.code { _ = try ledger.apply([early], about: 0, in: $0) } == .paymentState)
        let part = order(fixture, .post(hold.id, amount: 300))
        try await fixture.database.write { _ = try ledger.apply([part], about: 0, in: $0) }
        #expect(try await fixture.balance(LedgerFixture.alice) == [700, 0])
        for action in [TransferOrder.Action.post(hold.id, amount: 1), .void(hold.id), .expire(hold.id)] {
            let again = order(fixture, action)
            #expect(await fixture.code { _ = try ledger.apply([again], about: 0, in: $0) } == .holdResolved)
        }
        let late = order(fixture, .hold(from: alice, to: bob, amount: 100, expiresAt: fixture.now + 1000))
        try await fixture.database.write { _ = try ledger.apply([late], about: 0, in: $0) }
        fixture.advance(1000)
        let post = order(fixture, .post(late.id, amount: nil))
        #expect(await fixture.code { _ = try ledger.apply([post], about: 0, in: $0) } == .holdExpired)
        let expire = order(fixture, .expire(late.id))
        try await fixture.database.write { _ = try ledger.apply([expire], about: 0, in: $0) }
        #expect(try await fixture.balance(LedgerFixture.alice) == [700, 0])
        #expect(try await fixture.findings().isEmpty)
    }

    @Test func theSameTransferIsMadeOnce() async throws {
        let fixture = try LedgerFixture()
        let ledger = fixture.ledger
        try await fixture.fund(LedgerFixture.alice, 1000)
        let (alice, bob) = try await wallets(fixture)
        let order = order(fixture, .move(from: alice, to: bob, amount: 100))
        for _ in 0..<3 { try await fixture.database.write { _ = try ledger.apply([order], about: 5, in: $0) } }
        #expect(try await fixture.balance(LedgerFixture.bob) == [100, 0])
        let other = TransferOrder(order.id, .move(from: alice, to: bob, amount: 101), for: .payment)
        #expect(await fixture.code { _ = try ledger.apply([other], about: 5, in: $0) } == .transferReused)
        #expect(await fixture.code { _ = try ledger.apply([order], about: 6, in: $0) } == .transferReused)
    }

    @Test func sumsEndWhereTheyCanBeCounted() async throws {
        let fixture = try LedgerFixture()
        let ledger = fixture.ledger
        try await fixture.fund(LedgerFixture.alice, .max - 10)
        let issuance = try await fixture.database.read { [roubles = fixture.roubles] in
            try ledger.account(of: 0, .issuance, roubles, in: $0)
        }
        let (alice, _) = try await wallets(fixture)
        let from = try #require(issuance).id
        let over = order(fixture, .move(from: from, to: alice, amount: 11))
        #expect(await fixture.code { _ = try ledger.apply([over], about: 0, in: $0) } == .amountOverflow)
        let held = order(fixture, .hold(from: from, to: alice, amount: 11, expiresAt: nil))
        #expect(await fixture.code { _ = try ledger.apply([held], about: 0, in: $0) } == .amountOverflow)
        #expect(try await fixture.balance(LedgerFixture.alice) == [.max - 10, 0])
        #expect(try await fixture.findings().isEmpty)
    }
}
