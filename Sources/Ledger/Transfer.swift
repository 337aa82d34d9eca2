package import Database
package import Model

/// A transfer that is wanted: its id, given by the host beforehand, and what it does.
package struct TransferOrder: Sendable {
    package enum Action: Sendable, Equatable {
        /// Moves the amount at once.
        case move(from: LedgerAccountID, to: LedgerAccountID, amount: Int64)
        /// Puts the amount aside until it is posted, voided or expires (milliseconds since 1970 UTC; nil: never).
        case hold(from: LedgerAccountID, to: LedgerAccountID, amount: Int64, expiresAt: Int64?)
        /// Moves what a hold holds; of a part the rest goes back.
        case post(TransferID, amount: Int64?)
        /// Gives back what a hold holds.
        case void(TransferID)
        /// As ``void(_:)``, once its time is over.
        case expire(TransferID)
    }

    package let id: TransferID
    package let action: Action
    package let purpose: Transfer.Purpose

    package init(_ id: TransferID, _ action: Action, for purpose: Transfer.Purpose) {
        self.id = id
        self.action = action
        self.purpose = purpose
    }
}

/// What happened to two accounts. Never changed and never removed: triggers of the database refuse it.
package struct Transfer: Sendable, Equatable {
    package enum Kind: Int64, Sendable { case posted = 0, hold = 1, void = 2, expire = 3 }

    /// What it was for. Stable: statements and exports say it.
    package enum Purpose: Int64, Sendable, CaseIterable {
        case payment = 1, split, fee, refund, dispute, payout
        case topUp = 20, withdrawal
        case issue = 30, debt, other

        package var name: String {
            switch self {
            case .payment: "payment"
            case .split: "split"
            case .fee: "fee"
            case .refund: "refund"
            case .dispute: "dispute"
            case .payout: "payout"
            case .topUp: "top_up"
            case .withdrawal: "withdrawal"
            case .issue: "issue"
            case .debt: "debt"
            case .other: "other"
            }
        }
    }

    package let id: TransferID
    /// Its place in the chain, from 1 without gaps.
    package let seq: Int64
    package let kind: Kind
    package let debit: LedgerAccountID
    package let credit: LedgerAccountID
    package let amount: Int64
    /// The hold that it resolves.
    package let hold: TransferID?
    package let purpose: Purpose
    /// What it is about: a payment, a top-up; 0 for nothing.
    package let reference: Int64
    /// The first transfer of its group.
    package let link: TransferID
    /// Of a hold.
    package let expiresAt: Int64?
    /// Milliseconds since 1970 UTC.
    package let date: Int64
    /// Posted balances of both accounts after it.
    package let debitAfter: Int64
    package let creditAfter: Int64
    /// Over all of this and the code of the transfer before it.
    fileprivate(set) var code: [UInt8]
}

/// An order with what its whole group shares.
struct TransferBody {
    let order: TransferOrder
    let reference: Int64
    let link: TransferID

    /// Whether a transfer that there is was made by exactly this. Its accounts and amount are what a resolving order leaves open.
    func describes(_ made: Transfer) -> Bool {
        guard made.purpose == order.purpose, made.reference == reference, made.link == link else { return false }
        switch order.action {
        case .move(let from, let to, let amount):
            return made.kind == .posted && made.hold == nil && (made.debit, made.credit, made.amount) == (from, to, amount)
        case .hold(let from, let to, let amount, let expiresAt):
            return made.kind == .hold && (made.debit, made.credit, made.amount) == (from, to, amount)
                && made.expiresAt == expiresAt
        case .post(let hold, let amount): return made.kind == .posted && made.hold == hold && amount ?? made.amount == made.amount
        case .void(let hold): return made.kind == .void && made.hold == hold
        case .expire(let hold): return made.kind == .expire && made.hold == hold
        }
    }

    /// The next transfer of the chain.
    func transfer(_ change: LedgerChange, now: Int64, _ chain: inout LedgerChain, _ seal: LedgerSeal) -> Transfer {
        var transfer = Transfer(
            id: order.id, seq: chain.seq + 1, kind: change.kind, debit: change.debit.id, credit: change.credit.id,
            amount: change.amount, hold: change.resolves, purpose: order.purpose, reference: reference, link: link,
            expiresAt: change.expiresAt, date: now, debitAfter: change.debit.balance, creditAfter: change.credit.balance, code: []
        )
        transfer.code = seal.code(transfer, after: chain.code)
        chain.advance(to: transfer)
        return transfer
    }
}

extension Transfer {
    init(row: Row) throws {
        id = TransferID(try row.int(0))
        seq = try row.int(1)
        guard let kind = Kind(rawValue: try row.int(2)), let purpose = Purpose(rawValue: try row.int(7)) else {
            throw StoaError(.internal, "The ledger's transfer \(id) is of an unknown kind.")
        }
        self.kind = kind
        debit = LedgerAccountID(try row.int(3))
        credit = LedgerAccountID(try row.int(4))
        amount = try row.int(5)
        hold = try row.intOrNil(6).map { TransferID($0) }
        self.purpose = purpose
        reference = try row.int(8)
        link = TransferID(try row.int(9))
        expiresAt = try row.intOrNil(10)
        date = try row.int(11)
        debitAfter = try row.int(12)
        creditAfter = try row.int(13)
        code = try row.bytes(14)
    }

    package static func find(_ id: TransferID, in tx: ReadTransaction) throws -> Transfer? {
        try tx.first(
            """
            SELECT id, seq, kind, debit, credit, amount, hold, purpose, reference, link, expires_at, date, debit_after,
              credit_after, code
            FROM transfers WHERE id = ?
            """,
            .int(id.value), row: Transfer.init(row:))
    }

    /// All that is about one thing, in order.
    package static func about(_ reference: Int64, in tx: ReadTransaction) throws -> [Transfer] {
        try tx.query(
            """
            SELECT id, seq, kind, debit, credit, amount, hold, purpose, reference, link, expires_at, date, debit_after,
              credit_after, code
            FROM transfers WHERE reference = ? ORDER BY seq
            """,
            .int(reference), row: Transfer.init(row:))
    }

    func insert(in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO transfers (id, seq, kind, debit, credit, amount, hold, purpose, reference, link, expires_at, date,
              debit_after, credit_after, code)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(id.value), .int(seq), .int(kind.rawValue), .int(debit.value), .int(credit.value), .int(amount),
            .optional(hold?.value), .int(purpose.rawValue), .int(reference), .int(link.value), .optional(expiresAt),
            .int(date), .int(debitAfter), .int(creditAfter), .blob(code))
    }
}
