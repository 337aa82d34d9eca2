import Apps
import Bridge
import Database
package import Ledger
import Messaging
package import Model
import PaymentProviders

/// What the operator does with money: balances that they issue themself, fees, disputes.
extension Wallets {
    /// Gives somebody money that the operator answers for, or takes it out again: the internal provider.
    /// - Returns: their accounts after it.
    /// - Throws: ``StoaError``: `accountNotFound`, `invalidAmount`, `insufficientFunds`.
    package func issue(_ money: Money, to name: String, isWithdrawn: Bool = false) async throws -> [LedgerAccount] {
        try money.checkPayable()
        let owner = try await database.read { [messaging] in try messaging.requireAccount(named: name, in: $0) }
        guard isWithdrawn else { return try await issue(money, to: owner) }
        return try await database.write { [self] tx in
            try withdraw(money, of: owner, in: tx)
            return try ledger.accounts(of: owner.id.value, in: tx)
        }
    }

    private func issue(_ money: Money, to owner: Account) async throws -> [LedgerAccount] {
        let id = TopUpID(messaging.ids.next())
        let made = try await database.write { [topUps] in
            try topUps.topUps.create(id, money, of: owner.id, by: .internal, method: nil, in: $0)
        }
        guard try await topUps.pursue(made).state == .succeeded else {
            throw StoaError(.unavailable, "The balance is not issued yet. It is tried again; look at it with \"wallet show\".")
        }
        return try await database.read { [ledger] in try ledger.accounts(of: owner.id.value, in: $0) }
    }

    private func withdraw(_ money: Money, of owner: Account, in tx: Transaction) throws {
        let (wallet, issuance) = (
            try ledger.wallet(of: owner.id, money.currency, in: tx), try ledger.opened(.issuance, of: 0, money.currency, in: tx)
        )
        try ledger.apply(
            [
                TransferOrder(
                    ledger.newTransferID(), .move(from: wallet.id, to: issuance.id, amount: money.amount), for: .issue)
            ], about: 0, in: tx)
        try audit.append(
            Audit.Entry(.balanceWithdrawn, by: "operator", about: owner, "\(money.text), \(owner.name)"), now: now, in: tx)
        if owner.kind == .user { try desk.announceWallets(of: [owner.id], in: tx) }
    }

    /// All accounts of a user or an app.
    /// - Throws: ``StoaError/Code/accountNotFound``.
    package func balances(of name: String) async throws -> [LedgerAccount] {
        try await database.read { [self] tx in
            try ledger.accounts(of: try messaging.requireAccount(named: name, in: tx).id.value, in: tx)
        }
    }

    /// - Parameter name: of an app; nil sets what holds for all others.
    package func setFee(_ rate: FeeRate, of name: String?, _ currency: Currency?) async throws {
        try await database.write { [self] tx in
            let payee = try name.map { try messaging.requireAccount(named: $0, in: tx) }
            guard payee?.kind != .user else { throw StoaError(.badRequest, "Fees are for apps: people pay each other free.") }
            try FeeRate.set(rate, of: payee?.id, currency, in: tx)
            try audit.append(
                Audit.Entry(
                    .feeChanged, by: "operator", bot: payee?.id,
                    "\(payee?.name ?? "all apps"): \(rate.basisPoints) hundredths of a percent and \(rate.fixed) \(currency?.code ?? "")"
                ),
                now: now, in: tx)
        }
    }

    package func openDisputes() async throws -> [DisputeView] {
        try await database.read { [self] tx in
            try Payments.openDisputes(in: tx).map { dispute in
                let payment = try payments.payment(dispute.payment, in: tx)
                // As the payer sees it: who has the console sees everything.
                guard let payer = try payment.payer.flatMap({ try messaging.account($0, in: tx) }) else {
                    throw StoaError(.internal, "The payment \(payment.id) is disputed, but has no payer.")
                }
                return try view(dispute, for: payer, in: tx)
            }
        }
    }

    /// - Throws: ``StoaError``, as ``Payments/decide(_:forPayer:_:by:in:)``.
    package func decideAsOperator(_ id: DisputeID, forPayer: Bool, _ text: String) async throws {
        try await database.write { [self] tx in
            let change = try payments.decide(id, forPayer: forPayer, text, by: nil, in: tx)
            try audit.append(
                Audit.Entry(
                    .disputeDecided, by: "operator", person: change.payment.payer, bot: change.payment.payee,
                    "payment \(change.payment.id), for the \(forPayer ? "payer" : "business")"), now: now, in: tx)
            try desk.tell(change, in: tx)
        }
    }
}
