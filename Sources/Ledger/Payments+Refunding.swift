package import Database
package import Model

/// Giving money back.
extension Payments {
    /// Gives all or a part of what was captured back to the payer, out of the payee's wallet. The operator keeps its fee, who got
    /// a split keeps it.
    /// - Parameters:
    ///   - refund: given by the host beforehand; the same one again gives what was done then.
    ///   - amount: nil for all that is left.
    ///   - actor: who had it done, when that is not the payee itself.
    /// - Throws: ``StoaError``: `notRefundable`, `refundExceeds`, `invalidAmount`, `insufficientFunds`, `idempotencyConflict`.
    package func refund(
        _ id: PaymentID, _ amount: Int64? = nil, reason: String, as refund: RefundID, by actor: AccountID, in tx: Transaction
    ) throws -> PaymentChange {
        var payment = try payment(id, in: tx)
        if let made = try Self.find(refund, in: tx) {
            guard made.payment == id, amount ?? made.amount == made.amount else {
                throw StoaError(.idempotencyConflict, "The refund \(refund) was made for something else.")
            }
            return PaymentChange(payment: payment, step: .refundPart, by: actor)
        }
        guard reason.isEmpty || reason.isProse(upTo: 500) else {
            throw StoaError(.badRequest, "The reason must have at most 500 characters that can be shown.")
        }
        guard [.captured, .partlyRefunded].contains(payment.state) else {
            throw StoaError(
                .notRefundable, "The payment \(id) is \(payment.state.name): only what was captured can be given back.")
        }
        let amount = amount ?? payment.refundable
        guard amount > 0 else { throw StoaError(.invalidAmount, "A refund must be 1 or more, not \(amount).") }
        guard amount <= payment.refundable else {
            throw StoaError(
                .refundExceeds,
                "\(amount) is more than what is left of the payment \(id): \(payment.refundable) of \(payment.captured).")
        }
        let step: PaymentState.Step = amount == payment.refundable ? .refundAll : .refundPart
        try payment.take(step)
        let (payer, payee) = try wallets(of: payment, in: tx)
        try ledger.apply(
            [TransferOrder(TransferID(refund.value), .move(from: payee.id, to: payer.id, amount: amount), for: .refund)],
            about: id.value, in: tx)
        payment.refunded += amount
        payment.refundRequest = nil
        try tx.execute(
            "INSERT INTO refunds (id, payment_id, amount, reason, actor, date) VALUES (?, ?, ?, ?, ?, ?)", .int(refund.value),
            .int(id.value), .int(amount), .text(reason), .int(actor.value), .int(now))
        if step == .refundAll { try Products.giveBack(payment.terms.items, of: payment.payee, in: tx) }
        try payment.update(in: tx)
        return PaymentChange(payment: payment, step: step, by: actor)
    }

    /// Of a payment, oldest first.
    package static func refunds(of payment: PaymentID, in tx: ReadTransaction) throws -> [Refund] {
        try tx.query(
            "SELECT id, payment_id, amount, reason, date FROM refunds WHERE payment_id = ? ORDER BY id",
            .int(payment.value), row: Refund.init(row:))
    }

    package static func find(_ refund: RefundID, in tx: ReadTransaction) throws -> Refund? {
        try tx.first(
            "SELECT id, payment_id, amount, reason, date FROM refunds WHERE id = ?", .int(refund.value),
            row: Refund.init(row:))
    }

    /// The payer asks for their money; the payee decides.
    /// - Throws: ``StoaError``: `paymentNotFound` to who is not the payer, `notRefundable`.
    package func requestRefund(
        _ id: PaymentID, reason: String, by payer: AccountID, in tx: Transaction
    ) throws -> Payment {
        var payment = try payment(id, in: tx)
        guard payment.payer == payer else { throw StoaError(.paymentNotFound, "There is no payment \(id) of yours.") }
        guard [.captured, .partlyRefunded].contains(payment.state), payment.refundRequest == nil else {
            throw StoaError(
                .notRefundable,
                payment.refundRequest == nil
                    ? "The payment \(id) is \(payment.state.name): there is nothing to ask back."
                    : "You have asked for it already. The payee has not answered yet.")
        }
        guard reason.isProse(upTo: 500, mayBeBlank: false) else {
            throw StoaError(.badRequest, "The reason must have 1 to 500 characters that can be shown.")
        }
        payment.refundRequest = Payment.RefundRequest(reason: reason, date: now)
        try payment.update(in: tx)
        return payment
    }
}

extension Refund {
    fileprivate init(row: Row) throws {
        id = RefundID(try row.int(0))
        payment = PaymentID(try row.int(1))
        amount = try row.int(2)
        reason = try row.text(3)
        date = try row.int(4)
    }
}
