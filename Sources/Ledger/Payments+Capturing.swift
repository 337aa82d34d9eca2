package import Database
package import Model

/// Taking what a payer has agreed to, and sharing it out.
extension Payments {
    /// Takes what was put aside, or a part of it.
    /// - Parameters:
    ///   - amount: nil for all that is left.
    ///   - isFinal: the rest goes back to the payer; else the payee can take it later.
    /// - Throws: ``StoaError``: `paymentNotFound` to anybody but the payee, `alreadyCaptured`, `paymentState`, `holdExpired`,
    ///   `exceedsHold`, `invalidAmount`.
    package func capture(
        _ id: PaymentID, _ amount: Int64? = nil, isFinal: Bool = true, by payee: AccountID, in tx: Transaction
    ) throws -> PaymentChange {
        var payment = try payment(id, in: tx)
        guard payment.payee == payee else { throw StoaError(.paymentNotFound, "There is no payment \(id) to this account.") }
        let remaining = payment.remaining
        let amount = amount ?? remaining
        let takesAll = isFinal || amount >= remaining
        let step: PaymentState.Step = takesAll ? .captureAll : .capturePart
        try payment.take(step)
        guard let hold = payment.hold else {
            throw StoaError(.internal, "The payment \(id) is authorised, but nothing is put aside for it.")
        }
        guard amount > 0 else { throw StoaError(.invalidAmount, "What is captured must be 1 or more, not \(amount).") }
        guard amount <= remaining else {
            throw StoaError(.exceedsHold, "\(remaining) are put aside for the payment \(id), which is less than \(amount).")
        }
        var orders = [TransferOrder(ledger.newTransferID(), .post(hold, amount: amount), for: .payment)]
        payment.hold = nil
        if !takesAll {
            let rest = ledger.newTransferID()
            orders.append(try holdOrder(rest, remaining - amount, of: payment, in: tx))
            payment.hold = rest
        } else {
            payment.expiresAt = nil
        }
        try collect(amount, of: &payment, after: orders, in: tx)
        return PaymentChange(payment: payment, step: step, by: payee)
    }

    /// Authorises and captures in one move: nothing needs to be put aside in between.
    func collectAtOnce(_ payment: inout Payment, in tx: Transaction) throws -> PaymentChange {
        try payment.take(.captureAll)
        let (payer, payee) = try wallets(of: payment, in: tx)
        let order = TransferOrder(
            ledger.newTransferID(), .move(from: payer.id, to: payee.id, amount: payment.total), for: .payment)
        try collect(payment.total, of: &payment, after: [order], in: tx)
        return PaymentChange(payment: payment, step: .captureAll, by: payment.payer)
    }

    /// Moves the money and shares it out, as one linked group.
    private func collect(
        _ amount: Int64, of payment: inout Payment, after orders: [TransferOrder], in tx: Transaction
    ) throws {
        let before = payment.captured
        payment.captured += amount
        payment.capturedAt = now
        if payment.receipt == nil { payment.receipt = try nextReceipt(of: payment.payee, in: tx) }
        var orders = orders
        if payment.isBusiness || !payment.terms.splits.isEmpty {
            orders += try sharing(&payment, from: before, in: tx)
        }
        try ledger.apply(orders, about: payment.id.value, in: tx)
        if payment.state == .captured { try Products.sell(payment.terms.items, of: payment.payee, in: tx) }
        try payment.update(in: tx)
    }

    /// What others get of what has come in: first the operator's fee and what the payee owes, so that nothing can be led past
    /// them; then each part in proportion to what is captured by now, as far as there is something left.
    private func sharing(_ payment: inout Payment, from before: Int64, in tx: Transaction) throws -> [TransferOrder] {
        let wallet = try ledger.wallet(of: payment.payee, payment.currency, in: tx)
        var orders: [TransferOrder] = []
        var left = payment.captured - before
        func pay(_ amount: Int64, to account: LedgerAccountID, for purpose: Transfer.Purpose) {
            guard amount > 0 else { return }
            left -= amount
            orders.append(
                TransferOrder(ledger.newTransferID(), .move(from: wallet.id, to: account, amount: amount), for: purpose))
        }
        if payment.isBusiness {
            let rate = try FeeRate.of(payment.payee, payment.currency, in: tx)
            let fee = min(max(rate.fee(on: payment.captured) - payment.fee, 0), left)
            if fee > 0 {
                payment.fee += fee
                pay(fee, to: try ledger.opened(.fees, of: 0, payment.currency, in: tx).id, for: .fee)
            }
            if let debt = try ledger.account(of: payment.payee.value, .debt, payment.currency, in: tx), debt.balance < 0 {
                pay(min(-debt.balance, left), to: debt.id, for: .debt)
            }
        }
        for split in payment.terms.splits {
            let share =
                Self.part(split.amount, of: payment.captured, in: payment.total)
                - Self.part(split.amount, of: before, in: payment.total)
            pay(min(share, left), to: try ledger.wallet(of: split.to, payment.currency, in: tx).id, for: .split)
        }
        return orders
    }

    /// `share` × `captured` ÷ `total`, rounded down. The product of two amounts has up to 106 bits.
    static func part(_ share: Int64, of captured: Int64, in total: Int64) -> Int64 {
        guard captured < total else { return share }
        let product = share.magnitude.multipliedFullWidth(by: captured.magnitude)
        return Int64(total.magnitude.dividingFullWidth(product).quotient)
    }

    private func nextReceipt(of payee: AccountID, in tx: Transaction) throws -> Int64? {
        try tx.first(
            """
            INSERT INTO receipt_numbers (payee, last) VALUES (?, 1) ON CONFLICT (payee) DO UPDATE SET last = last + 1
            RETURNING last
            """,
            .int(payee.value)
        ) { try $0.int(0) }
    }
}

/// What the operator keeps of what a business takes in.
package struct FeeRate: Sendable, Equatable {
    /// Hundredths of a percent, 0 to 10,000.
    package let basisPoints: Int64
    /// Once a payment, in minor units.
    package let fixed: Int64

    package init(basisPoints: Int64, fixed: Int64) throws(StoaError) {
        guard (0...10_000).contains(basisPoints), (0...Money.largest).contains(fixed) else {
            throw StoaError(.badRequest, "A fee is 0 to 100 % and a fixed amount of 0 or more.")
        }
        self.basisPoints = basisPoints
        self.fixed = fixed
    }

    private init() { (basisPoints, fixed) = (0, 0) }

    /// Of a payment of which so much is captured; half a minor unit is rounded up.
    package func fee(on captured: Int64) -> Int64 {
        let whole = captured / 10_000 * basisPoints
        let rest = (captured % 10_000 * basisPoints + 5000) / 10_000
        return whole + rest + fixed
    }

    /// The most particular one that is set: of the payee and the currency, the payee, the currency, all.
    package static func of(_ payee: AccountID, _ currency: Currency, in tx: ReadTransaction) throws -> FeeRate {
        try tx.first(
            """
            SELECT basis_points, fixed FROM fee_rates WHERE payee IN (0, ?1) AND currency IN ('', ?2)
            ORDER BY payee DESC, currency DESC LIMIT 1
            """,
            .int(payee.value), .text(currency.code)
        ) { try FeeRate(basisPoints: try $0.int(0), fixed: try $0.int(1)) } ?? FeeRate()
    }

    /// From now on.
    /// - Parameters:
    ///   - payee: nil for all that have none of their own.
    ///   - currency: nil for all; then nothing fixed can be asked, as its worth would differ.
    package static func set(
        _ rate: FeeRate, of payee: AccountID?, _ currency: Currency?, in tx: Transaction
    ) throws {
        guard currency != nil || rate.fixed == 0 else {
            throw StoaError(.badRequest, "A fixed fee needs a currency.")
        }
        try tx.execute(
            "INSERT OR REPLACE INTO fee_rates (payee, currency, basis_points, fixed) VALUES (?, ?, ?, ?)",
            .int(payee?.value ?? 0), .text(currency?.code ?? ""), .int(rate.basisPoints), .int(rate.fixed))
    }
}
