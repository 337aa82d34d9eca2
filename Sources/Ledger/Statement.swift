package import Database
package import Model

/// One movement on an account.
package struct LedgerEntry: Sendable, Equatable {
    package let id: TransferID
    package let seq: Int64
    /// Milliseconds since 1970 UTC.
    package let date: Int64
    /// Negative where money left the account.
    package let amount: Int64
    /// The balance after it.
    package let after: Int64
    package let purpose: Transfer.Purpose
    /// What it is about: a payment, a top-up; 0 for nothing.
    package let reference: Int64
    package let other: LedgerAccountID
}

/// What moved on an account in a time, and what was there before and after.
package struct Statement: Sendable {
    /// More would not be read by anybody at once: ask for a shorter time.
    package static let mostEntries = 100_000

    package let account: LedgerAccount
    /// Milliseconds since 1970 UTC; the end is excluded.
    package let from: Int64
    package let to: Int64
    package let opening: Int64
    package let closing: Int64
    /// Oldest first.
    package let entries: [LedgerEntry]
}

extension Ledger {
    /// Newest first.
    /// - Parameter before: only those before this one.
    package func entries(
        of account: LedgerAccountID, before: TransferID? = nil, limit: Int, in tx: ReadTransaction
    ) throws -> [LedgerEntry] {
        let seq = try before.flatMap { id in
            try tx.first("SELECT seq FROM transfers WHERE id = ?", .int(id.value)) { try $0.int(0) }
        }
        return try tx.query(
            """
            SELECT * FROM (SELECT id, seq, date, -amount, debit_after, purpose, reference, credit FROM transfers
              WHERE debit = ?1 AND seq < ?2 AND kind = 0 ORDER BY seq DESC LIMIT ?3)
            UNION ALL
            SELECT * FROM (SELECT id, seq, date, amount, credit_after, purpose, reference, debit FROM transfers
              WHERE credit = ?1 AND seq < ?2 AND kind = 0 ORDER BY seq DESC LIMIT ?3)
            ORDER BY 2 DESC LIMIT ?3
            """,
            .int(account.value), .int(seq ?? Int64.max), .int(Int64(limit)), row: LedgerEntry.init(row:))
    }

    /// - Parameters: milliseconds since 1970 UTC; `to` is excluded.
    /// - Throws: ``StoaError/Code/badRequest`` when the time is none, `tooLarge` for more than ``Statement/mostEntries``.
    package func statement(
        of account: LedgerAccount, from: Int64, to: Int64, in tx: ReadTransaction
    ) throws -> Statement {
        guard from < to else { throw StoaError(.badRequest, "A statement's first day must be before its last.") }
        let entries = try tx.query(
            """
            SELECT id, seq, date, -amount, debit_after, purpose, reference, credit FROM transfers
              WHERE debit = ?1 AND kind = 0 AND date >= ?2 AND date < ?3
            UNION ALL
            SELECT id, seq, date, amount, credit_after, purpose, reference, debit FROM transfers
              WHERE credit = ?1 AND kind = 0 AND date >= ?2 AND date < ?3
            ORDER BY 2 LIMIT ?4
            """,
            .int(account.id.value), .int(from), .int(to), .int(Int64(Statement.mostEntries) + 1), row: LedgerEntry.init(row:))
        guard entries.count <= Statement.mostEntries else {
            throw StoaError(
                .tooLarge, "There are more than \(Statement.mostEntries) entries in this time. Ask for a shorter one.")
        }
        let opening = try entries.first.map { $0.after - $0.amount } ?? balance(of: account.id, before: from, in: tx)
        return Statement(
            account: account, from: from, to: to, opening: opening, closing: entries.last?.after ?? opening, entries: entries)
    }

    private func balance(of account: LedgerAccountID, before time: Int64, in tx: ReadTransaction) throws -> Int64 {
        try tx.first(
            """
            SELECT * FROM (SELECT seq, debit_after FROM transfers WHERE debit = ?1 AND date < ?2 AND kind = 0
              ORDER BY seq DESC LIMIT 1)
            UNION ALL
            SELECT * FROM (SELECT seq, credit_after FROM transfers WHERE credit = ?1 AND date < ?2 AND kind = 0
              ORDER BY seq DESC LIMIT 1)
            ORDER BY 1 DESC LIMIT 1
            """,
            .int(account.value), .int(time)
        ) { try $0.int(1) } ?? 0
    }
}

extension LedgerEntry {
    fileprivate init(row: Row) throws {
        id = TransferID(try row.int(0))
        seq = try row.int(1)
        date = try row.int(2)
        amount = try row.int(3)
        after = try row.int(4)
        purpose = Transfer.Purpose(rawValue: try row.int(5)) ?? .other
        reference = try row.int(6)
        other = LedgerAccountID(try row.int(7))
    }
}
