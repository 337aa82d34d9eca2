import Crypto
package import Database
package import Model

/// An address at which anybody signed in can pay its owner: printed as a QR code, sent in a mail.
package struct PaymentLink: Sendable, Equatable {
    package static let mostOpen: Int64 = 1000

    package let id: PaymentLinkID
    /// What the address ends with; nobody can guess it.
    package let token: String
    package let payee: AccountID
    package let isBusiness: Bool
    package let currency: Currency
    /// Nil where the payer says how much.
    package let amount: Int64?
    package let title: String
    /// How often it can be paid; nil for as often as people like.
    package let mostUses: Int64?
    /// Payments that were agreed to.
    package let uses: Int64
    /// Milliseconds since 1970 UTC, as all that follow.
    package let expiresAt: Int64?
    package let closedAt: Int64?
    package let createdAt: Int64

    package func isOpen(at now: Int64) -> Bool {
        closedAt == nil && expiresAt ?? Int64.max > now && uses < mostUses ?? Int64.max
    }
}

package struct PaymentLinkDraft: Sendable {
    package var id: PaymentLinkID
    package var payee: AccountID
    package var isBusiness: Bool
    package var currency: Currency
    package var amount: Int64?
    package var title: String
    package var mostUses: Int64?
    package var expiresAt: Int64?
    /// Nobody can guess it.
    package let token = Base64URL.encode(SecureRandom.bytes(16))

    package init(
        id: PaymentLinkID, payee: AccountID, isBusiness: Bool, currency: Currency, amount: Int64?, title: String,
        mostUses: Int64? = nil, expiresAt: Int64? = nil
    ) {
        self.id = id
        self.payee = payee
        self.isBusiness = isBusiness
        self.currency = currency
        self.amount = amount
        self.title = title
        self.mostUses = mostUses
        self.expiresAt = expiresAt
    }
}

extension Payments {
    /// - Throws: ``StoaError``: `invalidAmount`, `badRequest`, `quotaExceeded`.
    package func makeLink(_ draft: PaymentLinkDraft, in tx: Transaction) throws -> PaymentLink {
        if let amount = draft.amount { try Money(amount, draft.currency).checkPayable() }
        guard draft.title.isLine(upTo: 128), (1...1_000_000).contains(draft.mostUses ?? 1),
            draft.expiresAt ?? Int64.max > now
        else {
            throw StoaError(
                .badRequest,
                "A payment link needs a title of 1 to 128 characters, 1 to 1,000,000 uses, and an end that is still to come.")
        }
        let open = try tx.first(
            """
            SELECT count(*) FROM payment_links WHERE payee = ? AND closed_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
            """,
            .int(draft.payee.value), .int(now)
        ) { try $0.int(0) }
        guard open ?? 0 < PaymentLink.mostOpen else {
            throw StoaError(.quotaExceeded, "There are \(PaymentLink.mostOpen) open payment links. Close some first.")
        }
        try tx.execute(
            """
            INSERT INTO payment_links (id, token, payee, is_business, currency, amount, title, most_uses, expires_at, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(draft.id.value), .text(draft.token), .int(draft.payee.value), .bool(draft.isBusiness),
            .text(draft.currency.code), .optional(draft.amount), .text(draft.title), .optional(draft.mostUses),
            .optional(draft.expiresAt), .int(now))
        return PaymentLink(
            id: draft.id, token: draft.token, payee: draft.payee, isBusiness: draft.isBusiness, currency: draft.currency,
            amount: draft.amount, title: draft.title, mostUses: draft.mostUses, uses: 0, expiresAt: draft.expiresAt,
            closedAt: nil, createdAt: now)
    }

    /// Somebody wants to pay: makes the payment that waits for their confirmation.
    /// - Parameter amount: where the link leaves it open.
    /// - Throws: ``StoaError``: `notFound`, `paymentExpired` when the link is closed, `invalidAmount`, `badRequest`.
    package func follow(
        _ token: String, amount: Int64?, as id: PaymentID, by payer: AccountID, in tx: Transaction
    ) throws -> PaymentChange {
        let link = try Self.link(token: token, in: tx)
        guard link.isOpen(at: now) else { throw Self.closed }
        guard link.amount == nil || amount == nil || amount == link.amount else {
            throw StoaError(.invalidAmount, "The link asks for \(link.amount ?? 0), not \(amount ?? 0).")
        }
        guard let amount = link.amount ?? amount else {
            throw StoaError(.invalidAmount, "Say how much you want to pay.")
        }
        var draft = PaymentDraft(
            id: id, kind: .link, payee: link.payee, isBusiness: link.isBusiness, payer: payer,
            money: Money(amount, link.currency), title: link.title)
        draft.origin.link = link.id
        draft.expiresAt = now + 3600 * 1000
        return try create(draft, in: tx)
    }

    /// Somebody agrees to pay at it. The last use closes it.
    /// - Throws: ``StoaError/Code/paymentExpired`` when it is closed.
    func use(_ link: PaymentLink, in tx: Transaction) throws {
        guard link.isOpen(at: now) else { throw Self.closed }
        guard let mostUses = link.mostUses, link.uses + 1 >= mostUses else { return }
        try closeLink(link.id, by: link.payee, in: tx)
    }

    private static let closed = StoaError(.paymentExpired, "This payment link is closed. Ask for a new one.")

    /// Nobody can pay at it any more.
    /// - Throws: ``StoaError/Code/notFound`` to who does not own it.
    package func closeLink(_ id: PaymentLinkID, by payee: AccountID, in tx: Transaction) throws {
        let changed = try tx.execute(
            "UPDATE payment_links SET closed_at = COALESCE(closed_at, ?3) WHERE id = ?1 AND payee = ?2", .int(id.value),
            .int(payee.value), .int(now))
        guard changed == 1 else { throw StoaError(.notFound, "There is no payment link \(id) of yours.") }
    }

    /// - Throws: ``StoaError/Code/notFound``.
    package static func link(token: String, in tx: ReadTransaction) throws -> PaymentLink {
        let found = try tx.first(
            """
            SELECT l.*, (SELECT count(*) FROM payments p WHERE p.link_id = l.id AND p.authorised_at IS NOT NULL)
            FROM payment_links l WHERE l.token = ?
            """,
            .text(token), row: PaymentLink.init(row:))
        guard let found else { throw StoaError(.notFound, "There is no such payment link.") }
        return found
    }

    package static func link(_ id: PaymentLinkID, in tx: ReadTransaction) throws -> PaymentLink? {
        try tx.first(
            """
            SELECT l.*, (SELECT count(*) FROM payments p WHERE p.link_id = l.id AND p.authorised_at IS NOT NULL)
            FROM payment_links l WHERE l.id = ?
            """,
            .int(id.value), row: PaymentLink.init(row:))
    }

    /// Newest first.
    package static func links(of payee: AccountID, in tx: ReadTransaction) throws -> [PaymentLink] {
        try tx.query(
            """
            SELECT l.*, (SELECT count(*) FROM payments p WHERE p.link_id = l.id AND p.authorised_at IS NOT NULL)
            FROM payment_links l WHERE l.payee = ? ORDER BY l.id DESC LIMIT 1000
            """,
            .int(payee.value), row: PaymentLink.init(row:))
    }
}

extension PaymentLink {
    fileprivate init(row: Row) throws {
        id = PaymentLinkID(try row.int(0))
        token = try row.text(1)
        payee = AccountID(try row.int(2))
        isBusiness = try row.bool(3)
        currency = try Currency(try row.text(4))
        amount = try row.intOrNil(5)
        title = try row.text(6)
        mostUses = try row.intOrNil(7)
        expiresAt = try row.intOrNil(8)
        closedAt = try row.intOrNil(9)
        createdAt = try row.int(10)
        uses = try row.int(11)
    }
}
