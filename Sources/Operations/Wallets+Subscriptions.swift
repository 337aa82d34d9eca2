import Apps
import Bridge
package import Database
package import Ledger
package import Model

/// A person's subscriptions.
extension Wallets {
    package struct SubscriptionView: Sendable {
        package enum Action: String, Sendable { case confirm, decline, cancel }

        package let subscription: Subscription
        package let payee: PaymentParty
        package let payer: PaymentParty
        package let needsPIN: Bool
        package let actions: [Action]
    }

    package func subscriptions(of person: Account) async throws -> [SubscriptionView] {
        try await database.read { [self] tx in
            try subscriptions.all(of: person.id, in: tx).map { try view($0, for: person, in: tx) }
        }
    }

    package func subscription(_ id: SubscriptionID, for person: Account) async throws -> SubscriptionView {
        try await database.read { [self] in try view(try subscriptions.subscription(id, in: $0), for: person, in: $0) }
    }

    /// What the sheet showed.
    package struct SubscriptionShown: Sendable {
        let amount: Int64
        let currency: String
        let payee: AccountID
        let period: String

        package init(amount: Int64, currency: String, payee: AccountID, period: String) {
            self.amount = amount
            self.currency = currency
            self.payee = payee
            self.period = period
        }
    }

    /// - Throws: ``StoaError``: `conflict`, `limitExceeded`, `pinRequired` and the like, `forbidden` where the app was taken
    ///   down, and what ``Subscriptions/confirm(_:by:in:)`` refuses.
    package func confirm(
        _ id: SubscriptionID, by person: Account, _ shown: SubscriptionShown, _ proof: Proof, in tx: Transaction
    ) throws -> SubscriptionView {
        let offer = try subscriptions.subscription(id, in: tx)
        guard offer.payer == person.id else { throw StoaError(.notFound, "There is no subscription \(id) of yours.") }
        guard shown.amount == offer.money.amount, shown.currency == offer.money.currency.code, shown.payee == offer.payee,
            shown.period == offer.period.name
        else {
            throw StoaError(.conflict, "What you were shown is not what is asked for. Look at the offer again.")
        }
        try requireNotStopped(offer.payee, in: tx)
        try confirmed(
            person.id, proof, isNeeded: try SpendingLimits.needsConfirmation(offer.money, of: person.id, in: tx), in: tx)
        try SpendingLimits.check(offer.money, by: person.id, to: offer.payee, now: now, in: tx)
        let change = try subscriptions.confirm(id, by: person.id, in: tx)
        try note(
            .subscribed, by: person, of: offer.payee, "\(offer.money.text) every \(offer.period.name), subscription \(id)", in: tx
        )
        try desk.tell(change, in: tx)
        return try view(change.subscription, for: person, in: tx)
    }

    /// Says no to an offer, or ends what runs.
    /// - Throws: ``StoaError``, as ``Subscriptions/cancel(_:by:in:)``.
    package func cancel(_ id: SubscriptionID, by person: Account, in tx: Transaction) throws -> SubscriptionView {
        let known = try subscriptions.subscription(id, in: tx)
        guard known.payer == person.id else { throw StoaError(.notFound, "There is no subscription \(id) of yours.") }
        let change = try subscriptions.cancel(id, by: person.id, in: tx)
        try note(.unsubscribed, by: person, of: known.payee, "subscription \(id)", in: tx)
        try desk.tell(change, in: tx)
        return try view(change.subscription, for: person, in: tx)
    }

    private func view(
        _ subscription: Subscription, for person: Account, in tx: ReadTransaction
    ) throws -> SubscriptionView {
        let isPayer = subscription.payer == person.id
        guard try isPayer || belongs(person, to: subscription.payee, in: tx) else {
            throw StoaError(.notFound, "There is no subscription \(subscription.id) of yours.")
        }
        let isOffered = subscription.state == .offered
        let isOpen = isOffered && subscription.offerEndsAt > now
        let answers: [SubscriptionView.Action] = try isStopped(subscription.payee, in: tx) ? [.decline] : [.confirm, .decline]
        return SubscriptionView(
            subscription: subscription, payee: try party(subscription.payee, in: tx),
            payer: try party(subscription.payer, in: tx),
            needsPIN: try isPayer && isOpen
                && SpendingLimits.needsConfirmation(subscription.money, of: person.id, in: tx),
            actions: !isPayer ? [] : isOpen ? answers : subscription.state.isRunning ? [.cancel] : [])
    }
}
