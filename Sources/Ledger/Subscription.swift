import Database
package import Model

/// A person's agreement to pay a business every period until they cancel it.
package struct Subscription: Sendable, Equatable {
    package enum State: Int64, Sendable, CaseIterable {
        /// The person has not decided.
        case offered = 0
        case trialing = 1
        case active = 2
        /// A period could not be paid; it is tried again.
        case pastDue = 3
        /// Somebody ended it: what is paid for stays.
        case cancelled = 4
        /// The offer was over, or a period was never paid.
        case expired = 5

        package var name: String {
            switch self {
            case .offered: "offered"
            case .trialing: "trialing"
            case .active: "active"
            case .pastDue: "past_due"
            case .cancelled: "cancelled"
            case .expired: "expired"
            }
        }

        package var isRunning: Bool { self == .trialing || self == .active || self == .pastDue }
    }

    package let id: SubscriptionID
    package internal(set) var state: State
    /// The account of the app's bot.
    package let payee: AccountID
    package let payer: AccountID
    package let money: Money
    package let period: BillingPeriod
    package let title: String
    package let description: String
    /// The app's own words, given back to it.
    package let data: String
    /// Milliseconds without payment at the beginning.
    package let trial: Int64?
    package internal(set) var place: Payment.Place
    /// Milliseconds since 1970 UTC, as all that follow.
    package let createdAt: Int64
    /// When the offer is over.
    package let offerEndsAt: Int64
    /// When the first paid period began; nil before the person agreed.
    package internal(set) var anchor: Int64?
    /// The number of the last period that was begun, from 1; 0 before the first.
    package internal(set) var number: Int64
    /// Until when it is paid for, or free.
    package internal(set) var periodEndsAt: Int64?
    /// When the next payment is tried; nil where none is to come.
    package internal(set) var nextAt: Int64?
    /// Tries of the present period that failed.
    package internal(set) var failures: Int64
    package internal(set) var cancelledAt: Int64?

    package var trialEndsAt: Int64? { trial != nil ? anchor : nil }
}

package struct SubscriptionDraft: Sendable {
    package var id: SubscriptionID
    package var payee: AccountID
    package var payer: AccountID
    package var money: Money
    package var period: BillingPeriod
    package var title: String
    package var description = ""
    package var data = ""
    package var trial: Int64?
    package var place = Payment.Place()
    /// Milliseconds since 1970 UTC; nil for ``Payments/openFor`` from now.
    package var offerEndsAt: Int64?

    package init(
        id: SubscriptionID, payee: AccountID, payer: AccountID, money: Money, period: BillingPeriod, title: String
    ) {
        self.id = id
        self.payee = payee
        self.payer = payer
        self.money = money
        self.period = period
        self.title = title
    }
}

/// What has just happened to a subscription, and to the payment of its period.
package struct SubscriptionChange: Sendable, Equatable {
    package enum Step: String, Sendable {
        case offered, started, renewed
        case pastDue = "past_due"
        case cancelled, expired
    }

    package let subscription: Subscription
    package let step: Step
    /// Who did it; nil when it was time.
    package let by: AccountID?
    package var payments: [PaymentChange] = []
}

extension Subscription {
    init(row: Row) throws {
        id = SubscriptionID(try row.int(0))
        guard let state = State(rawValue: try row.int(1)), let period = BillingPeriod(rawValue: try row.int(6)) else {
            throw StoaError(.internal, "The subscription \(id) is in an unknown state.")
        }
        self.state = state
        payee = AccountID(try row.int(2))
        payer = AccountID(try row.int(3))
        money = Money(try row.int(5), try Currency(try row.text(4)))
        self.period = period
        title = try row.text(7)
        description = try row.text(8)
        data = try row.text(9)
        trial = try row.intOrNil(10)
        place = Payment.Place(
            chat: try row.intOrNil(11).map { ChatID($0) }, message: try row.intOrNil(12).map { MessageID($0) },
            conversation: try row.intOrNil(13).map { ConversationID($0) }, wait: try row.intOrNil(14))
        createdAt = try row.int(15)
        offerEndsAt = try row.int(16)
        anchor = try row.intOrNil(17)
        number = try row.int(18)
        periodEndsAt = try row.intOrNil(19)
        nextAt = try row.intOrNil(20)
        failures = try row.int(21)
        cancelledAt = try row.intOrNil(22)
    }

    func insert(in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO subscriptions (id, state, payee, payer, currency, amount, period, title, description, data, trial,
              chat_id, message_id, conversation_id, wait, created_at, offer_ends_at, number, next_at, failures)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0)
            """,
            .int(id.value), .int(state.rawValue), .int(payee.value), .int(payer.value), .text(money.currency.code),
            .int(money.amount), .int(period.rawValue), .text(title), .text(description), .text(data), .optional(trial),
            .optional(place.chat?.value), .optional(place.message?.value), .optional(place.conversation?.value),
            .optional(place.wait), .int(createdAt), .int(offerEndsAt), .optional(nextAt))
    }

    func update(in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE subscriptions SET state = ?2, conversation_id = ?3, wait = ?4, anchor = ?5, number = ?6, period_ends_at = ?7,
              next_at = ?8, failures = ?9, cancelled_at = ?10
            WHERE id = ?1
            """,
            .int(id.value), .int(state.rawValue), .optional(place.conversation?.value), .optional(place.wait),
            .optional(anchor), .int(number), .optional(periodEndsAt), .optional(nextAt), .int(failures),
            .optional(cancelledAt))
    }
}
