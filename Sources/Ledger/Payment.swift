import Database
package import Model

/// One payment, from being asked for to being refunded.
package struct Payment: Sendable, Equatable {
    package enum Kind: Int64, Sendable, CaseIterable {
        /// An app asks a person.
        case purchase = 0
        /// A person asks another for money.
        case request = 1
        /// A person sends another money.
        case send = 2
        /// One part of a bill that a group shares.
        case share = 3
        /// One period of a subscription.
        case subscription = 4
        /// Somebody followed a payment link.
        case link = 5

        package var name: String {
            switch self {
            case .purchase: "purchase"
            case .request: "request"
            case .send: "send"
            case .share: "share"
            case .subscription: "subscription"
            case .link: "link"
            }
        }
    }

    package let id: PaymentID
    package let kind: Kind
    package internal(set) var state: PaymentState
    /// Who gets the money: a person, or the account of an app's bot.
    package let payee: AccountID
    /// Whether the payee is an app: then the operator's fee applies.
    package let isBusiness: Bool
    package internal(set) var payer: AccountID?
    /// Who gets what is bought, when it is a gift.
    package internal(set) var recipient: AccountID?
    package let currency: Currency
    /// What is asked for, without a tip.
    package let amount: Int64
    package internal(set) var tip: Int64
    package internal(set) var captured: Int64
    package internal(set) var refunded: Int64
    /// What the operator kept of it.
    package internal(set) var fee: Int64
    package let title: String
    package let terms: PaymentTerms
    package internal(set) var place: Place
    /// The open hold, while ``PaymentState/isHeld``.
    package internal(set) var hold: TransferID?
    package let origin: Origin
    /// Milliseconds since 1970 UTC, as all that follow.
    package let createdAt: Int64
    /// When it is over if the payer has not agreed; then, when the hold is over.
    package internal(set) var expiresAt: Int64?
    package internal(set) var authorisedAt: Int64?
    package internal(set) var capturedAt: Int64?
    /// Counts the payee's receipts from 1.
    package internal(set) var receipt: Int64?
    package internal(set) var refundRequest: RefundRequest?

    /// Where it is shown, and which conversation waits for it.
    package struct Place: Sendable, Equatable {
        package var chat: ChatID?
        package var message: MessageID?
        package var conversation: ConversationID?
        package var wait: Int64?

        package init(
            chat: ChatID? = nil, message: MessageID? = nil, conversation: ConversationID? = nil, wait: Int64? = nil
        ) {
            self.chat = chat
            self.message = message
            self.conversation = conversation
            self.wait = wait
        }
    }

    /// What it belongs to.
    package struct Origin: Sendable, Equatable {
        /// The payee's own name for it: unique among the payee's payments.
        package var key: String?
        package var subscription: SubscriptionID?
        /// Which period of the subscription, from 1.
        package var period: Int64?
        package var bill: BillID?
        package var link: PaymentLinkID?

        package init(
            key: String? = nil, subscription: SubscriptionID? = nil, period: Int64? = nil, bill: BillID? = nil,
            link: PaymentLinkID? = nil
        ) {
            self.key = key
            self.subscription = subscription
            self.period = period
            self.bill = bill
            self.link = link
        }
    }

    package struct RefundRequest: Sendable, Equatable {
        package let reason: String
        package let date: Int64
    }

    /// What the payer gives in all.
    package var total: Int64 { amount + tip }
    /// What a refund or a dispute can still give back.
    package var refundable: Int64 { captured - refunded }
    /// What stands on a receipt: `SHOP-17`.
    package func receiptNumber(_ number: Int64, of payee: Account) -> String { "\(payee.name.uppercased())-\(number)" }

    /// What can still be captured.
    package var remaining: Int64 { state.isHeld ? total - captured : 0 }
}

/// What is agreed on besides the amount.
package struct PaymentTerms: Sendable, Equatable, Codable {
    package struct Item: Sendable, Equatable, Codable {
        package var title: String
        package var count: Int64
        /// Of one.
        package var amount: Int64
        /// Hundredths of a percent, included in the amount; nil when nothing is said of tax.
        package var taxRate: Int64?
        /// A product of the payee's: its stock is reserved, sold and given back with the payment.
        package var sku: String?

        package init(title: String, count: Int64, amount: Int64, taxRate: Int64? = nil, sku: String? = nil) {
            self.title = title
            self.count = count
            self.amount = amount
            self.taxRate = taxRate
            self.sku = sku
        }
    }

    /// A part of the money that goes to somebody else.
    package struct Split: Sendable, Equatable, Codable {
        package var to: AccountID
        package var amount: Int64

        package init(to: AccountID, amount: Int64) {
            self.to = to
            self.amount = amount
        }
    }

    package var description = ""
    package var items: [Item] = []
    /// Included in the amount.
    package var tax: Int64?
    /// Suggestions for a tip; empty where none is asked for.
    package var tips: [Int64] = []
    package var isGiftable = false
    /// The payee captures later, within ``Payments/holdFor``.
    package var capturesLater = false
    package var splits: [Split] = []
    /// The app's own words, given back to it.
    package var data = ""

    package init() {}
}

/// What has just happened to a payment.
package struct PaymentChange: Sendable, Equatable {
    package let payment: Payment
    package let step: PaymentState.Step
    /// Who did it; nil when it was time.
    package let by: AccountID?
}

/// Money that went back.
package struct Refund: Sendable, Equatable {
    package let id: RefundID
    package let payment: PaymentID
    package let amount: Int64
    package let reason: String
    package let date: Int64
}

extension Payment {
    /// A whole row of the table.
    init(row: Row) throws {
        id = PaymentID(try row.int(0))
        guard let kind = Kind(rawValue: try row.int(1)), let state = PaymentState(rawValue: try row.int(2)) else {
            throw StoaError(.internal, "The payment \(id) is of an unknown kind.")
        }
        self.kind = kind
        self.state = state
        payee = AccountID(try row.int(3))
        isBusiness = try row.bool(4)
        payer = try row.intOrNil(5).map { AccountID($0) }
        recipient = try row.intOrNil(6).map { AccountID($0) }
        currency = try Currency(try row.text(7))
        amount = try row.int(8)
        tip = try row.int(9)
        captured = try row.int(10)
        refunded = try row.int(11)
        fee = try row.int(12)
        title = try row.text(13)
        terms = try row.textOrNil(14).map(PaymentTerms.init(stored:)) ?? PaymentTerms()
        place = Place(
            chat: try row.intOrNil(15).map { ChatID($0) }, message: try row.intOrNil(16).map { MessageID($0) },
            conversation: try row.intOrNil(17).map { ConversationID($0) }, wait: try row.intOrNil(18))
        hold = try row.intOrNil(19).map { TransferID($0) }
        origin = Origin(
            key: try row.textOrNil(20), subscription: try row.intOrNil(21).map { SubscriptionID($0) },
            period: try row.intOrNil(22), bill: try row.intOrNil(23).map { BillID($0) },
            link: try row.intOrNil(24).map { PaymentLinkID($0) })
        createdAt = try row.int(25)
        expiresAt = try row.intOrNil(26)
        authorisedAt = try row.intOrNil(27)
        capturedAt = try row.intOrNil(28)
        receipt = try row.intOrNil(29)
        refundRequest = try row.textOrNil(30).map { RefundRequest(reason: $0, date: try row.int(31)) }
    }

    func insert(in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO payments (id, kind, state, payee, is_business, payer, recipient, currency, amount, title, terms, chat_id,
              message_id, conversation_id, wait, key, subscription_id, period, bill_id, link_id, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(id.value), .int(kind.rawValue), .int(state.rawValue), .int(payee.value), .bool(isBusiness),
            .optional(payer?.value), .optional(recipient?.value), .text(currency.code), .int(amount), .text(title),
            .optional(terms == PaymentTerms() ? nil : try terms.stored()), .optional(place.chat?.value),
            .optional(place.message?.value), .optional(place.conversation?.value), .optional(place.wait),
            .optional(origin.key), .optional(origin.subscription?.value), .optional(origin.period),
            .optional(origin.bill?.value), .optional(origin.link?.value), .int(createdAt), .optional(expiresAt))
    }

    /// Stores all that can change.
    func update(in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE payments SET state = ?2, payer = ?3, recipient = ?4, tip = ?5, captured = ?6, refunded = ?7, fee = ?8,
              chat_id = ?9, message_id = ?10, conversation_id = ?11, wait = ?12, hold = ?13, expires_at = ?14,
              authorised_at = ?15, captured_at = ?16, receipt = ?17, refund_reason = ?18, refund_requested_at = ?19
            WHERE id = ?1
            """,
            .int(id.value), .int(state.rawValue), .optional(payer?.value), .optional(recipient?.value), .int(tip),
            .int(captured), .int(refunded), .int(fee), .optional(place.chat?.value), .optional(place.message?.value),
            .optional(place.conversation?.value), .optional(place.wait), .optional(hold?.value), .optional(expiresAt),
            .optional(authorisedAt), .optional(capturedAt), .optional(receipt), .optional(refundRequest?.reason),
            .optional(refundRequest?.date))
    }
}
