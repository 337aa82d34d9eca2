package import Database
package import Model

/// Payments: what people and apps agree to pay, carried out by transfers of the ledger.
///
/// Every step is one of ``PaymentState/transitions``, judged and written in the transaction that is handed in. Nothing here tells
/// anybody: the caller gets a ``PaymentChange`` and passes it on in the same transaction.
package struct Payments: Sendable {
    /// Milliseconds for which a payment that is captured later stays authorised.
    package static let holdFor: Int64 = 7 * 24 * 3600 * 1000
    /// Milliseconds after which nobody can agree to a payment any more, unless it says otherwise.
    package static let openFor: Int64 = 24 * 3600 * 1000
    /// Payments of one payee to one payer that wait for the payer at a time.
    package static let mostOpen: Int64 = 50

    package let ledger: Ledger

    package init(ledger: Ledger) { self.ledger = ledger }

    package var now: Int64 { ledger.clock.now() }

    // MARK: Reading

    /// - Throws: ``StoaError/Code/paymentNotFound``.
    package func payment(_ id: PaymentID, in tx: ReadTransaction) throws -> Payment {
        guard let found = try find(id, in: tx) else {
            throw StoaError(.paymentNotFound, "There is no payment \(id).")
        }
        return found
    }

    package func find(_ id: PaymentID, in tx: ReadTransaction) throws -> Payment? {
        try tx.first("SELECT * FROM payments WHERE id = ?", .int(id.value), row: Payment.init(row:))
    }

    /// A payee's payment by the payee's own name for it.
    package func find(_ key: String, of payee: AccountID, in tx: ReadTransaction) throws -> Payment? {
        try tx.first(
            "SELECT * FROM payments WHERE payee = ? AND key = ?", .int(payee.value), .text(key), row: Payment.init(row:))
    }

    /// Newest first.
    /// - Parameters:
    ///   - isOpen: only those that wait for the payer, or only the others; nil for all.
    ///   - limit: 1 to 1,000.
    package func paid(
        by payer: AccountID, isOpen: Bool? = nil, before: PaymentID? = nil, limit: Int, in tx: ReadTransaction
    ) throws -> [Payment] {
        try tx.query(
            """
            SELECT * FROM payments WHERE payer = ?1 AND id < ?2 AND (?3 IS NULL OR (state < 2) = ?3) ORDER BY id DESC LIMIT ?4
            """,
            .int(payer.value), .int(before?.value ?? Int64.max), isOpen.map { .bool($0) } ?? .null, .int(Int64(limit)),
            row: Payment.init(row:))
    }

    /// Newest first.
    /// - Parameter payer: only this one's.
    package func paid(
        to payee: AccountID, by payer: AccountID? = nil, isOpen: Bool? = nil, before: PaymentID? = nil, limit: Int,
        in tx: ReadTransaction
    ) throws -> [Payment] {
        try tx.query(
            """
            SELECT * FROM payments WHERE payee = ?1 AND id < ?2 AND (?3 IS NULL OR (state < 2) = ?3)
              AND (?4 IS NULL OR payer = ?4) ORDER BY id DESC LIMIT ?5
            """,
            .int(payee.value), .int(before?.value ?? Int64.max), isOpen.map { .bool($0) } ?? .null,
            .optional(payer?.value), .int(Int64(limit)), row: Payment.init(row:))
    }

    /// Those that a conversation asked for and that wait for the payer.
    package func open(of conversation: ConversationID, in tx: ReadTransaction) throws -> [Payment] {
        try tx.query(
            "SELECT * FROM payments WHERE conversation_id = ? AND state < 2", .int(conversation.value), row: Payment.init(row:))
    }

    // MARK: Asking

    /// Asks for a payment, which waits for its payer.
    ///
    /// A key that the payee used before gives that payment, if it is for the same. One that ended without the payer's agreement
    /// leaves its key free: nothing was paid under it, and nothing can be any more.
    /// - Throws: ``StoaError``: `invalidAmount`, `badRequest`, `outOfStock`, `productNotFound`, `quotaExceeded`, or
    ///   `idempotencyConflict` when the key belongs to something else.
    package func create(_ draft: PaymentDraft, in tx: Transaction) throws -> PaymentChange {
        try draft.check(now: now)
        if let key = draft.origin.key, let made = try find(key, of: draft.payee, in: tx), try !frees(made, in: tx) {
            guard draft.asksForTheSame(as: made) else {
                throw StoaError(
                    .idempotencyConflict, "The key \"\(key)\" belongs to the payment \(made.id), which is for something else.")
            }
            return PaymentChange(payment: made, step: .present, by: draft.payee)
        }
        // A subscription has one payment for a period, however many others wait.
        if let payer = draft.payer, draft.kind != .subscription { try checkRoom(for: payer, asked: draft.payee, in: tx) }
        let payment = draft.payment(now: now, expiresAt: draft.expiresAt ?? now + Self.openFor)
        try Products.reserve(payment.terms.items, of: payment.payee, in: tx)
        try payment.insert(in: tx)
        return PaymentChange(payment: payment, step: .present, by: draft.payee)
    }

    /// Takes its key from a payment that was never agreed to and never can be.
    private func frees(_ made: Payment, in tx: Transaction) throws -> Bool {
        guard made.state.isFinal, made.authorisedAt == nil else { return false }
        return try tx.execute("UPDATE payments SET key = NULL WHERE id = ?", .int(made.id.value)) == 1
    }

    private func checkRoom(for payer: AccountID, asked payee: AccountID, in tx: Transaction) throws {
        let open = try tx.first(
            "SELECT count(*) FROM payments WHERE payer = ? AND payee = ? AND state < 2", .int(payer.value),
            .int(payee.value)
        ) { try $0.int(0) }
        guard open ?? 0 < Self.mostOpen else {
            throw StoaError(
                .quotaExceeded, "\(Self.mostOpen) payments to the same payee wait for this person. Cancel some first.")
        }
    }

    /// Notes the message that shows it.
    package func place(_ id: PaymentID, at message: MessageID, in chat: ChatID, tx: Transaction) throws {
        try tx.execute(
            "UPDATE payments SET chat_id = ?2, message_id = ?3 WHERE id = ?1", .int(id.value), .int(chat.value),
            .int(message.value))
    }

    /// Another conversation waits for it now.
    package func attach(_ id: PaymentID, to place: Payment.Place, in tx: Transaction) throws {
        var payment = try payment(id, in: tx)
        guard payment.state.isOpen else {
            throw StoaError(.paymentState, "The payment \(id) is \(payment.state.name): nobody can wait for it.")
        }
        payment.place = place
        try payment.update(in: tx)
    }

    // MARK: Answering

    /// The payer agrees: the money is put aside, or moves at once where nothing is captured later.
    /// - Throws: ``StoaError``: `paymentNotFound` to who is not the payer, `paymentState`, `paymentExpired`, `insufficientFunds`,
    ///   `invalidAmount` for a tip that is none, `badRequest` for a gift that is none.
    package func authorise(
        _ id: PaymentID, by payer: AccountID, tip: Int64 = 0, recipient: AccountID? = nil, in tx: Transaction
    ) throws -> PaymentChange {
        var payment = try payment(id, in: tx)
        guard payment.payer == payer else { throw StoaError(.paymentNotFound, "There is no payment \(id) for you to make.") }
        if payment.state == .expired || (payment.state.isOpen && payment.expiresAt ?? Int64.max <= now) {
            throw StoaError(.paymentExpired, "The time to make this payment is over. Ask for a new one.")
        }
        try payment.take(.authorise)
        if let link = try payment.origin.link.flatMap({ try Self.link($0, in: tx) }) { try use(link, in: tx) }
        try payment.accept(tip: tip, recipient: recipient)
        payment.authorisedAt = now
        payment.expiresAt = nil
        guard payment.terms.capturesLater else { return try collectAtOnce(&payment, in: tx) }
        payment.expiresAt = now + Self.holdFor
        let hold = ledger.newTransferID()
        try ledger.apply([try holdOrder(hold, payment.total, of: payment, in: tx)], about: id.value, in: tx)
        payment.hold = hold
        try payment.update(in: tx)
        return PaymentChange(payment: payment, step: .authorise, by: payer)
    }

    func holdOrder(_ id: TransferID, _ amount: Int64, of payment: Payment, in tx: Transaction) throws -> TransferOrder {
        let (payer, payee) = try wallets(of: payment, in: tx)
        return TransferOrder(
            id, .hold(from: payer.id, to: payee.id, amount: amount, expiresAt: payment.expiresAt), for: .payment)
    }

    func wallets(of payment: Payment, in tx: Transaction) throws -> (payer: LedgerAccount, payee: LedgerAccount) {
        guard let payer = payment.payer else {
            throw StoaError(.paymentState, "The payment \(payment.id) has no payer yet.")
        }
        return (
            try ledger.wallet(of: payer, payment.currency, in: tx), try ledger.wallet(of: payment.payee, payment.currency, in: tx)
        )
    }

    // MARK: Ending without money

    /// The payer says no, or the payee takes back what is not captured yet: all, or the rest after parts.
    /// - Throws: ``StoaError``: `paymentNotFound` to anybody else, `paymentState` when the payer has agreed and says no, or when
    ///   all was captured.
    package func cancel(_ id: PaymentID, by account: AccountID, in tx: Transaction) throws -> PaymentChange {
        let payment = try payment(id, in: tx)
        guard account == payment.payee || account == payment.payer else {
            throw StoaError(.paymentNotFound, "There is no payment \(id) of yours.")
        }
        guard account == payment.payee || payment.state.isOpen else {
            throw StoaError(.paymentState, "You have agreed to this payment already. Ask \"request a refund\" of the payee.")
        }
        return try end(payment, payment.state == .partlyCaptured ? .release : .cancel, by: account, in: tx)
    }

    /// Ends a payment whose time is over.
    func expire(_ payment: Payment, in tx: Transaction) throws -> PaymentChange {
        // What was captured stays so; the rest goes back.
        try end(payment, payment.state == .partlyCaptured ? .release : .expire, by: nil, in: tx)
    }

    func end(
        _ payment: Payment, _ step: PaymentState.Step, by account: AccountID?, in tx: Transaction
    ) throws -> PaymentChange {
        var payment = payment
        try payment.take(step)
        if let hold = payment.hold {
            let isOver = account == nil
            try ledger.apply(
                [TransferOrder(ledger.newTransferID(), isOver ? .expire(hold) : .void(hold), for: .payment)],
                about: payment.id.value, in: tx)
            payment.hold = nil
        }
        payment.expiresAt = nil
        if step == .release {
            try Products.sell(payment.terms.items, of: payment.payee, in: tx)
        } else {
            try Products.release(payment.terms.items, of: payment.payee, in: tx)
        }
        try payment.update(in: tx)
        return PaymentChange(payment: payment, step: step, by: account)
    }
}

extension Payment {
    /// - Throws: ``StoaError``: `paymentState`; for what cannot be captured any more `alreadyCaptured`, `holdExpired`.
    mutating func take(_ step: PaymentState.Step) throws(StoaError) {
        guard let next = state.after(step) else {
            var code = StoaError.Code.paymentState
            if step == .captureAll || step == .capturePart {
                if state == .expired, authorisedAt != nil { code = .holdExpired }
                if captured > 0, !state.isHeld { code = .alreadyCaptured }
            }
            throw StoaError(
                code, "The payment \(id) is \(state.name): it cannot \(step.rawValue) any more, or not yet.")
        }
        state = next
    }

    fileprivate mutating func accept(tip: Int64, recipient: AccountID?) throws(StoaError) {
        let (total, overflows) = amount.addingReportingOverflow(tip)
        guard tip >= 0, !overflows, total <= Money.largest else {
            throw StoaError(.invalidAmount, "The tip must be 0 or more, and at most \(Money.largest) with the amount.")
        }
        guard tip == 0 || !terms.tips.isEmpty else {
            throw StoaError(.badRequest, "No tip is asked for with this payment.")
        }
        guard recipient == nil || terms.isGiftable else {
            throw StoaError(.badRequest, "This cannot be given to somebody else.")
        }
        self.tip = tip
        self.recipient = recipient
    }
}
