package import Apps
package import Bridge
package import Database
package import Identity
package import Ledger
package import Messaging
package import Model
package import PaymentProviders

/// What people do with their money, and businesses with theirs.
///
/// A person confirms with a PIN above the limit they set; what they were shown is compared with what is asked, in the
/// transaction that moves the money. No app can reach anything here.
package struct Wallets: Sendable {
    package let database: Database
    let messaging: Messaging
    package let payments: Payments
    package let subscriptions: Subscriptions
    package let desk: PaymentDesk
    package let topUps: TopUpDesk
    package let pins: PINs
    let audit: Audit

    package init(
        database: Database, messaging: Messaging, payments: Payments, desk: PaymentDesk, topUps: TopUpDesk, pins: PINs,
        audit: Audit
    ) {
        self.database = database
        self.messaging = messaging
        self.payments = payments
        self.desk = desk
        self.topUps = topUps
        self.pins = pins
        self.audit = audit
        subscriptions = Subscriptions(payments: payments)
    }

    package var ledger: Ledger { payments.ledger }
    var now: Int64 { messaging.clock.now() }

    package func newPaymentID() -> PaymentID { PaymentID(messaging.ids.next()) }
    package func newRefundID() -> RefundID { RefundID(messaging.ids.next()) }

    /// What a person shows besides their session: a PIN that was compared, or nothing.
    package typealias Proof = PINs.Challenge?

    /// Lets a person pass who needs no PIN for this, or has given theirs.
    /// - Throws: ``StoaError``: `pinRequired`, `pinNotSet`, `wrongPIN` when another one was set meanwhile.
    func confirmed(_ person: AccountID, _ proof: Proof, isNeeded: Bool, in tx: Transaction) throws {
        if let proof {
            guard proof.person == person else { throw StoaError(.wrongPIN, "The PIN is somebody else's.") }
            return try pins.accept(proof, in: tx)
        }
        guard isNeeded else { return }
        guard try pins.isSet(of: person, in: tx) else {
            throw StoaError(.pinNotSet, "You have no PIN yet. Choose one in the wallet first.")
        }
        throw StoaError(.pinRequired, "This needs your PIN.")
    }

    // MARK: Who may do what

    /// How somebody stands to a payment.
    struct Standing {
        var isPayer = false
        /// The payee themself, or a member of the publisher whose app the payee is.
        var isPayee = false
        var isOperator = false
        var isBusiness = false
        /// The payee is an app that the operator has stopped.
        var isStopped = false
        /// May see it, but has no part in it.
        var isWitness = false

        /// An operator gives back what others paid to an app, not what they paid themself. People's wallets are their own.
        var mayRefund: Bool { isPayee || (isBusiness && isOperator && !isPayer) }
        var isAnybody: Bool { isPayer || isPayee || isOperator || isWitness }
    }

    func standing(of person: Account, to payment: Payment, in tx: ReadTransaction) throws -> Standing {
        var standing = Standing()
        standing.isPayer = payment.payer == person.id
        standing.isBusiness = payment.isBusiness
        standing.isStopped = try isStopped(payment.payee, in: tx)
        standing.isPayee = try payment.isBusiness ? belongs(person, to: payment.payee, in: tx) : payment.payee == person.id
        standing.isOperator = try Operators.contains(person.id, in: tx)
        standing.isWitness =
            try payment.recipient == person.id
            || (payment.place.chat.map { try messaging.isMember(person.id, of: $0, in: tx) } ?? false)
        return standing
    }

    /// Whether a person belongs to the publisher of an app.
    func belongs(_ person: Account, to bot: AccountID, in tx: ReadTransaction) throws -> Bool {
        guard let app = try AppStore.app(account: bot, in: tx) else { return false }
        return try Publishers.roles(of: person.id, in: tx).contains { $0.publisher.name == app.publisher }
    }

    /// Whether an account is an app's that the operator has taken down.
    func isStopped(_ payee: AccountID, in tx: ReadTransaction) throws -> Bool {
        try AppStore.app(account: payee, in: tx)?.state == .takenDown
    }

    /// Nothing new is paid to an app that was taken down, and nobody takes out what it earned: what people are to get back has to
    /// be there.
    /// - Throws: ``StoaError/Code/forbidden``.
    func requireNotStopped(_ payee: AccountID, in tx: ReadTransaction) throws {
        guard let app = try AppStore.app(account: payee, in: tx), app.state == .takenDown else { return }
        throw StoaError(.forbidden, "The app \(app.name) was taken down by the operator. No money moves to it or out of it.")
    }

    /// The app that a person manages the money of.
    /// - Throws: ``StoaError``: `appNotFound` to who does not belong to its publisher, `forbidden` to who is no owner but must
    ///   be.
    func managed(_ name: String, by person: Account, atLeast role: Publisher.Role, in tx: ReadTransaction) throws -> App {
        let unknown = StoaError(.appNotFound, "You manage no app named \(name.prefix(64)).")
        guard let app = try AppStore.app(named: name, in: tx) else { throw unknown }
        if role == .developer, try Operators.contains(person.id, in: tx) { return app }
        guard try belongs(person, to: app.account, in: tx) else { throw unknown }
        _ = try Publishers.require(person.id, atLeast: role, in: app.publisher, tx)
        return app
    }

    func note(_ kind: Audit.Kind, by person: Account, of bot: AccountID?, _ details: String, in tx: Transaction) throws {
        try audit.append(
            Audit.Entry(kind, by: person.name, person: person.id, bot: bot, details), now: now, in: tx)
    }
}
