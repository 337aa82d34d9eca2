import Apps
import Bridge
package import Database
import Identity
package import Ledger
import Messaging
package import Model

/// A person's wallet and what they have set for it.
extension Wallets {
    package struct Summary: Sendable {
        /// One for each currency that the person ever had.
        package let balances: [LedgerAccount]
        package let hasPIN: Bool
        package let limits: [SpendingLimits]
        /// Names by the accounts of the apps that the limits are about.
        package let names: [AccountID: String]
    }

    package func summary(of person: Account) async throws -> Summary {
        try await database.read { [self] tx in
            let limits = try SpendingLimits.all(of: person.id, in: tx)
            return Summary(
                balances: try ledger.accounts(of: person.id.value, in: tx).filter { $0.kind == .wallet },
                hasPIN: try pins.isSet(of: person.id, in: tx), limits: limits, names: try names(of: limits, in: tx))
        }
    }

    private func names(of limits: [SpendingLimits], in tx: ReadTransaction) throws -> [AccountID: String] {
        try Set(limits.flatMap { $0.apps.keys }).reduce(into: [:]) { $0[$1] = try messaging.account($1, in: tx)?.name }
    }

    /// - Parameter apps: by name.
    /// Takes the PIN, also where there is none yet: else whoever holds an open client could lift the limits of a person who
    /// has not chosen one.
    /// - Throws: ``StoaError``: `appNotFound`, `invalidAmount`, `pinRequired`, `pinNotSet`, `wrongPIN`.
    package func setLimits(
        _ currency: Currency, confirmAbove: Int64?, perDay: Int64?, perAppPerDay: Int64?, apps: [String: Int64],
        by person: Account, _ proof: Proof, in tx: Transaction
    ) throws -> (limits: SpendingLimits, names: [AccountID: String]) {
        try confirmed(person.id, proof, isNeeded: true, in: tx)
        var byAccount: [AccountID: Int64] = [:]
        for (name, limit) in apps {
            guard let account = try messaging.account(named: name, in: tx), account.kind == .bot else {
                throw StoaError(.appNotFound, "There is no app named \(name.prefix(64)).")
            }
            byAccount[account.id] = limit
        }
        let limits = SpendingLimits(
            currency: currency, confirmAbove: confirmAbove, perDay: perDay, perAppPerDay: perAppPerDay, apps: byAccount)
        try limits.set(of: person.id, in: tx)
        try note(.limitsChanged, by: person, of: nil, currency.code, in: tx)
        try desk.announceWallets(of: [person.id], in: tx)
        return (limits, try names(of: [limits], in: tx))
    }

    /// - Parameter hash: of the new PIN.
    /// - Throws: ``StoaError/Code/wrongPIN``.
    package func setPIN(hash: String, by person: Account, _ proof: Proof, in tx: Transaction) throws {
        if let proof { try pins.accept(proof, in: tx) }
        try pins.set(hash: hash, of: person.id, now: now, in: tx)
        try note(.pinSet, by: person, of: nil, "", in: tx)
        try desk.announceWallets(of: [person.id], in: tx)
    }

    /// For the demo's people: a PIN, and limits under which small payments go without it.
    package func prepareDemo(_ name: String, pin: String) async throws {
        let person = try await database.read { [messaging] in try messaging.requireAccount(named: name, in: $0) }
        let hash = try await Blocking.run { [pins] in try pins.hash(pin, of: person.id) }
        try await database.write { [self] tx in
            try pins.set(hash: hash, of: person.id, now: now, in: tx)
            for (code, amount) in [("RUB", Int64(100_000)), ("EUR", 1000)] {
                try SpendingLimits(currency: try Currency(code), confirmAbove: amount).set(of: person.id, in: tx)
            }
        }
    }
}
