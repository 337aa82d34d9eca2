package import Database
package import Model

/// Which users may do from the web what an operator does. Read from the database each time: who loses the role has lost it.
package enum Operators {
    package static func contains(_ account: AccountID, in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM operators WHERE account_id = ?", .int(account.value)) { _ in true } ?? false
    }

    /// False when it was so already.
    package static func set(_ account: AccountID, isOperator: Bool, now: Int64, in tx: Transaction) throws -> Bool {
        let changed =
            isOperator
            ? try tx.execute(
                "INSERT OR IGNORE INTO operators (account_id, since) VALUES (?, ?)", .int(account.value), .int(now))
            : try tx.execute("DELETE FROM operators WHERE account_id = ?", .int(account.value))
        return changed > 0
    }
}
