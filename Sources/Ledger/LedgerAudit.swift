package import Database
import Model

/// What an audit of the ledger found.
package struct LedgerReport: Sendable, Equatable {
    /// Each kind of finding has a stable name.
    package enum Kind: String, Sendable, CaseIterable {
        /// The accounts of a currency do not come to zero together.
        case unbalanced
        /// An account's sums are not those of its transfers.
        case wrongBalance = "wrong_balance"
        /// The balance that a transfer says it left is not the one that it left.
        case wrongRunningBalance = "wrong_running_balance"
        case overdrawn
        /// More was posted than a hold held.
        case exceedsHold = "exceeds_hold"
        /// A hold was resolved more than once, or something else than a hold was.
        case wrongHold = "wrong_hold"
        /// The list of open holds is not what the transfers say.
        case wrongOpenHolds = "wrong_open_holds"
        /// A transfer is about an account, a hold or a payment that is not there.
        case orphan
        /// A payment says other sums than its transfers.
        case wrongPayment = "wrong_payment"
        /// More or less of a product is reserved than open payments say.
        case wrongStock = "wrong_stock"
        /// A transfer is missing from the chain, or stands in it twice.
        case brokenChain = "broken_chain"
        /// A transfer is not what it was when it was made.
        case tampered
        /// The ledger ends before the place that it had reached.
        case cutOff = "cut_off"
    }

    package struct Finding: Sendable, Equatable {
        package let kind: Kind
        /// A sentence.
        package let text: String
    }

    package internal(set) var findings: [Finding] = []
    package internal(set) var transfers: Int64 = 0
    package internal(set) var accounts = 0
    /// The last place of the chain, and its code.
    package internal(set) var end: LedgerMark?

    package init() {}

    /// More are not worth reading.
    private static let mostFindings = 1000

    mutating func add(_ kind: Kind, _ text: String) {
        if findings.count < Self.mostFindings { findings.append(Finding(kind: kind, text: text)) }
    }
}

/// How far the chain had come at a time, kept beside the database: shows when its end was cut off later.
package struct LedgerMark: Sendable, Equatable {
    package let seq: Int64
    package let code: [UInt8]

    package init(seq: Int64, code: [UInt8]) {
        self.seq = seq
        self.code = code
    }
}

extension Ledger {
    /// The last place of the chain; nil when nothing was moved yet.
    package static func end(in tx: ReadTransaction) throws -> LedgerMark? {
        let chain = try LedgerChain(in: tx)
        return chain.seq == 0 ? nil : LedgerMark(seq: chain.seq, code: chain.code)
    }

    /// Checks every invariant there is against every transfer. Takes memory for the accounts and the open holds alone.
    /// - Parameter mark: how far the ledger had come a while ago, from a file that the database's writer cannot reach.
    package func audit(in tx: ReadTransaction, mark: LedgerMark? = nil) throws -> LedgerReport {
        var report = LedgerReport()
        var walk = try AuditWalk(seal: seal, mark: mark, in: tx)
        try walk.transfers(&report, in: tx)
        try walk.accounts(&report, in: tx)
        try PaymentsAudit.run(&report, in: tx)
        return report
    }
}

/// One walk over all transfers, recomputing what the accounts should hold.
private struct AuditWalk {
    private struct Sums: Equatable {
        var debitsPending: Int64 = 0
        var debitsPosted: Int64 = 0
        var creditsPending: Int64 = 0
        var creditsPosted: Int64 = 0

        var balance: Int64 { creditsPosted &- debitsPosted }
    }

    private let seal: LedgerSeal
    private let mark: LedgerMark?
    private var sums: [LedgerAccountID: Sums] = [:]
    private var known: [LedgerAccountID: LedgerAccount] = [:]
    private var openHolds: [TransferID: Transfer] = [:]

    init(seal: LedgerSeal, mark: LedgerMark?, in tx: ReadTransaction) throws {
        self.seal = seal
        self.mark = mark
        let accounts = try tx.query(
            """
            SELECT id, owner, kind, currency, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger_accounts
            """, row: LedgerAccount.init(row:))
        for account in accounts { known[account.id] = account }
    }

    mutating func transfers(_ report: inout LedgerReport, in tx: ReadTransaction) throws {
        var (seq, code): (Int64, [UInt8]) = (0, [])
        var hasMark = mark == nil
        while true {
            let batch = try tx.query(
                """
                SELECT id, seq, kind, debit, credit, amount, hold, purpose, reference, link, expires_at, date, debit_after,
                  credit_after, code
                FROM transfers WHERE seq > ? ORDER BY seq LIMIT 1000
                """, .int(seq), row: Transfer.init(row:))
            for transfer in batch {
                if transfer.seq != seq + 1 {
                    report.add(.brokenChain, "Between the places \(seq) and \(transfer.seq) of the chain something is missing.")
                }
                if seal.code(transfer, after: code) != transfer.code {
                    report.add(
                        .tampered, "The transfer \(transfer.id) at the place \(transfer.seq) is not what was written there.")
                }
                (seq, code) = (transfer.seq, transfer.code)
                if let mark, mark.seq == seq, mark.code == code { hasMark = true }
                count(transfer, &report)
            }
            report.transfers += Int64(batch.count)
            if batch.count < 1000 { break }
        }
        if let mark, !hasMark {
            report.add(.cutOff, "The chain ends at \(seq), or is another one: it had reached \(mark.seq) before.")
        }
        report.end = LedgerMark(seq: seq, code: code)
    }

    private mutating func count(_ transfer: Transfer, _ report: inout LedgerReport) {
        guard let debit = known[transfer.debit], let credit = known[transfer.credit] else {
            return report.add(.orphan, "The transfer \(transfer.id) is about an account that is not there.")
        }
        if debit.currency != credit.currency {
            report.add(.unbalanced, "The transfer \(transfer.id) goes from \(debit.currency) to \(credit.currency).")
        }
        if transfer.kind == .hold {
            openHolds[transfer.id] = transfer
            sums[transfer.debit, default: Sums()].debitsPending &+= transfer.amount
            sums[transfer.credit, default: Sums()].creditsPending &+= transfer.amount
        } else if let hold = transfer.hold {
            resolve(hold, by: transfer, &report)
        }
        if transfer.kind == .posted {
            sums[transfer.debit, default: Sums()].debitsPosted &+= transfer.amount
            sums[transfer.credit, default: Sums()].creditsPosted &+= transfer.amount
        }
        let (from, to) = (sums[transfer.debit] ?? Sums(), sums[transfer.credit] ?? Sums())
        if (transfer.debitAfter, transfer.creditAfter) != (from.balance, to.balance) {
            report.add(.wrongRunningBalance, "The transfer \(transfer.id) left other balances than it says.")
        }
        if !debit.kind.allowsOverdraft, from.debitsPending &+ from.debitsPosted > from.creditsPosted {
            report.add(.overdrawn, "The transfer \(transfer.id) overdrew the account \(transfer.debit).")
        }
    }

    private mutating func resolve(_ id: TransferID, by transfer: Transfer, _ report: inout LedgerReport) {
        guard let hold = openHolds.removeValue(forKey: id),
            (hold.debit, hold.credit) == (transfer.debit, transfer.credit)
        else {
            return report.add(
                .wrongHold, "The transfer \(transfer.id) resolves \(id), which is no open hold between its accounts.")
        }
        if transfer.amount > hold.amount {
            report.add(
                .exceedsHold, "The transfer \(transfer.id) posts \(transfer.amount) of the \(hold.amount) that \(id) held.")
        }
        sums[hold.debit, default: Sums()].debitsPending &-= hold.amount
        sums[hold.credit, default: Sums()].creditsPending &-= hold.amount
    }

    func accounts(_ report: inout LedgerReport, in tx: ReadTransaction) throws {
        report.accounts = known.count
        var totals: [Currency: (posted: Int64, pending: Int64)] = [:]
        for account in known.values.sorted(by: { $0.id < $1.id }) {
            let stored = Sums(
                debitsPending: account.debitsPending, debitsPosted: account.debitsPosted,
                creditsPending: account.creditsPending, creditsPosted: account.creditsPosted)
            if stored != sums[account.id] ?? Sums() {
                report.add(.wrongBalance, "The account \(account.id) holds other sums than its transfers come to.")
            }
            if !account.kind.allowsOverdraft, account.available < 0 {
                report.add(.overdrawn, "The account \(account.id) is overdrawn: \(account.available).")
            }
            var total = totals[account.currency] ?? (0, 0)
            total.posted &+= account.balance
            total.pending &+= account.creditsPending &- account.debitsPending
            totals[account.currency] = total
        }
        for (currency, total) in totals where total != (0, 0) {
            report.add(
                .unbalanced,
                "All accounts in \(currency) come to \(total.posted), and \(total.pending) pending, where both must be 0.")
        }
        let listed = try tx.query("SELECT id, expires_at FROM open_holds") {
            (TransferID(try $0.int(0)), try $0.intOrNil(1))
        }
        let fits = listed.allSatisfy { id, end in openHolds[id].map { $0.expiresAt == end } ?? false }
        if !fits || listed.count != openHolds.count {
            report.add(.wrongOpenHolds, "\(listed.count) holds are listed as open, the transfers say \(openHolds.count).")
        }
    }
}
