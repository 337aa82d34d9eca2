import Database
import Model
import Testing

@testable import Ledger

struct TopUpTests {
    private static let declined = TopUp.Failure(code: "card_declined", message: "")

    /// Where there is nothing new, a top-up that has ended is not asked about again and again.
    @Test(arguments: [TopUps.Word.waiting, .silent, .failed(declined)])
    func aFailedOneRestsAfterAQuestion(word: TopUps.Word) async throws {
        let fixture = try LedgerFixture()
        let topUps = TopUps(ledger: fixture.ledger)
        let id = TopUpID(fixture.ledger.ids.next())
        try await fixture.database.write { [roubles = fixture.roubles] tx in
            _ = try topUps.create(id, Money(100, roubles), of: LedgerFixture.alice, by: .stripe, method: nil, in: tx)
            _ = try topUps.take(TopUps.Word.failed(Self.declined), about: id, in: tx)
            try topUps.hurry(id, in: tx)
            #expect(try topUps.due(in: tx).topUps.map(\.id) == [id])
            _ = try topUps.take(word, about: id, in: tx)
            #expect(try topUps.due(in: tx).topUps.isEmpty)
        }
    }
}
