import Ledger
import Model
import Testing

struct BillTests {
    @Test(arguments: 1...40, [Int64(1), 2, 99, 100, 101, 49_900, 1_000_003, Money.largest])
    func equalSharesComeToTheBill(people: Int, amount: Int64) throws {
        let shares = (1...people).map { Bill.Share(AccountID(Int64($0)), nil) }
        let amounts = try Bill.amounts(of: shares, from: Money(amount, try Currency("RUB")))
        #expect(amounts.reduce(0, +) == amount)
        #expect((amounts.max() ?? 0) - (amounts.min() ?? 0) <= 1)
    }

    @Test func ownSharesAreKeptAndTheRestIsEqual() throws {
        let shares = [Bill.Share(AccountID(1), 500), .init(AccountID(2), nil), .init(AccountID(3), nil), .init(AccountID(4), 0)]
        #expect(try Bill.amounts(of: shares, from: Money(1001, try Currency("RUB"))) == [500, 251, 250, 0])
    }

    @Test(arguments: [[500, 502], [1002], [-1, nil], [500, 500], []] as [[Int64?]])
    func refusesWhatDoesNotAddUp(amounts: [Int64?]) throws {
        let shares = amounts.enumerated().map { Bill.Share(AccountID(Int64($0 + 1)), $1) }
        let bill = Money(1001, try Currency("RUB"))
        #expect(throws: StoaError.self) { try Bill.amounts(of: shares, from: bill) }
    }

    @Test func refusesTheSamePersonTwice() throws {
        let bill = Money(10, try Currency("RUB"))
        #expect(throws: StoaError.self) {
            try Bill.amounts(of: [Bill.Share(AccountID(1), nil), .init(AccountID(1), nil)], from: bill)
        }
    }
}
