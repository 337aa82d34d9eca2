package import Apps
package import Database
import Identity
package import Ledger
package import Messaging
package import Model
import Runtime
import Sandbox
import Synchronization

/// Tells whom a payment concerns what became of it, in the transaction in which it did: people by events, apps by updates.
///
/// An app is told of a payment that went through exactly once: the conversation that waits for it, or, when none does any more,
/// the app's handlers.
package struct PaymentDesk: Sendable {
    let messaging: Messaging
    let audit: Audit
    package let payments: Payments
    /// When there is something to do at a time (milliseconds since 1970 UTC): set by the clock of payments.
    package let due = DueTimes()

    package init(messaging: Messaging, audit: Audit, payments: Payments) {
        self.messaging = messaging
        self.audit = audit
        self.payments = payments
    }

    /// With a ledger of its own over the same clock and ids.
    /// - Parameter key: of the ledger's chain.
    package init(messaging: Messaging, audit: Audit, ledgerKey key: [UInt8]) {
        let ledger = Ledger(ids: messaging.ids, clock: messaging.clock, key: key)
        self.init(messaging: messaging, audit: audit, payments: Payments(ledger: ledger))
    }

    /// Who learns of the times at which payments are due.
    package final class DueTimes: Sendable {
        private let listener = Mutex<(@Sendable (Int64) -> Void)?>(nil)

        func note(_ time: Int64) { listener.withLock { $0 }?(time) }
        func listen(_ body: @escaping @Sendable (Int64) -> Void) { listener.withLock { $0 = body } }
    }

    /// In larger groups only those whose money it is hear of every step.
    private static let mostWitnesses = 100

    // MARK: Telling

    package func tell(_ change: PaymentChange, in tx: Transaction) throws {
        let payment = change.payment
        try announce(payment, in: tx)
        if let time = payment.expiresAt { tx.afterCommit { [due] in due.note(time) } }
        if change.movesMoney { try announceWallets(of: people(of: payment, in: tx), in: tx) }
        guard payment.isBusiness else { return }
        if let outcome = change.outcome, try end(payment, outcome, in: tx) { return }
        if let event = change.event { try raise(event, PaymentValue.payment(payment, messaging, in: tx), about: payment, in: tx) }
    }

    /// The payer has agreed; that may be to the period of a subscription that was past due.
    package func tellPaid(_ change: PaymentChange, in tx: Transaction) throws {
        try tell(change, in: tx)
        if let renewed = try Subscriptions(payments: payments).paid(change.payment, in: tx) { try tell(renewed, in: tx) }
    }

    package func tell(_ change: SubscriptionChange, in tx: Transaction) throws {
        let subscription = change.subscription
        try messaging.announce(.subscriptionUpdated(subscription.id), to: subscription.payer, in: tx)
        if let time = subscription.nextAt { tx.afterCommit { [due] in due.note(time) } }
        // The subscription tells of its payments: the app hears of a period once.
        for paid in change.payments {
            try announce(paid.payment, in: tx)
            if paid.movesMoney { try announceWallets(of: people(of: paid.payment, in: tx), in: tx) }
        }
        let value = try PaymentValue.subscription(subscription, change.step, messaging, in: tx)
        if let outcome = change.outcome, try end(subscription.place, outcome, value, of: subscription.payee, in: tx) { return }
        guard change.step != .offered, change.by != subscription.payee else { return }
        try raise("subscription", value, of: subscription.payee, by: subscription.payer, in: subscription.place.chat, tx)
    }

    /// Money came in or went out by a provider, or will not. What the operator issues is entered in the audit with the money.
    package func tell(_ topUp: TopUp, moved: Bool, in tx: Transaction) throws {
        guard let owner = try messaging.account(topUp.person, in: tx) else { return }
        if owner.kind == .user { try announceWallets(of: [owner.id], in: tx) }
        guard moved, topUp.provider == .internal else { return }
        try audit.append(
            Audit.Entry(.balanceIssued, by: "operator", about: owner, "\(topUp.money.text), \(owner.name)"),
            now: messaging.clock.now(), in: tx)
    }

    package func tellRefundRequested(_ payment: Payment, in tx: Transaction) throws {
        try announce(payment, in: tx)
        guard payment.isBusiness else { return }
        try raise("refund_requested", try PaymentValue.payment(payment, messaging, in: tx), about: payment, in: tx)
    }

    /// Everybody whom a payment concerns looks at it again.
    package func announce(_ payment: Payment, in tx: Transaction) throws {
        var concerned = try people(of: payment, in: tx)
        if let chat = payment.place.chat {
            let witnesses = try messaging.userIDs(of: chat, in: tx)
            if witnesses.count <= Self.mostWitnesses { concerned += witnesses }
        }
        for person in Set(concerned).sorted() { try messaging.announce(.paymentUpdated(payment.id), to: person, in: tx) }
    }

    package func announceWallets(of people: [AccountID], in tx: Transaction) throws {
        for person in Set(people).sorted() { try messaging.announce(.walletUpdated, to: person, in: tx) }
    }

    /// The people among payer, payee, who gets the gift and who gets a part.
    private func people(of payment: Payment, in tx: ReadTransaction) throws -> [AccountID] {
        let others = [payment.payer, payment.recipient].compactMap { $0 } + payment.terms.splits.map(\.to)
        return payment.isBusiness ? others : others + [payment.payee]
    }

    // MARK: Cards

    /// A message with a card, by a person or an app.
    package func post(
        _ card: Card, _ text: String, as id: MessageID? = nil, in chat: ChatID, by account: Account, _ tx: Transaction
    ) throws {
        let content = MessageContent(text: text, card: card)
        let posted = try messaging.post(Draft(chat: chat, content: content, id: id), from: account, in: tx)
        if card.kind == .payment { try payments.place(PaymentID(card.id), at: posted.message.id, in: chat, tx: tx) }
    }

    // MARK: Apps

    /// Nobody is charged for what a taken-down app cannot deliver, or while an operator keeps them from ending it.
    func mayRenew(_ subscription: Subscription, in tx: ReadTransaction) throws -> Bool {
        try AppStore.app(account: subscription.payee, in: tx)?.state != .takenDown
            && Suspensions.of(subscription.payer, in: tx) == nil
    }

    private func end(_ payment: Payment, _ outcome: String, in tx: Transaction) throws -> Bool {
        guard payment.place.wait != nil else { return false }
        return try end(
            payment.place, outcome, PaymentValue.payment(payment, messaging, in: tx), of: payment.payee, in: tx)
    }

    /// - Returns: whether a conversation waited for it.
    private func end(
        _ place: Payment.Place, _ outcome: String, _ value: BridgeValue, of bot: AccountID, in tx: Transaction
    ) throws -> Bool {
        guard let conversation = place.conversation, let wait = place.wait,
            try Wait.contains(wait, of: conversation, in: tx), try !isAnswered(wait, of: bot, in: tx)
        else { return false }
        let update = try messaging.addressed(
            .payment, to: .init(conversation: conversation, wait: wait), of: bot,
            payload: BridgeValue.array([.string(outcome), value]).encoded, in: tx)
        guard let update else { return false }
        try messaging.enqueue([update], in: tx)
        return true
    }

    /// Whether an answer lies in the inbox already, so that another one would find nobody.
    private func isAnswered(_ wait: Int64, of bot: AccountID, in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM inbox WHERE bot_id = ? AND wait_id = ?", .int(bot.value), .int(wait)) { _ in true } ?? false
    }

    private func raise(_ name: String, _ value: BridgeValue, about payment: Payment, in tx: Transaction) throws {
        try raise(name, value, of: payment.payee, by: payment.payer, in: payment.place.chat, tx)
    }

    private func raise(
        _ name: String, _ value: BridgeValue, of bot: AccountID, by payer: AccountID?, in chat: ChatID?, _ tx: Transaction
    ) throws {
        // Who was paid by a link may never have met its payer: they talk in their direct chat then.
        var place = chat
        if place == nil, let payer { place = try messaging.knownDirectChat(payer, with: bot, in: tx) }
        let known = try place.flatMap { try messaging.isMember(bot, of: $0, in: tx) ? $0 : nil }
        let update = Update(
            id: UpdateID(messaging.ids.next()), bot: bot, kind: .paymentEvent,
            chat: try known.map { try messaging.membership(of: bot, in: $0, tx: tx).chat },
            person: try payer.flatMap { try messaging.account($0, in: tx) },
            payload: BridgeValue.array([.string(name), value]).encoded, date: messaging.clock.now())
        try messaging.enqueue([update], in: tx)
    }

    /// Another conversation waits for a payment that is still open. The one that waited before is told that it is none of its any
    /// more: else it would wait without end.
    func handOver(_ payment: Payment, to place: Payment.Place, in tx: Transaction) throws {
        if payment.place.conversation != place.conversation { _ = try end(payment, "cancelled", in: tx) }
        try payments.attach(payment.id, to: place, in: tx)
    }

    /// A conversation is over, or waits for something else: nobody is to pay for what nobody waits for.
    func withdraw(of conversation: ConversationID, besides wait: Wait?, in tx: Transaction) throws {
        for payment in try payments.open(of: conversation, in: tx)
        where !(payment.place.wait.map { wait?.contains($0) ?? false } ?? true) {
            try tell(try payments.cancel(payment.id, by: payment.payee, in: tx), in: tx)
        }
        let subscriptions = Subscriptions(payments: payments)
        for offer in try subscriptions.offers(of: conversation, in: tx)
        where !(offer.place.wait.map { wait?.contains($0) ?? false } ?? true) {
            try tell(try subscriptions.cancel(offer.id, by: offer.payee, in: tx), in: tx)
        }
    }
}

extension PaymentChange {
    fileprivate var movesMoney: Bool {
        switch step {
        case .present: false
        case .cancel, .expire: payment.authorisedAt != nil
        default: true
        }
    }

    /// What a conversation that waits for the payment is told; nil when it goes on waiting.
    fileprivate var outcome: String? {
        switch step {
        case .authorise, .captureAll: "paid"
        case .cancel: by == payment.payee ? "cancelled" : "refused"
        case .expire: "timeout"
        default: nil
        }
    }

    /// What the app's handlers are told of, where the app did not do it itself.
    fileprivate var event: String? {
        guard by != payment.payee else { return nil }
        // The app hears of a subscription's periods as such.
        let isOfPeriod = [.authorise, .captureAll, .expire, .release].contains(step)
        guard payment.origin.subscription == nil || !isOfPeriod else { return nil }
        switch step {
        case .authorise: return "authorised"
        case .captureAll: return "captured"
        case .refundPart, .refundAll: return "refunded"
        case .dispute: return "disputed"
        case .loseDispute, .winDispute, .winDisputeAfterRefund: return "dispute_closed"
        case .expire, .release: return payment.authorisedAt == nil ? nil : "expired"
        case .present, .cancel, .capturePart: return nil
        }
    }
}

extension SubscriptionChange {
    fileprivate var outcome: String? {
        switch step {
        case .started: "paid"
        case .cancelled: by == subscription.payee ? "cancelled" : "refused"
        case .expired: "timeout"
        case .offered, .renewed, .pastDue: nil
        }
    }
}
