package import Database
package import Model

/// Payments that come again: offering, agreeing, renewing, trying again, ending.
package struct Subscriptions: Sendable {
    /// Pauses before a payment that failed is tried again, in milliseconds. After the last one the subscription is over.
    package static let pauses: [Int64] = [1, 2, 4].map { $0 * 24 * 3600 * 1000 }
    /// Milliseconds until what is put off is looked at again, and after what is paid for until it is over.
    package static let (putOffFor, putOffAtMost): (Int64, Int64) = (24 * 3600 * 1000, 30 * 24 * 3600 * 1000)
    /// Subscriptions of one person that run at a time.
    package static let mostRunning: Int64 = 200

    package let payments: Payments

    package init(payments: Payments) { self.payments = payments }

    private var now: Int64 { payments.now }

    // MARK: Reading

    /// - Throws: ``StoaError/Code/notFound``.
    package func subscription(_ id: SubscriptionID, in tx: ReadTransaction) throws -> Subscription {
        let found = try tx.first("SELECT * FROM subscriptions WHERE id = ?", .int(id.value), row: Subscription.init(row:))
        guard let found else { throw StoaError(.notFound, "There is no subscription \(id).") }
        return found
    }

    /// Newest first.
    package func all(of payer: AccountID, in tx: ReadTransaction) throws -> [Subscription] {
        try tx.query(
            "SELECT * FROM subscriptions WHERE payer = ? ORDER BY id DESC LIMIT 500", .int(payer.value),
            row: Subscription.init(row:))
    }

    /// An app's, newest first.
    package func all(to payee: AccountID, of payer: AccountID?, in tx: ReadTransaction) throws -> [Subscription] {
        try tx.query(
            """
            SELECT * FROM subscriptions WHERE payee = ?1 AND (?2 IS NULL OR payer = ?2) ORDER BY id DESC LIMIT 500
            """,
            .int(payee.value), .optional(payer?.value), row: Subscription.init(row:))
    }

    /// Those that a conversation offered and that wait for an answer.
    package func offers(of conversation: ConversationID, in tx: ReadTransaction) throws -> [Subscription] {
        try tx.query(
            "SELECT * FROM subscriptions WHERE conversation_id = ? AND state = 0", .int(conversation.value),
            row: Subscription.init(row:))
    }

    // MARK: The agreement

    /// - Throws: ``StoaError``: `invalidAmount`, `badRequest`, `quotaExceeded`.
    package func offer(_ draft: SubscriptionDraft, in tx: Transaction) throws -> SubscriptionChange {
        try draft.money.checkPayable()
        guard draft.title.isLine(upTo: 128), draft.description.isProse(upTo: 1000),
            draft.data.utf8.count <= PaymentTerms.mostData
        else {
            throw StoaError(
                .badRequest,
                "A subscription needs a title of 1 to 128 characters, a description of at most 1,000, and data of at most \(PaymentTerms.mostData) bytes."
            )
        }
        let year: Int64 = 366 * 86_400_000
        guard draft.offerEndsAt ?? Int64.max > now else {
            throw StoaError(.badRequest, "The offer would be over before it is made.")
        }
        guard draft.payer != draft.payee, (1...year).contains(draft.trial ?? 1) else {
            throw StoaError(.badRequest, "A trial lasts up to a year, and nobody subscribes to themself.")
        }
        let running = try tx.first(
            "SELECT count(*) FROM subscriptions WHERE payer = ? AND state < 4", .int(draft.payer.value)
        ) { try $0.int(0) }
        guard running ?? 0 < Self.mostRunning else {
            throw StoaError(.quotaExceeded, "This person has \(Self.mostRunning) subscriptions. Cancel some first.")
        }
        let end = draft.offerEndsAt ?? now + Payments.openFor
        let subscription = Subscription(
            id: draft.id, state: .offered, payee: draft.payee, payer: draft.payer, money: draft.money, period: draft.period,
            title: draft.title, description: draft.description, data: draft.data, trial: draft.trial, place: draft.place,
            createdAt: now, offerEndsAt: end, anchor: nil, number: 0, periodEndsAt: nil, nextAt: end, failures: 0,
            cancelledAt: nil)
        try subscription.insert(in: tx)
        return SubscriptionChange(subscription: subscription, step: .offered, by: draft.payee)
    }

    /// The person agrees: the first period is paid now, or after the trial.
    /// - Throws: ``StoaError``: `notFound` to anybody else, `subscriptionState`, `paymentExpired`, `insufficientFunds`.
    package func confirm(_ id: SubscriptionID, by payer: AccountID, in tx: Transaction) throws -> SubscriptionChange {
        var subscription = try subscription(id, in: tx)
        guard subscription.payer == payer else { throw StoaError(.notFound, "There is no subscription \(id) of yours.") }
        guard subscription.state == .offered else {
            throw StoaError(.subscriptionState, "The subscription \(id) is \(subscription.state.name) already.")
        }
        guard subscription.offerEndsAt > now else {
            throw StoaError(.paymentExpired, "The offer is over. Ask for a new one.")
        }
        subscription.failures = 0
        if let trial = subscription.trial {
            subscription.state = .trialing
            subscription.anchor = now + trial
            subscription.periodEndsAt = now + trial
            subscription.nextAt = now + trial
            try subscription.update(in: tx)
            return SubscriptionChange(subscription: subscription, step: .started, by: payer)
        }
        subscription.anchor = now
        let paid = try pay(try bill(&subscription, 1, in: tx).id, of: subscription, in: tx)
        begin(1, of: &subscription)
        try subscription.update(in: tx)
        return SubscriptionChange(subscription: subscription, step: .started, by: payer, payments: [paid])
    }

    /// Ends it: what is paid for stays, nothing more is paid. By the payer at any time, or by the business.
    /// - Throws: ``StoaError``: `notFound` to anybody else, `subscriptionState` when it is over.
    package func cancel(_ id: SubscriptionID, by account: AccountID, in tx: Transaction) throws -> SubscriptionChange {
        let subscription = try subscription(id, in: tx)
        guard account == subscription.payer || account == subscription.payee else {
            throw StoaError(.notFound, "There is no subscription \(id) of yours.")
        }
        return try end(subscription, .cancelled, by: account, in: tx)
    }

    private func end(
        _ subscription: Subscription, _ state: Subscription.State, by account: AccountID?, in tx: Transaction
    ) throws -> SubscriptionChange {
        var subscription = subscription
        guard subscription.state == .offered || subscription.state.isRunning else {
            throw StoaError(.subscriptionState, "The subscription \(subscription.id) is \(subscription.state.name) already.")
        }
        var changes: [PaymentChange] = []
        if let open = try payment(subscription.number, of: subscription, in: tx), open.state.isOpen {
            changes.append(try payments.end(open, .cancel, by: account, in: tx))
        }
        subscription.state = state
        subscription.nextAt = nil
        subscription.cancelledAt = now
        try subscription.update(in: tx)
        return SubscriptionChange(
            subscription: subscription, step: state == .expired ? .expired : .cancelled, by: account, payments: changes)
    }

    // MARK: Renewing

    /// What is due of a subscription: its next period, another try, or its end.
    func renew(_ due: Subscription, in tx: Transaction) throws -> SubscriptionChange {
        var subscription = due
        guard subscription.state.isRunning, let anchor = subscription.anchor else {
            return try end(subscription, .expired, by: nil, in: tx)
        }
        var number = subscription.number
        if subscription.state != .pastDue {
            number += 1
            // What nobody offered while the server was down, nobody pays.
            while subscription.period.moment(number, after: anchor) <= now { number += 1 }
        }
        let open = try payment(number, of: subscription, in: tx) ?? bill(&subscription, number, in: tx)
        subscription.number = number
        do {
            let paid = try tx.savepoint {
                try SpendingLimits.check(subscription.money, by: subscription.payer, to: subscription.payee, now: now, in: tx)
                return try pay(open.id, of: subscription, in: tx)
            }
            begin(number, of: &subscription)
            try subscription.update(in: tx)
            return SubscriptionChange(subscription: subscription, step: .renewed, by: nil, payments: [paid])
        } catch let error as StoaError where error.code != .internal {
            guard subscription.failures < Int64(Self.pauses.count) else {
                return try end(subscription, .expired, by: nil, in: tx)
            }
            subscription.state = .pastDue
            subscription.nextAt = now + Self.pauses[Int(subscription.failures)]
            subscription.failures += 1
            try subscription.update(in: tx)
            let asked = PaymentChange(payment: open, step: .present, by: nil)
            return SubscriptionChange(
                subscription: subscription, step: .pastDue, by: nil, payments: subscription.failures == 1 ? [asked] : [])
        }
    }

    /// Charges nothing, as the business cannot deliver now, or the person cannot say no. It goes on when that is over, and what
    /// has passed by then is nobody's to pay. After a month it ends; at once where a payment had failed before.
    func putOff(_ due: Subscription, in tx: Transaction) throws -> SubscriptionChange? {
        var subscription = due
        guard subscription.state != .pastDue, now - (subscription.periodEndsAt ?? 0) < Self.putOffAtMost else {
            return try end(subscription, .expired, by: nil, in: tx)
        }
        subscription.nextAt = now + Self.putOffFor
        try subscription.update(in: tx)
        return nil
    }

    /// The person has paid a period that was past due by themself.
    package func paid(_ payment: Payment, in tx: Transaction) throws -> SubscriptionChange? {
        guard let id = payment.origin.subscription, let number = payment.origin.period else { return nil }
        var subscription = try subscription(id, in: tx)
        guard subscription.state == .pastDue, subscription.number == number else { return nil }
        begin(number, of: &subscription)
        try subscription.update(in: tx)
        return SubscriptionChange(subscription: subscription, step: .renewed, by: payment.payer)
    }

    private func begin(_ number: Int64, of subscription: inout Subscription) {
        let end = subscription.period.moment(number, after: subscription.anchor ?? now)
        subscription.state = .active
        subscription.number = number
        subscription.periodEndsAt = end
        subscription.nextAt = end
        subscription.failures = 0
    }

    /// Asks for a period's payment; the database allows one for each.
    private func bill(_ subscription: inout Subscription, _ number: Int64, in tx: Transaction) throws -> Payment {
        var draft = PaymentDraft(
            id: PaymentID(payments.ledger.ids.next()), kind: .subscription, payee: subscription.payee, isBusiness: true,
            payer: subscription.payer, money: subscription.money, title: subscription.title)
        draft.terms.description = subscription.description
        draft.terms.data = subscription.data
        draft.origin.subscription = subscription.id
        draft.origin.period = number
        draft.place = Payment.Place(chat: subscription.place.chat)
        // Its end is the subscription's to decide.
        draft.expiresAt = now + 60 * 24 * 3600 * 1000
        return try payments.create(draft, in: tx).payment
    }

    private func pay(_ payment: PaymentID, of subscription: Subscription, in tx: Transaction) throws -> PaymentChange {
        try payments.authorise(payment, by: subscription.payer, in: tx)
    }

    private func payment(_ number: Int64, of subscription: Subscription, in tx: ReadTransaction) throws -> Payment? {
        try tx.first(
            "SELECT * FROM payments WHERE subscription_id = ? AND period = ?", .int(subscription.id.value), .int(number),
            row: Payment.init(row:))
    }
}
