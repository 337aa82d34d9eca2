package import Model

/// A payment that is to be asked for.
package struct PaymentDraft: Sendable {
    package var id: PaymentID
    package var kind: Payment.Kind
    package var payee: AccountID
    package var isBusiness: Bool
    package var payer: AccountID?
    package var money: Money
    package var title: String
    package var terms = PaymentTerms()
    package var place = Payment.Place()
    package var origin = Payment.Origin()
    /// Milliseconds since 1970 UTC; nil for ``Payments/openFor`` from now.
    package var expiresAt: Int64?

    /// - Parameter isBusiness: whether the payee is an app's bot.
    package init(
        id: PaymentID, kind: Payment.Kind, payee: AccountID, isBusiness: Bool, payer: AccountID?, money: Money, title: String
    ) {
        self.id = id
        self.kind = kind
        self.payee = payee
        self.isBusiness = isBusiness
        self.payer = payer
        self.money = money
        self.title = title
    }

    /// - Throws: ``StoaError``.
    package func check(now: Int64) throws(StoaError) {
        try money.checkPayable()
        guard title.isLine(upTo: 128) else {
            throw StoaError(.badRequest, "The title must have 1 to 128 characters that can be shown in one line.")
        }
        guard payer != payee else { throw StoaError(.badRequest, "Nobody can pay themself.") }
        if let key = origin.key {
            guard (1...64).contains(key.utf8.count) else { throw StoaError(.badRequest, "The key must have 1 to 64 bytes.") }
        }
        guard !terms.splits.contains(where: { $0.to == payee }) else {
            throw StoaError(.badRequest, "The payee gets what the splits leave: it needs no split of its own.")
        }
        if let expiresAt, expiresAt <= now {
            throw StoaError(.badRequest, "The time to pay is over before it begins. Give more.")
        }
        try terms.check(money)
    }

    func payment(now: Int64, expiresAt: Int64) -> Payment {
        Payment(
            id: id, kind: kind, state: payer == nil ? .created : .awaitingPayer, payee: payee, isBusiness: isBusiness,
            payer: payer, recipient: nil, currency: money.currency, amount: money.amount, tip: 0, captured: 0, refunded: 0,
            fee: 0, title: title, terms: terms, place: place, hold: nil, origin: origin, createdAt: now,
            expiresAt: expiresAt, authorisedAt: nil, capturedAt: nil, receipt: nil, refundRequest: nil)
    }

    package func asksForTheSame(as made: Payment) -> Bool {
        (made.kind, made.payer, made.amount, made.currency, made.title) == (kind, payer, money.amount, money.currency, title)
            && made.terms == terms
    }
}
