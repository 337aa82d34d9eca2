import Apps
import Bridge
package import Database
package import Ledger
import Messaging
package import Model

/// Bills of groups, and payment links.
extension Wallets {
    package struct BillView: Sendable {
        package struct Share: Sendable {
            package let person: PaymentParty
            package let amount: Int64
            /// Nil for the part that the author bears.
            package let payment: Payment?
        }

        package let bill: Bill
        package let author: PaymentParty
        package let shares: [Share]
    }

    /// Shares a bill out in a group: one card for all.
    /// - Parameter shares: by names; an amount of nil is an equal part of the rest.
    /// - Throws: ``StoaError``: `chatNotFound`, `badRequest` for who is no member, and what
    ///   ``Payments/share(_:_:for:among:by:in:message:tx:)`` refuses.
    package func share(
        _ money: Money, for title: String, among shares: [(name: String, amount: Int64?)], in chat: ChatID, by person: Account,
        tx: Transaction
    ) throws -> BillView {
        guard try messaging.membership(of: person.id, in: chat, tx: tx).chat.kind == .group else {
            throw StoaError(.badRequest, "A bill is shared in a group. Between two people, ask for the money.")
        }
        let people = try shares.map { share in
            let account = try messaging.requireAccount(named: share.name, in: tx)
            guard account.kind == .user, try messaging.isMember(account.id, of: chat, in: tx) else {
                throw StoaError(.badRequest, "\(share.name.prefix(32)) is no person in this group.")
            }
            return Bill.Share(account.id, share.amount)
        }
        let (id, message) = (BillID(messaging.ids.next()), MessageID(messaging.ids.next()))
        let (_, asked) = try payments.share(
            id, money, for: title, among: people, by: person.id, in: chat, message: message, tx: tx)
        try desk.post(Card(.bill, id.value), "\(title): \(money.text)", as: message, in: chat, by: person, tx)
        for change in asked { try desk.tell(change, in: tx) }
        return try bill(id, for: person, in: tx)
    }

    /// - Throws: ``StoaError/Code/notFound`` to who is no member of its chat.
    package func bill(_ id: BillID, for person: Account, in tx: ReadTransaction) throws -> BillView {
        let (bill, payments) = try Payments.bill(id, in: tx)
        guard try bill.author == person.id || messaging.isMember(person.id, of: bill.chat, in: tx) else {
            throw StoaError(.notFound, "There is no bill \(id).")
        }
        let author = try party(bill.author, in: tx)
        let own = bill.ownShare > 0 ? [BillView.Share(person: author, amount: bill.ownShare, payment: nil)] : []
        let others = try payments.compactMap { payment in
            try payment.payer.map {
                BillView.Share(person: try party($0, in: tx), amount: payment.amount, payment: payment)
            }
        }
        return BillView(bill: bill, author: author, shares: own + others)
    }

    // MARK: Payment links

    package struct LinkView: Sendable {
        package let link: PaymentLink
        package let payee: PaymentParty
        package let isOpen: Bool
    }

    /// - Throws: ``StoaError``, as ``Payments/makeLink(_:in:)``.
    package func makeLink(
        _ currency: Currency, amount: Int64?, title: String, mostUses: Int64?, expiresAt: Int64?, by person: Account,
        in tx: Transaction
    ) throws -> LinkView {
        let draft = PaymentLinkDraft(
            id: PaymentLinkID(messaging.ids.next()), payee: person.id, isBusiness: false, currency: currency, amount: amount,
            title: title, mostUses: mostUses, expiresAt: expiresAt)
        return try view(try payments.makeLink(draft, in: tx), in: tx)
    }

    package func links(of person: Account) async throws -> [LinkView] {
        try await database.read { [self] tx in try Payments.links(of: person.id, in: tx).map { try view($0, in: tx) } }
    }

    /// - Throws: ``StoaError/Code/notFound``.
    package func link(_ token: String) async throws -> LinkView {
        try await database.read { [self] tx in try view(try Payments.link(token: token, in: tx), in: tx) }
    }

    /// - Throws: ``StoaError``, as ``Payments/follow(_:amount:as:by:in:)``, and `forbidden` where the app was taken down.
    package func follow(_ token: String, amount: Int64?, by person: Account, in tx: Transaction) throws -> PaymentView {
        try requireNotStopped(try Payments.link(token: token, in: tx).payee, in: tx)
        let change = try payments.follow(token, amount: amount, as: newPaymentID(), by: person.id, in: tx)
        try desk.tell(change, in: tx)
        return try view(change.payment, for: person, in: tx)
    }

    private func view(_ link: PaymentLink, in tx: ReadTransaction) throws -> LinkView {
        LinkView(
            link: link, payee: try party(link.payee, in: tx), isOpen: try link.isOpen(at: now) && !isStopped(link.payee, in: tx))
    }
}
