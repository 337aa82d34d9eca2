package import Database
package import Ledger
import Messaging
package import Model

/// What moved in wallets, for people, businesses and bookkeepers.
extension Wallets {
    /// An entry with what a person is shown of it.
    package struct EntryView: Sendable {
        package let entry: LedgerEntry
        package let title: String
        /// Nil where the other side is the operator or a provider.
        package let with: PaymentParty?
        package let payment: PaymentID?
    }

    /// Newest first; empty for a currency that the owner never had.
    package func entries(
        of owner: AccountID, _ currency: Currency, before: TransferID?, limit: Int, in tx: ReadTransaction
    ) throws -> [EntryView] {
        guard let account = try ledger.account(of: owner.value, .wallet, currency, in: tx) else { return [] }
        return try ledger.entries(of: account.id, before: before, limit: limit, in: tx).map { try view($0, in: tx) }
    }

    private func view(_ entry: LedgerEntry, in tx: ReadTransaction) throws -> EntryView {
        let payment = entry.reference == 0 ? nil : try payments.find(PaymentID(entry.reference), in: tx)
        let other = try ledger.account(entry.other, in: tx)
        let isSomebody = other.kind == .wallet || other.kind == .reserve || other.kind == .debt
        return EntryView(
            entry: entry, title: payment?.title ?? "", with: isSomebody ? try party(AccountID(other.owner), in: tx) : nil,
            payment: payment?.id)
    }

    /// - Parameters: UTC days; `to` is excluded.
    /// - Throws: ``StoaError``: `notFound` when the owner never had money in that currency, and what
    ///   ``Ledger/statement(of:from:to:in:)`` refuses.
    package func statement(
        of owner: Account, _ currency: Currency, from: CivilDate, to: CivilDate, in tx: ReadTransaction
    ) throws -> (statement: Statement, file: StatementFile) {
        guard let account = try ledger.account(of: owner.id.value, .wallet, currency, in: tx) else {
            throw StoaError(.notFound, "\(owner.name) never had money in \(currency).")
        }
        let statement = try ledger.statement(of: account, from: from.start, to: to.start, in: tx)
        let lines = try statement.entries.map { entry in
            let view = try view(entry, in: tx)
            return StatementFile.Line(entry: entry, title: view.title, counterparty: view.with?.account.display ?? "")
        }
        return (statement, StatementFile(statement, lines, owner: owner.display, madeAt: now))
    }
}
