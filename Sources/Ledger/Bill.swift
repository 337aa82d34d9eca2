package import Database
package import Model

/// What somebody paid for a group and shares out: a payment of each of the others to them.
package struct Bill: Sendable, Equatable {
    package static let mostShares = 100

    package let id: BillID
    /// Who paid, and gets the shares.
    package let author: AccountID
    package let chat: ChatID
    package let message: MessageID?
    package let title: String
    package let money: Money
    /// What the author bears.
    package let ownShare: Int64
    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64

    /// A person's part; an amount of nil is an equal part of what the others leave.
    package struct Share: Sendable, Equatable {
        package let person: AccountID
        package let amount: Int64?

        package init(_ person: AccountID, _ amount: Int64?) {
            self.person = person
            self.amount = amount
        }
    }

    /// The amount of each share. What does not divide goes to the first ones, one minor unit each; the sum is exact.
    /// - Throws: ``StoaError/Code/invalidAmount`` when they do not come to the amount, `badRequest` for too few or twice the
    ///   same.
    package static func amounts(of shares: [Share], from money: Money) throws(StoaError) -> [Int64] {
        try money.checkPayable()
        guard (1...mostShares).contains(shares.count), Set(shares.map(\.person)).count == shares.count else {
            throw StoaError(.badRequest, "A bill is shared by 1 to \(mostShares) people, each named once.")
        }
        var rest = money.amount
        for case let amount? in shares.map(\.amount) {
            guard amount >= 0, amount <= rest else {
                throw StoaError(.invalidAmount, "The shares come to more than the bill, or one is less than 0.")
            }
            rest -= amount
        }
        let equal = Int64(shares.count { $0.amount == nil })
        guard equal > 0 else {
            guard rest == 0 else { throw StoaError(.invalidAmount, "The shares leave \(rest) of the bill to nobody.") }
            return shares.map { $0.amount ?? 0 }
        }
        var extra = rest % equal
        return shares.map { share in
            if let amount = share.amount { return amount }
            defer { extra -= 1 }
            return rest / equal + (extra > 0 ? 1 : 0)
        }
    }
}

extension Payments {
    /// Shares a bill out: asks each of the others for their part.
    /// - Parameter newID: gives the ids of the payments.
    /// - Throws: ``StoaError``, as ``Bill/amounts(of:from:)`` and ``create(_:in:)``.
    package func share(
        _ id: BillID, _ money: Money, for title: String, among shares: [Bill.Share], by author: AccountID, in chat: ChatID,
        message: MessageID?, tx: Transaction
    ) throws -> (bill: Bill, asked: [PaymentChange]) {
        let amounts = try Bill.amounts(of: shares, from: money)
        guard title.isLine(upTo: 128) else {
            throw StoaError(.badRequest, "The title must have 1 to 128 characters that can be shown in one line.")
        }
        let parts = zip(shares.map(\.person), amounts)
        let own = parts.first { $0.0 == author }?.1 ?? 0
        guard parts.contains(where: { $0.0 != author && $0.1 > 0 }) else {
            throw StoaError(.badRequest, "Nobody else has a share of this bill.")
        }
        let bill = Bill(
            id: id, author: author, chat: chat, message: message, title: title, money: money, ownShare: own, createdAt: now)
        try tx.execute(
            """
            INSERT INTO bills (id, author, chat_id, message_id, title, currency, amount, own_share, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(id.value), .int(author.value), .int(chat.value), .optional(message?.value), .text(title),
            .text(money.currency.code), .int(money.amount), .int(own), .int(now))
        let asked = try parts.filter { $0.0 != author && $0.1 > 0 }.map { person, amount in
            var draft = PaymentDraft(
                id: PaymentID(ledger.ids.next()), kind: .share, payee: author, isBusiness: false, payer: person,
                money: Money(amount, money.currency), title: title)
            draft.origin.bill = id
            draft.place = Payment.Place(chat: chat, message: message)
            // People take their time among each other.
            draft.expiresAt = now + 90 * 24 * 3600 * 1000
            return try create(draft, in: tx)
        }
        return (bill, asked)
    }

    /// - Throws: ``StoaError/Code/notFound``.
    package static func bill(_ id: BillID, in tx: ReadTransaction) throws -> (bill: Bill, shares: [Payment]) {
        let bill = try tx.first(
            """
            SELECT id, author, chat_id, message_id, title, amount, currency, own_share, created_at FROM bills WHERE id = ?
            """,
            .int(id.value)
        ) { row in
            Bill(
                id: id, author: AccountID(try row.int(1)), chat: ChatID(try row.int(2)),
                message: try row.intOrNil(3).map { MessageID($0) }, title: try row.text(4),
                money: Money(try row.int(5), try Currency(try row.text(6))), ownShare: try row.int(7),
                createdAt: try row.int(8))
        }
        guard let bill else { throw StoaError(.notFound, "There is no bill \(id).") }
        let shares = try tx.query(
            "SELECT * FROM payments WHERE bill_id = ? ORDER BY id", .int(id.value), row: Payment.init(row:))
        return (bill, shares)
    }
}
