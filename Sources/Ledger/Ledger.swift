package import Database
package import Model

/// Double entry: accounts, and transfers between them that are never changed.
///
/// The model is TigerBeetle's: each account has four sums (debits and credits, each pending and posted), each transfer moves one
/// amount from the account that it debits to the one that it credits. A hold takes an amount out of reach at first (pending) and
/// resolves once: posted in full or in part, voided, or expired. All of it happens in the transaction that is handed in, so money
/// moves with the turn that asks for it or not at all.
package struct Ledger: Sendable {
    package let ids: IDGenerator
    package let clock: Clock
    let seal: LedgerSeal

    /// - Parameter key: of the chain of transfers; lies beside the database, never in it.
    package init(ids: IDGenerator, clock: Clock, key: [UInt8]) {
        self.ids = ids
        self.clock = clock
        seal = LedgerSeal(key: key)
    }

    package func newTransferID() -> TransferID { TransferID(ids.next()) }

    /// Makes the transfers, all or none, as one linked group.
    ///
    /// Each is judged before it is written; when one is refused, the transaction must not be committed, or this must have been
    /// called inside of a savepoint. Ids that were used before for exactly this give what was made then.
    /// - Returns: the transfers in the order of the orders.
    /// - Throws: ``StoaError`` with ``StoaError/Code/invalidAmount``, `insufficientFunds`, `currencyMismatch`, `amountOverflow`,
    ///   `holdNotFound`, `holdResolved`, `holdExpired`, `exceedsHold`, `transferReused` or `notFound` (no such account).
    @discardableResult
    package func apply(
        _ orders: [TransferOrder], about reference: Int64, in tx: Transaction
    ) throws -> [Transfer] {
        guard let link = orders.first?.id else { return [] }
        var chain = try LedgerChain(in: tx)
        var transfers: [Transfer] = []
        transfers.reserveCapacity(orders.count)
        for order in orders {
            let body = TransferBody(order: order, reference: reference, link: link)
            if let made = try Transfer.find(order.id, in: tx) {
                guard body.describes(made) else {
                    throw StoaError(
                        .transferReused, "The transfer \(order.id) was made before with other content. Use a new id.")
                }
                transfers.append(made)
                continue
            }
            transfers.append(try make(body, &chain, in: tx))
        }
        return transfers
    }

    private func make(_ body: TransferBody, _ chain: inout LedgerChain, in tx: Transaction) throws -> Transfer {
        let now = clock.now()
        let change = try change(body.order.action, now: now, in: tx)
        let transfer = body.transfer(change, now: now, &chain, seal)
        try transfer.insert(in: tx)
        try change.debit.update(in: tx)
        try change.credit.update(in: tx)
        if let hold = change.resolves {
            try tx.execute("DELETE FROM open_holds WHERE id = ?", .int(hold.value))
        } else if change.kind == .hold {
            try tx.execute(
                "INSERT INTO open_holds (id, expires_at) VALUES (?, ?)", .int(transfer.id.value), .optional(change.expiresAt))
        }
        return transfer
    }

    /// What an order does, judged; nothing is written.
    private func change(_ action: TransferOrder.Action, now: Int64, in tx: Transaction) throws -> LedgerChange {
        switch action {
        case .move(let from, let to, let amount):
            let (debit, credit) = try accounts(from, to, amount, in: tx)
            return LedgerChange(
                .posted, amount, debit: try debit.posting(amount, asDebit: true),
                credit: try credit.posting(amount, asDebit: false))
        case .hold(let from, let to, let amount, let expiresAt):
            let (debit, credit) = try accounts(from, to, amount, in: tx)
            return LedgerChange(
                .hold, amount, debit: try debit.holding(amount, asDebit: true),
                credit: try credit.holding(amount, asDebit: false),
                expiresAt: expiresAt)
        case .post(let id, let part):
            let hold = try openHold(id, in: tx)
            if let expiresAt = hold.expiresAt, expiresAt <= now {
                throw StoaError(.holdExpired, "The hold \(id) expired at \(expiresAt). What it held is its owner's again.")
            }
            let amount = part ?? hold.amount
            guard amount > 0 else { throw Self.wrong(amount) }
            guard amount <= hold.amount else {
                throw StoaError(.exceedsHold, "\(amount) is more than the \(hold.amount) that the hold \(id) holds.")
            }
            let (debit, credit) = try resolved(hold, in: tx)
            return LedgerChange(
                .posted, amount, debit: try debit.posting(amount, asDebit: true),
                credit: try credit.posting(amount, asDebit: false),
                resolves: id)
        case .void(let id):
            let hold = try openHold(id, in: tx)
            let (debit, credit) = try resolved(hold, in: tx)
            return LedgerChange(.void, hold.amount, debit: debit, credit: credit, resolves: id)
        case .expire(let id):
            let hold = try openHold(id, in: tx)
            guard let expiresAt = hold.expiresAt, expiresAt <= now else {
                throw StoaError(.paymentState, "The hold \(id) has not expired yet.")
            }
            let (debit, credit) = try resolved(hold, in: tx)
            return LedgerChange(.expire, hold.amount, debit: debit, credit: credit, resolves: id)
        }
    }

    private static func wrong(_ amount: Int64) -> StoaError {
        StoaError(.invalidAmount, "A transfer moves 1 or more, not \(amount).")
    }

    private func accounts(
        _ from: LedgerAccountID, _ to: LedgerAccountID, _ amount: Int64, in tx: Transaction
    ) throws -> (LedgerAccount, LedgerAccount) {
        guard amount > 0 else { throw Self.wrong(amount) }
        guard from != to else {
            throw StoaError(.badRequest, "A transfer needs two accounts: nothing moves from an account to itself.")
        }
        let (debit, credit) = (try account(from, in: tx), try account(to, in: tx))
        guard debit.currency == credit.currency else {
            throw StoaError(
                .currencyMismatch, "\(debit.currency) cannot be moved to an account in \(credit.currency). Exchange it first.")
        }
        return (debit, credit)
    }

    /// The hold, if nothing has resolved it.
    private func openHold(_ id: TransferID, in tx: Transaction) throws -> Transfer {
        guard let hold = try Transfer.find(id, in: tx), hold.kind == .hold else {
            throw StoaError(.holdNotFound, "There is no hold \(id).")
        }
        let isOpen = try tx.first("SELECT 1 FROM open_holds WHERE id = ?", .int(id.value)) { _ in true } ?? false
        guard isOpen else {
            throw StoaError(.holdResolved, "The hold \(id) was posted, voided or expired before. A hold resolves once.")
        }
        return hold
    }

    /// Both accounts without what the hold had put aside in them.
    private func resolved(_ hold: Transfer, in tx: Transaction) throws -> (LedgerAccount, LedgerAccount) {
        let (debit, credit) = (try account(hold.debit, in: tx), try account(hold.credit, in: tx))
        return (debit.releasing(hold.amount, asDebit: true), credit.releasing(hold.amount, asDebit: false))
    }
}

/// What a transfer does to its two accounts, which are as they will be.
struct LedgerChange {
    let kind: Transfer.Kind
    let amount: Int64
    let debit: LedgerAccount
    let credit: LedgerAccount
    let resolves: TransferID?
    let expiresAt: Int64?

    init(
        _ kind: Transfer.Kind, _ amount: Int64, debit: LedgerAccount, credit: LedgerAccount, resolves: TransferID? = nil,
        expiresAt: Int64? = nil
    ) {
        self.kind = kind
        self.amount = amount
        self.debit = debit
        self.credit = credit
        self.resolves = resolves
        self.expiresAt = expiresAt
    }
}
