import Database
import Model
import Testing

@testable import Ledger

struct PaymentTests {
    private let alice = LedgerFixture.alice
    private let bob = LedgerFixture.bob
    private let shop = LedgerFixture.shop
    private let seller = LedgerFixture.seller

    @Test func everyStateCanBeReachedAndOnlyByTheTable() {
        var reached: Set<PaymentState> = [.created]
        for _ in PaymentState.allCases {
            for (from, _, to) in PaymentState.transitions where reached.contains(from) { reached.insert(to) }
        }
        #expect(reached == Set(PaymentState.allCases))
        for state in PaymentState.allCases where state.isFinal {
            #expect(PaymentState.Step.allCases.allSatisfy { state.after($0) == nil })
        }
        let rows = PaymentState.transitions.map { "\($0.from) \($0.step)" }
        #expect(Set(rows).count == rows.count)
    }

    @Test func feeSplitsAndDebtComeToWhatWasPaid() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 100_000)
        var draft = fixture.draft(9_999, manual: true)
        draft.terms.splits = [PaymentTerms.Split(to: seller, amount: 3_333), .init(to: bob, amount: 1)]
        let (wanted, id) = (draft, draft.id)
        try await fixture.database.write { [alice, roubles = fixture.roubles] tx in
            try FeeRate.set(try FeeRate(basisPoints: 250, fixed: 5), of: nil, roubles, in: tx)
            _ = try payments.create(wanted, in: tx)
            _ = try payments.authorise(id, by: alice, in: tx)
        }
        // Three captures: each part is shared out, and the parts come to the whole.
        for (amount, isFinal) in [(3_000, false), (3_000, false), (nil, true)] as [(Int64?, Bool)] {
            try await fixture.database.write { [shop] in
                _ = try payments.capture(id, amount, isFinal: isFinal, by: shop, in: $0)
            }
            #expect(try await fixture.findings().isEmpty)
        }
        #expect(try await fixture.balance(alice) == [90_001, 0])
        #expect(try await fixture.balance(seller) == [3_333, 0])
        #expect(try await fixture.balance(bob) == [1, 0])
        #expect(try await fixture.balance(AccountID(0), .fees) == [255, 0])
        #expect(try await fixture.balance(shop) == [9_999 - 3_333 - 1 - 255, 0])
    }

    @Test func whatIsHeldTooLongCannotBeCaptured() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 1_000)
        let draft = fixture.draft(600, manual: true)
        try await fixture.database.write { [alice] tx in
            _ = try payments.create(draft, in: tx)
            _ = try payments.authorise(draft.id, by: alice, in: tx)
        }
        fixture.advance(Payments.holdFor + 1)
        let due = try await fixture.database.write { try Subscriptions(payments: payments).takeDue(in: $0) }
        #expect(due.payments.map(\.step) == [.expire] && due.failures.isEmpty)
        let code = await fixture.code { [shop] in _ = try payments.capture(draft.id, by: shop, in: $0) }
        #expect(code == .holdExpired)
        #expect(try await fixture.balance(alice) == [1_000, 0])
    }

    @Test(arguments: [PaymentState.cancelled, .expired])
    func aKeyIsFreeAgainWhenNobodyPaidUnderIt(end: PaymentState) async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 1_000)
        let (first, second, third) = (keyed(600, in: fixture), keyed(500, in: fixture), keyed(500, in: fixture))
        try await fixture.database.write { [alice] tx in
            _ = try payments.create(first, in: tx)
            if end == .cancelled { _ = try payments.cancel(first.id, by: alice, in: tx) }
        }
        if end == .expired { fixture.advance(Payments.openFor + 1) }
        try await fixture.database.write { [alice, shop] tx in
            _ = try Subscriptions(payments: payments).takeDue(in: tx)
            #expect(try payments.payment(first.id, in: tx).state == end)
            #expect(try payments.create(second, in: tx).payment.id == second.id)
            _ = try payments.authorise(second.id, by: alice, in: tx)
            // What was paid keeps its key, also when it went back.
            _ = try payments.refund(second.id, reason: "", as: RefundID(fixture.ledger.ids.next()), by: shop, in: tx)
            #expect(try payments.create(third, in: tx).payment.id == second.id)
        }
    }

    private func keyed(_ amount: Int64, in fixture: LedgerFixture) -> PaymentDraft {
        var draft = fixture.draft(amount)
        draft.origin.key = "order 7"
        return draft
    }

    @Test func onlyOpenLinksCount() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 1_000)
        func link(uses: Int64? = nil, expiresAt: Int64? = nil) -> PaymentLinkDraft {
            PaymentLinkDraft(
                id: PaymentLinkID(fixture.ledger.ids.next()), payee: shop, isBusiness: true, currency: fixture.roubles, amount: 1,
                title: "Tips", mostUses: uses, expiresAt: expiresAt)
        }
        let made = (1...PaymentLink.mostOpen).map { link(uses: $0 == 1 ? 1 : nil, expiresAt: $0 == 2 ? fixture.now + 1000 : nil) }
        let more = (1...3).map { _ in link() }
        try await fixture.database.write { tx in for draft in made { _ = try payments.makeLink(draft, in: tx) } }
        let full = await fixture.code { _ = try payments.makeLink(more[0], in: $0) }
        #expect(full == .quotaExceeded)
        // One is used up, one's time is over.
        let id = PaymentID(fixture.ledger.ids.next())
        try await fixture.database.write { [alice] tx in
            _ = try payments.follow(made[0].token, amount: nil, as: id, by: alice, in: tx)
            _ = try payments.authorise(id, by: alice, in: tx)
            _ = try payments.makeLink(more[0], in: tx)
        }
        fixture.advance(1000)
        try await fixture.database.write { _ = try payments.makeLink(more[1], in: $0) }
        let again = await fixture.code { _ = try payments.makeLink(more[2], in: $0) }
        #expect(again == .quotaExceeded)
    }

    @Test func nothingIsLedPastTheFee() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 1_000)
        var draft = fixture.draft(1_000)
        draft.terms.splits = [PaymentTerms.Split(to: seller, amount: 1_000)]
        let (wanted, id) = (draft, draft.id)
        try await fixture.database.write { [alice, roubles = fixture.roubles] tx in
            try FeeRate.set(try FeeRate(basisPoints: 1_000, fixed: 0), of: nil, roubles, in: tx)
            _ = try payments.create(wanted, in: tx)
            _ = try payments.authorise(id, by: alice, in: tx)
        }
        #expect(try await fixture.balance(AccountID(0), .fees) == [100, 0])
        #expect(try await fixture.balance(seller) == [900, 0])
        #expect(try await fixture.balance(shop) == [0, 0])
        #expect(try await fixture.findings().isEmpty)
    }

    @Test func aPartIsRoundedDown() {
        let cases: [[Int64]] = [
            [0, 9_999, 10_000, 0], [1, 10_000, 10_000, 1], [Money.largest, 1, Money.largest, 1],
            [Money.largest - 1, Money.largest / 2, Money.largest, Money.largest / 2 - 1],
        ]
        for each in cases { #expect(Payments.part(each[0], of: each[1], in: each[2]) == each[3], "\(each)") }
    }

    @Test func aLostDisputeIsPaidByWhatThereIsAndTheRestIsOwed() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 10_000)
        let draft = fixture.draft(10_000)
        let dispute = DisputeID(fixture.ledger.ids.next())
        try await fixture.database.write { [alice, shop, bob, roubles = fixture.roubles] tx in
            _ = try payments.create(draft, in: tx)
            _ = try payments.authorise(draft.id, by: alice, in: tx)
            let (from, to) = (
                try payments.ledger.wallet(of: shop, roubles, in: tx), try payments.ledger.wallet(of: bob, roubles, in: tx)
            )
            try payments.ledger.apply(
                [TransferOrder(payments.ledger.newTransferID(), .move(from: from.id, to: to.id, amount: 7_000), for: .payout)],
                about: 0, in: tx)
            _ = try payments.dispute(draft.id, as: dispute, because: .notReceived, "Gone", by: alice, in: tx)
        }
        #expect(try await fixture.balance(shop) == [0, 0])
        #expect(try await fixture.balance(shop, .reserve) == [3_000, 0])
        try await fixture.database.write { _ = try payments.decide(dispute, forPayer: true, "", by: nil, in: $0) }
        #expect(try await fixture.balance(alice) == [10_000, 0])
        #expect(try await fixture.balance(shop, .debt) == [-7_000, 0])
        #expect(await fixture.code { _ = try payments.decide(dispute, forPayer: true, "", by: nil, in: $0) } == .disputeState)
        #expect(try await fixture.findings().isEmpty)
    }

    @Test func aWonDisputePaysWhatIsOwedFirst() async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        try await fixture.fund(alice, 20_000)
        let (first, second) = (fixture.draft(10_000), fixture.draft(10_000))
        let (lost, won) = (DisputeID(fixture.ledger.ids.next()), DisputeID(fixture.ledger.ids.next()))
        try await fixture.database.write { [alice, shop, bob, roubles = fixture.roubles] tx in
            for draft in [first, second] {
                _ = try payments.create(draft, in: tx)
                _ = try payments.authorise(draft.id, by: alice, in: tx)
            }
            let (from, to) = (
                try payments.ledger.wallet(of: shop, roubles, in: tx), try payments.ledger.wallet(of: bob, roubles, in: tx)
            )
            _ = try payments.dispute(second.id, as: won, because: .other, "Late", by: alice, in: tx)
            try payments.ledger.apply(
                [TransferOrder(payments.ledger.newTransferID(), .move(from: from.id, to: to.id, amount: 7_000), for: .payout)],
                about: 0, in: tx)
            _ = try payments.dispute(first.id, as: lost, because: .notReceived, "Gone", by: alice, in: tx)
            _ = try payments.decide(lost, forPayer: true, "", by: nil, in: tx)
        }
        #expect(try await fixture.balance(shop, .debt) == [-7_000, 0])
        try await fixture.database.write { _ = try payments.decide(won, forPayer: false, "", by: nil, in: $0) }
        #expect(try await fixture.balance(shop, .debt) == [0, 0])
        #expect(try await fixture.balance(shop) == [3_000, 0])
        #expect(try await fixture.balance(shop, .reserve) == [0, 0])
        #expect(try await fixture.findings().isEmpty)
    }

    @Test func topUpsAreCreditedOnceInWhateverOrderTheWordComes() async throws {
        let words: [TopUps.Word] = [.waiting, .silent, .failed(.init(code: "x", message: "")), .silent]
        for seed in 0..<24 {
            let fixture = try LedgerFixture()
            let topUps = TopUps(ledger: fixture.ledger)
            let id = TopUpID(fixture.ledger.ids.next())
            let money = Money(500, fixture.roubles)
            var order = words + [.succeeded(money), .succeeded(money)]
            var random = SplitMix(seed: UInt64(seed))
            order.shuffle(using: &random)
            let told = order
            try await fixture.database.write { [alice] tx in
                _ = try topUps.create(id, money, of: alice, by: .stripe, method: nil, in: tx)
                for word in told { _ = try topUps.take(word, about: id, in: tx) }
            }
            #expect(try await fixture.balance(alice) == [500, 0], "\(told)")
            let other = Money(501, fixture.roubles)
            #expect(await fixture.code { _ = try topUps.take(.succeeded(other), about: id, in: $0) } == .conflict)
            #expect(try await fixture.findings().isEmpty)
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
