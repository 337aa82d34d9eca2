import Database
import Foundation
import Model
import Synchronization

@testable import Ledger

/// A ledger over a database of its own, with a clock that the test moves. Account 1 is alice, 2 bob, 3 a shop, 4 a seller.
final class LedgerFixture: Sendable {
    static let alice = AccountID(1)
    static let bob = AccountID(2)
    static let shop = AccountID(3)
    static let seller = AccountID(4)

    let folder: String
    let database: Database
    let payments: Payments
    let roubles: Currency
    private let time: TestTime

    final class TestTime: Sendable {
        let now = Atomic<Int64>(1_800_000_000_000)
    }

    init() throws {
        folder = NSTemporaryDirectory() + "ledger-\(UUID().uuidString)"
        var options = DatabaseOptions()
        options.isDurable = false
        database = try Database.open(folder: folder, migrations: LedgerSchema.migrations, options: options)
        let time = TestTime()
        self.time = time
        let clock = Clock { time.now.load(ordering: .relaxed) }
        payments = Payments(ledger: Ledger(ids: IDGenerator(clock: clock), clock: clock, key: [1, 2, 3]))
        roubles = try Currency("RUB")
    }

    deinit {
        database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var ledger: Ledger { payments.ledger }
    var now: Int64 { time.now.load(ordering: .relaxed) }

    func advance(_ milliseconds: Int64) { time.now.add(milliseconds, ordering: .relaxed) }

    func fund(_ owner: AccountID, _ amount: Int64, _ currency: Currency? = nil) async throws {
        let currency = currency ?? roubles
        try await database.write { [ledger] tx in
            let (from, to) = (
                try ledger.opened(.issuance, of: 0, currency, in: tx), try ledger.wallet(of: owner, currency, in: tx)
            )
            try ledger.apply(
                [TransferOrder(ledger.newTransferID(), .move(from: from.id, to: to.id, amount: amount), for: .issue)], about: 0,
                in: tx)
        }
    }

    /// What is available and what is held.
    func balance(_ owner: AccountID, _ kind: LedgerAccount.Kind = .wallet) async throws -> [Int64] {
        try await database.read { [ledger, roubles] tx in
            let account = try ledger.account(of: owner.value, kind, roubles, in: tx)
            return [account?.available ?? 0, account?.held ?? 0]
        }
    }

    func draft(_ amount: Int64, payer: AccountID? = alice, manual: Bool = false) -> PaymentDraft {
        var draft = PaymentDraft(
            id: PaymentID(ledger.ids.next()), kind: .purchase, payee: Self.shop, isBusiness: true, payer: payer,
            money: Money(amount, roubles), title: "Pizza")
        draft.terms.capturesLater = manual
        return draft
    }

    /// The error's code; nil when there was none.
    func code(_ body: @escaping @Sendable (Transaction) throws -> Void) async -> StoaError.Code? {
        do {
            try await database.write { try body($0) }
            return nil
        } catch { return (error as? StoaError)?.code }
    }

    func findings() async throws -> [LedgerReport.Finding] {
        try await database.read { [ledger] in try ledger.audit(in: $0).findings }
    }
}
