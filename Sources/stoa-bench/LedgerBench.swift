import Database
import Foundation
import Ledger
import Model
import Synchronization

/// Durable transfers and whole payments in a second.
enum LedgerBench {
    private static let accounts: Int64 = 1000

    static func run() async throws {
        let folder = NSTemporaryDirectory() + "stoa-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database.open(folder: folder, migrations: LedgerSchema.migrations)
        let ledger = Ledger(
            ids: IDGenerator(clock: .system), clock: .system, key: (0..<32).map { UInt8($0) })
        let roubles = try Currency("RUB")
        let wallets = try await database.write { tx in
            let issuance = try ledger.opened(.issuance, of: 0, roubles, in: tx)
            return try (1...accounts).map { owner in
                let wallet = try ledger.wallet(of: AccountID(owner), roubles, in: tx)
                try ledger.apply(
                    [
                        TransferOrder(
                            ledger.newTransferID(), .move(from: issuance.id, to: wallet.id, amount: 1 << 40), for: .issue)
                    ], about: 0, in: tx)
                return wallet.id
            }
        }
        let next = Atomic<Int64>(0)
        @Sendable func pair() -> (Int, Int) {
            let n = next.wrappingAdd(1, ordering: .relaxed).newValue
            return (Int(n * 7919 % 500), Int(500 + n * 104_729 % 500))
        }
        @Sendable func transfer(_ tx: Transaction) throws {
            let (from, to) = pair()
            try ledger.apply(
                [
                    TransferOrder(
                        ledger.newTransferID(), .move(from: wallets[from], to: wallets[to], amount: 1), for: .payment)
                ], about: 0, in: tx)
        }
        let alone = try await Figure.time { for _ in 0..<3000 { try await database.write { try transfer($0) } } }
        Figure.print("ledger: durable transfers, one at a time", 3000 / alone * 1e6, "/s")
        try await grouped(database, "ledger: durable transfers, 256 at a time", width: 256, each: 400, aim: "3 x PostgreSQL") {
            try transfer($0)
        }
        let payments = Payments(ledger: ledger)
        // Asking, putting aside, capturing, with the row of the idempotency key: what one sale takes.
        try await grouped(database, "ledger: durable whole payments, 256 at a time", width: 256, each: 200, aim: "20000") { tx in
            let (from, to) = pair()
            try pay(from, to, payments, roubles, in: tx)
        }
        try await audit(database, ledger)
        database.close()
    }

    private static func pay(_ from: Int, _ to: Int, _ payments: Payments, _ currency: Currency, in tx: Transaction) throws {
        let id = PaymentID(payments.ledger.ids.next())
        let payer = AccountID(Int64(from + 1))
        let answer = try IdempotencyKeys.once(
            "order-\(id)", of: payer, fingerprint: [UInt8](repeating: 7, count: 32), now: payments.now, in: tx
        ) {
            var draft = PaymentDraft(
                id: id, kind: .purchase, payee: AccountID(Int64(to + 1)), isBusiness: true, payer: payer,
                money: Money(100, currency), title: "Pizza")
            draft.terms.capturesLater = true
            _ = try payments.create(draft, in: tx)
            _ = try payments.authorise(id, by: payer, in: tx)
            _ = try payments.capture(id, by: draft.payee, in: tx)
            return IdempotencyKeys.Answer(status: 201, body: Array("{}".utf8))
        }
        guard answer.status == 201 else { throw StoaError(.internal, "The payment was not made.") }
    }

    private static func grouped(
        _ database: Database, _ name: String, width: Int, each: Int, aim: String?,
        _ body: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let before = database.statistics
        let took = try await Figure.time {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<width {
                    group.addTask { for _ in 0..<each { try await database.write(body) } }
                }
                try await group.waitForAll()
            }
        }
        Figure.print(name, Double(width * each) / took * 1e6, "/s", aim: aim)
        let after = database.statistics
        let groups = Double(after.groups - before.groups)
        Figure.print("  transactions in a commit, mean", Double(width * each) / groups, "")
        Figure.print("  commit with its fsync, mean", Double(after.commitMicroseconds - before.commitMicroseconds) / groups, "us")
        Figure.print("  worst commit since the start", Double(after.longestCommitMicroseconds) / 1000, "ms", aim: "50")
    }

    private static func audit(_ database: Database, _ ledger: Ledger) async throws {
        var problems = 0
        let took = try await Figure.time {
            problems = try await database.read { try ledger.audit(in: $0).findings.count }
        }
        guard problems == 0 else { throw StoaError(.internal, "The ledger does not add up: \(problems) problems.") }
        Figure.print("ledger: audit of all that was made", took / 1e6, "s")
    }
}
