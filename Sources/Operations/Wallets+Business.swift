import Apps
import Bridge
package import Database
package import Ledger
package import Model

/// What a business sees of its money, and takes out of it. Members of its publisher look; owners take.
extension Wallets {
    func apps(of person: Account, in tx: ReadTransaction) throws -> [App] {
        try Publishers.roles(of: person.id, in: tx).flatMap { try AppStore.apps(of: $0.publisher.name, in: tx) }
    }

    /// The account of an app that a person looks after.
    /// - Throws: ``StoaError``: `appNotFound`.
    package func account(of name: String, for person: Account, in tx: ReadTransaction) throws -> Account {
        let app = try managed(name, by: person, atLeast: .developer, in: tx)
        return Account(id: app.account, kind: .bot, name: app.name, display: app.active.manifest.title)
    }

    /// - Throws: ``StoaError``: `appNotFound`.
    package func balance(of name: String, for person: Account) async throws -> [LedgerAccount] {
        try await database.read { [self] tx in
            try ledger.accounts(of: try managed(name, by: person, atLeast: .developer, in: tx).account.value, in: tx)
        }
    }

    /// Newest first.
    /// - Throws: ``StoaError``: `appNotFound`.
    package func payments(
        to name: String, for person: Account, before: PaymentID?, limit: Int
    ) async throws -> [PaymentView] {
        try await database.read { [self] tx in
            let app = try managed(name, by: person, atLeast: .developer, in: tx)
            return try payments.paid(to: app.account, before: before, limit: limit, in: tx).map {
                try view($0, for: person, in: tx)
            }
        }
    }

    /// - Throws: ``StoaError``: `appNotFound`.
    package func products(of name: String, for person: Account) async throws -> [Product] {
        try await database.read { [self] tx in
            try Products.all(of: try managed(name, by: person, atLeast: .developer, in: tx).account, in: tx)
        }
    }

    /// Moves what a business has earned to the wallet of one of its owners.
    /// - Parameter proof: needed when they have a PIN.
    /// - Throws: ``StoaError``: `appNotFound`, `forbidden` also where the app was taken down, `insufficientFunds`, `pinRequired`.
    package func payOut(
        _ money: Money, of name: String, by person: Account, _ proof: Proof, in tx: Transaction
    ) throws -> TransferID {
        let app = try managed(name, by: person, atLeast: .owner, in: tx)
        try money.checkPayable()
        try requireNotStopped(app.account, in: tx)
        try confirmed(person.id, proof, isNeeded: true, in: tx)
        let id = ledger.newTransferID()
        let (from, to) = (
            try ledger.wallet(of: app.account, money.currency, in: tx), try ledger.wallet(of: person.id, money.currency, in: tx)
        )
        try ledger.apply(
            [TransferOrder(id, .move(from: from.id, to: to.id, amount: money.amount), for: .payout)], about: 0, in: tx)
        try note(.paidOut, by: person, of: app.account, "\(money.text) of \(app.name) to \(person.name)", in: tx)
        try desk.announceWallets(of: [person.id], in: tx)
        return id
    }
}
