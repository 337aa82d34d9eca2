package import Database
package import Model

/// Users whom an operator keeps from signing in.
package struct Suspension: Sendable, Equatable {
    package let reason: String
    /// As the audit names them.
    package let by: String
    /// Milliseconds since 1970 UTC.
    package let date: Int64
}

package enum Suspensions {
    /// - Throws: ``StoaError/Code/badRequest`` for a reason that says nothing, ``StoaError/Code/conflict`` when the user is
    ///   suspended already.
    package static func begin(_ user: AccountID, reason: String, by actor: String, now: Int64, in tx: Transaction) throws {
        guard reason.isLine(upTo: 1000) else {
            throw StoaError(.badRequest, "Give a reason of 1 to 1000 characters on one line: the user reads it.")
        }
        let changed = try tx.execute(
            "INSERT OR IGNORE INTO suspensions (account_id, reason, suspended_by, since) VALUES (?, ?, ?, ?)", .int(user.value),
            .text(reason), .text(actor), .int(now))
        guard changed > 0 else { throw StoaError(.conflict, "This user is suspended already.") }
    }

    /// - Throws: ``StoaError/Code/conflict`` when the user is not suspended.
    package static func end(_ user: AccountID, in tx: Transaction) throws {
        guard try tx.execute("DELETE FROM suspensions WHERE account_id = ?", .int(user.value)) > 0 else {
            throw StoaError(.conflict, "This user is not suspended.")
        }
    }

    package static func of(_ user: AccountID, in tx: ReadTransaction) throws -> Suspension? {
        try tx.first("SELECT reason, suspended_by, since FROM suspensions WHERE account_id = ?", .int(user.value)) {
            Suspension(reason: try $0.text(0), by: try $0.text(1), date: try $0.int(2))
        }
    }

    /// - Throws: ``StoaError/Code/forbidden`` with the reason while the user is suspended.
    package static func check(_ user: AccountID, in tx: ReadTransaction) throws {
        guard let suspension = try of(user, in: tx) else { return }
        throw StoaError(.forbidden, "This account is suspended by an operator of the server: \(suspension.reason)")
    }
}
