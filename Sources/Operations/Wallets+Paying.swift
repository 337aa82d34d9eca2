import Apps
import Bridge
package import Database
import Ledger
import Messaging
package import Model

/// A person's payments: looking at them, agreeing, saying no.
extension Wallets {
    /// What the sheet showed, and what the person chose on it.
    package struct Agreement: Sendable {
        package let amount: Int64
        package let currency: String
        package let payee: AccountID
        package let tip: Int64
        /// The name of who gets it as a gift.
        package let recipient: String?

        package init(amount: Int64, currency: String, payee: AccountID, tip: Int64 = 0, recipient: String? = nil) {
            self.amount = amount
            self.currency = currency
            self.payee = payee
            self.tip = tip
            self.recipient = recipient
        }
    }

    package enum Role: String, Sendable { case payer, payee }

    /// Newest first.
    package func payments(
        of person: Account, as role: Role, isOpen: Bool?, before: PaymentID?, limit: Int
    ) async throws -> [PaymentView] {
        try await database.read { [self] tx in
            let found =
                switch role {
                case .payer: try payments.paid(by: person.id, isOpen: isOpen, before: before, limit: limit, in: tx)
                case .payee: try payments.paid(to: person.id, isOpen: isOpen, before: before, limit: limit, in: tx)
                }
            return try found.map { try view($0, for: person, in: tx) }
        }
    }

    /// - Throws: ``StoaError/Code/paymentNotFound``.
    package func payment(_ id: PaymentID, for person: Account) async throws -> PaymentView {
        try await database.read { [self] in try view(try payments.payment(id, in: $0), for: person, in: $0) }
    }

    /// The person agrees to what the sheet showed them.
    /// - Throws: ``StoaError``: what ``Payments/authorise(_:by:tip:recipient:in:)`` refuses, `conflict`, `limitExceeded`,
    ///   `pinRequired`, `pinNotSet`, `wrongPIN`, `forbidden` where the app was taken down.
    package func confirm(
        _ id: PaymentID, by person: Account, _ agreement: Agreement, _ proof: Proof, in tx: Transaction
    ) throws -> PaymentView {
        let payment = try payments.payment(id, in: tx)
        guard payment.payer == person.id else {
            throw StoaError(.paymentNotFound, "There is no payment \(id) for you to make.")
        }
        let shown = (agreement.amount, agreement.currency, agreement.payee)
        guard shown == (payment.amount, payment.currency.code, payment.payee) else {
            throw StoaError(.conflict, "What you were shown is not what is asked for. Look at the payment again.")
        }
        try requireNotStopped(payment.payee, in: tx)
        let (total, overflows) = payment.amount.addingReportingOverflow(agreement.tip)
        guard !overflows, agreement.tip >= 0 else { throw StoaError(.invalidAmount, "The tip must be 0 or more.") }
        let money = Money(total, payment.currency)
        let recipient = try agreement.recipient.map { try messaging.requireAccount(named: $0, in: tx) }
        guard recipient?.kind != .bot else { throw StoaError(.badRequest, "A gift needs a person who gets it.") }
        try confirmed(
            person.id, proof, isNeeded: try SpendingLimits.needsConfirmation(money, of: person.id, in: tx), in: tx)
        try SpendingLimits.check(
            money, by: person.id, to: payment.isBusiness ? payment.payee : nil, now: now, in: tx)
        let change = try payments.authorise(id, by: person.id, tip: agreement.tip, recipient: recipient?.id, in: tx)
        try settled(change, by: person, in: tx)
        return try view(try payments.payment(id, in: tx), for: person, in: tx)
    }

    /// What follows from a payment that was agreed to.
    private func settled(_ change: PaymentChange, by person: Account, in tx: Transaction) throws {
        try note(
            .paid, by: person, of: change.payment.isBusiness ? change.payment.payee : nil,
            "\(Money(change.payment.total, change.payment.currency).text), payment \(change.payment.id)", in: tx)
        try desk.tellPaid(change, in: tx)
        if change.payment.kind == .send { try show(change.payment, by: person, in: tx) }
    }

    /// The payer says no, or a person takes back what they asked for.
    /// - Throws: ``StoaError``, as ``Payments/cancel(_:by:in:)``.
    package func end(_ id: PaymentID, by person: Account, as role: Role, in tx: Transaction) throws -> PaymentView {
        let payment = try payments.payment(id, in: tx)
        let isTheirs = role == .payer ? payment.payer == person.id : payment.payee == person.id
        guard isTheirs else { throw StoaError(.paymentNotFound, "There is no payment \(id) of yours.") }
        try desk.tell(try payments.cancel(id, by: person.id, in: tx), in: tx)
        return try view(try payments.payment(id, in: tx), for: person, in: tx)
    }

    // MARK: Between people

    /// A person asks another for money: a card in their chat.
    /// - Throws: ``StoaError``, as ``Payments/create(_:in:)``, and `badRequest` when it is no person that is asked.
    package func ask(
        _ name: String, for money: Money, _ title: String, by person: Account, in tx: Transaction
    ) throws -> PaymentView {
        let payment = try between(person, payer: try self.person(name, in: tx), money, title, .request, in: tx)
        try show(payment, by: person, in: tx)
        return try view(try payments.payment(payment.id, in: tx), for: person, in: tx)
    }

    /// A person wants to send another money: it waits for their own confirmation.
    /// - Throws: ``StoaError``, as ``ask(_:for:_:by:in:)``.
    package func send(
        _ name: String, _ money: Money, _ title: String, by person: Account, in tx: Transaction
    ) throws -> PaymentView {
        let payment = try between(try self.person(name, in: tx), payer: person, money, title, .send, in: tx)
        return try view(payment, for: person, in: tx)
    }

    private func between(
        _ payee: Account, payer: Account, _ money: Money, _ title: String, _ kind: Payment.Kind, in tx: Transaction
    ) throws -> Payment {
        var draft = PaymentDraft(
            id: newPaymentID(), kind: kind, payee: payee.id, isBusiness: false, payer: payer.id, money: money, title: title)
        draft.expiresAt = now + (kind == .send ? 3600_000 : 30 * 24 * 3600_000)
        let change = try payments.create(draft, in: tx)
        try desk.tell(change, in: tx)
        return change.payment
    }

    private func person(_ name: String, in tx: ReadTransaction) throws -> Account {
        let account = try messaging.requireAccount(named: name, in: tx)
        guard account.kind == .user else {
            throw StoaError(.badRequest, "\(account.name) is an app. Pay it where it asks for it.")
        }
        return account
    }

    /// A card in the chat of payer and payee.
    private func show(_ payment: Payment, by person: Account, in tx: Transaction) throws {
        let other = person.id == payment.payee ? payment.payer : payment.payee
        guard let other = try other.flatMap({ try messaging.account($0, in: tx) }) else { return }
        let chat = try messaging.directChat(person, with: other, in: tx).chat
        try desk.post(
            Card(.payment, payment.id.value), "\(payment.title): \(Money(payment.total, payment.currency).text)",
            in: chat.id, by: person, tx)
    }
}
