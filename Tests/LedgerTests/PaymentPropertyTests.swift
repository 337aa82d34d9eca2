import Database
import Model
import Testing

@testable import Ledger

/// Random steps against a model that knows nothing of ledgers: what it says of each balance must be so, and the audit is clean.
struct PaymentPropertyTests {
    private struct Modelled {
        var state = "open"
        let amount: Int64
        var captured: Int64 = 0
        var refunded: Int64 = 0
        let isManual: Bool
    }

    @Test(arguments: 0..<8)
    func aModelAgreesWithEveryStep(seed: Int) async throws {
        let fixture = try LedgerFixture()
        let payments = fixture.payments
        let people = [LedgerFixture.alice, LedgerFixture.bob]
        for person in people { try await fixture.fund(person, 50_000) }
        var wallet: [AccountID: Int64] = [people[0]: 50_000, people[1]: 50_000, LedgerFixture.shop: 0]
        var known: [PaymentID: (payer: AccountID, model: Modelled)] = [:]
        var random = SplitMix(seed: UInt64(seed))
        for step in 0..<300 {
            let open = known.keys.sorted()
            let kind = Int.random(in: 0..<8, using: &random)
            if kind < 2 || open.isEmpty {
                let payer = people[Int.random(in: 0..<2, using: &random)]
                let amount = Int64.random(in: 1...20_000, using: &random)
                let isManual = Bool.random(using: &random)
                let draft = fixture.draft(amount, payer: payer, manual: isManual)
                #expect(await fixture.code { _ = try payments.create(draft, in: $0) } == nil)
                known[draft.id] = (payer, Modelled(amount: amount, isManual: isManual))
                continue
            }
            let id = open[Int.random(in: 0..<open.count, using: &random)]
            guard let payer = known[id]?.payer, var model = known[id]?.model else { continue }
            let part = Int64.random(in: 1...(model.amount + 10), using: &random)
            let isFinal = Bool.random(using: &random)
            var expected = false
            let code: StoaError.Code?
            switch kind {
            case 2, 3:
                expected = model.state == "open" && wallet[payer] ?? 0 >= model.amount
                code = await fixture.code { _ = try payments.authorise(id, by: payer, in: $0) }
                if expected {
                    wallet[payer, default: 0] -= model.amount
                    model.state = model.isManual ? "held" : "captured"
                    if !model.isManual {
                        model.captured = model.amount
                        wallet[LedgerFixture.shop, default: 0] += model.amount
                    }
                }
            case 4:
                let left = model.amount - model.captured
                expected = model.state == "held" && part <= left
                code = await fixture.code { _ = try payments.capture(id, part, isFinal: isFinal, by: LedgerFixture.shop, in: $0) }
                if expected {
                    model.captured += part
                    wallet[LedgerFixture.shop, default: 0] += part
                    if isFinal || part == left {
                        wallet[payer, default: 0] += left - part
                        model.state = "captured"
                    }
                }
            case 5:
                expected = model.state == "open" || model.state == "held"
                code = await fixture.code { _ = try payments.cancel(id, by: LedgerFixture.shop, in: $0) }
                if expected {
                    if model.state == "held" { wallet[payer, default: 0] += model.amount - model.captured }
                    model.state = model.captured > 0 ? "captured" : "over"
                }
            default:
                let left = model.captured - model.refunded
                expected = model.state == "captured" && part <= left && wallet[LedgerFixture.shop] ?? 0 >= part && left > 0
                let refund = RefundID(fixture.ledger.ids.next())
                code = await fixture.code {
                    _ = try payments.refund(id, part, reason: "", as: refund, by: LedgerFixture.shop, in: $0)
                }
                if expected {
                    model.refunded += part
                    wallet[payer, default: 0] += part
                    wallet[LedgerFixture.shop, default: 0] -= part
                }
            }
            #expect((code == nil) == expected, "seed \(seed), step \(step), kind \(kind): \(String(describing: code))")
            known[id] = (payer, model)
            for (owner, amount) in wallet {
                let found = try await fixture.balance(owner)[0]
                #expect(found == amount, "seed \(seed), step \(step), kind \(kind), account \(owner)")
            }
            if step % 20 == 0 { #expect(try await fixture.findings().isEmpty, "seed \(seed), step \(step)") }
        }
        #expect(try await fixture.findings().isEmpty, "seed \(seed)")
    }
}
