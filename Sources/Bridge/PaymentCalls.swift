import Apps
import Database
import Ledger
import Messaging
import Model
import Permissions
import Runtime
import Sandbox

/// `payments`: asking people to pay, and what becomes of it. The ledger judges at the commit; what it refuses, the call is told
/// of when the turn is run again.
extension Bridge {
    func payment(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        switch arguments.call {
        case "payments.request": return try requestPayment(arguments, in: turn)
        case "payments.subscribe": return try offerSubscription(arguments, in: turn)
        case "payments.capture": return try capture(arguments, in: turn)
        case "payments.cancel": return try cancelPayment(arguments, in: turn)
        case "payments.refund": return try refund(arguments, in: turn)
        case "payments.payout": return try payOut(arguments, in: turn)
        case "payments.link": return try makeLink(arguments, in: turn)
        case "payments.close_link": return try closeLink(arguments, in: turn)
        case "payments.cancel_subscription": return try cancelSubscription(arguments, in: turn)
        default: return try readPayments(arguments, in: turn)
        }
    }

    /// Something that moves money, or that what is sold depends on: made at the commit. A refusal ends up as the call's answer,
    /// nil and the error's code.
    func money(
        _ arguments: Arguments, _ answer: [BridgeValue], in turn: Turn, _ body: @escaping @Sendable (Transaction) throws -> Void
    ) throws -> CallAnswer {
        let (number, refusal) = try turn.moneyCall()
        if let refusal { return .now([.null, .string(refusal)]) }
        turn.add(
            TurnEffect(arguments.call, [arguments[0]]) { tx in
                do {
                    try body(tx)
                } catch let error as StoaError where error.code != .internal {
                    throw TurnRefusal(call: number, code: error.code.rawValue)
                }
            })
        return .now(answer)
    }

    /// The entry of the audit for money that an app asks for or moves.
    private func noted(_ details: String, in turn: Turn) -> @Sendable (Transaction) throws -> Void {
        let entry = use(details, in: turn)
        return { [audit, messaging] tx in try audit.append(entry, now: messaging.clock.now(), in: tx) }
    }

    // MARK: Asking

    private func requestPayment(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsRequest, for: arguments.call, in: turn)
        let fields = try arguments.fields()
        let payer = try self.payer(fields, in: turn)
        var draft = PaymentDraft(
            id: PaymentID(try owned("id", fields, turn)), kind: .purchase, payee: turn.app.account, isBusiness: true,
            payer: payer,
            money: try Self.money(fields), title: try fields.string("title"))
        draft.terms = try PaymentArguments.terms(fields)
        draft.origin.key = fields["key"].stringValue
        draft.expiresAt = try fields.int("due")
        let message = MessageID(try owned("message", fields, turn))
        draft.place = Payment.Place(
            chat: turn.update.chat?.id, message: message, conversation: turn.conversation, wait: draft.id.value)
        try draft.check(now: turn.now)
        guard let key = draft.origin.key else { return try ask(draft, message, arguments, in: turn) }
        let asked = draft
        // What was paid under this key before needs no asking.
        return .read { [self] tx, turn in
            if let made = try desk.payments.find(key, of: turn.app.account, in: tx), made.authorisedAt != nil,
                asked.asksForTheSame(as: made)
            {
                // What went back is not paid any more: nothing is to be delivered for it a second time.
                if made.state.isFinal { return [.null, .string(made.state.name)] }
                return ["paid", try PaymentValue.payment(made, messaging, in: tx)]
            }
            guard case .now(let answer) = try ask(asked, message, arguments, in: turn) else { return [.null] }
            return answer
        }
    }

    private func ask(
        _ draft: PaymentDraft, _ message: MessageID, _ arguments: Arguments, in turn: Turn
    ) throws -> CallAnswer {
        let account = turn.app.account
        let note = noted("\(arguments.call): \(draft.money.text)", in: turn)
        return try money(arguments, ["asked"], in: turn) { [messaging, desk] tx in
            for split in draft.terms.splits { try Self.requireAcquaintance(split.to, of: account, messaging, in: tx) }
            if let payer = draft.payer, let chat = draft.place.chat {
                guard try messaging.isMember(payer, of: chat, in: tx) else {
                    throw StoaError(.accountNotFound, "Who is to pay is no member of the chat.")
                }
            }
            let change = try desk.payments.create(draft, in: tx)
            try note(tx)
            let payment = change.payment
            if payment.id != draft.id { try desk.handOver(payment, to: draft.place, in: tx) }
            if let chat = draft.place.chat {
                let bot = try Self.bot(account, messaging, in: tx)
                try desk.post(
                    Card(.payment, payment.id.value), "\(payment.title): \(draft.money.text)", as: message, in: chat, by: bot, tx)
            }
            try desk.tell(change, in: tx)
        }
    }

    private func offerSubscription(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsSubscribe, for: arguments.call, in: turn)
        let fields = try arguments.fields()
        guard let payer = turn.update.person, payer.kind == .user, let chat = turn.update.chat?.id,
            let period = BillingPeriod(name: try fields.string("period"))
        else {
            throw StoaError(.badRequest, "\(arguments.call): there is no person here to subscribe, or no such period.")
        }
        var draft = SubscriptionDraft(
            id: SubscriptionID(try owned("id", fields, turn)), payee: turn.app.account, payer: payer.id,
            money: try Self.money(fields), period: period, title: try fields.string("title"))
        draft.description = try fields.string("description")
        draft.data = try fields.string("data")
        draft.trial = try fields.intOrNil("trial")
        draft.offerEndsAt = try fields.int("due")
        let message = MessageID(try owned("message", fields, turn))
        draft.place = Payment.Place(chat: chat, message: message, conversation: turn.conversation, wait: draft.id.value)
        let (offer, account) = (draft, turn.app.account)
        let note = noted("\(arguments.call): \(draft.money.text) every \(period.name)", in: turn)
        return try money(arguments, ["asked"], in: turn) { [messaging, desk] tx in
            let change = try Subscriptions(payments: desk.payments).offer(offer, in: tx)
            try note(tx)
            try desk.post(
                Card(.subscription, offer.id.value), "\(offer.title): \(offer.money.text) every \(period.name)", as: message,
                in: chat,
                by: try Self.bot(account, messaging, in: tx), tx)
            try desk.tell(change, in: tx)
        }
    }

    private func payer(_ fields: Fields, in turn: Turn) throws -> AccountID {
        let named = try fields.intOrNil("payer").map { AccountID($0) }
        let person = turn.update.person.flatMap { $0.kind == .user ? $0.id : nil }
        guard turn.update.chat != nil, let payer = named ?? person else {
            throw StoaError(.badRequest, "\(fields.call): there is no person here who could pay.")
        }
        return payer
    }

    private func owned(_ name: String, _ fields: Fields, _ turn: Turn) throws -> Int64 {
        let id = try fields.int(name)
        guard turn.owns(id) else { throw StoaError(.badRequest, "\(fields.call): the id \(id) was not given to this turn.") }
        return id
    }

    static func money(_ fields: Fields) throws -> Money {
        Money(try fields.int("amount"), try Currency(try fields.string("currency")))
    }

    private static func requireAcquaintance(
        _ person: AccountID, of bot: AccountID, _ messaging: Messaging, in tx: ReadTransaction
    ) throws {
        guard try messaging.account(person, in: tx)?.kind == .user, try messaging.sharesChat(person, bot, in: tx) else {
            throw StoaError(.accountNotFound, "The account \(person) is no person whom the app shares a chat with.")
        }
    }

    // MARK: What was agreed to

    private func capture(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsRequest, for: arguments.call, in: turn)
        let fields = try arguments.fields()
        let (id, amount) = (PaymentID(try fields.int("id")), try fields.intOrNil("amount"))
        let (isFinal, bot) = (fields["partial"] != .bool(true), turn.app.account)
        let note = noted("\(arguments.call): payment \(id)", in: turn)
        return try money(arguments, [.bool(true)], in: turn) { [desk] tx in
            try desk.tell(try desk.payments.capture(id, amount, isFinal: isFinal, by: bot, in: tx), in: tx)
            try note(tx)
        }
    }

    private func cancelPayment(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsRequest, for: arguments.call, in: turn)
        let (id, bot) = (PaymentID(try arguments.fields().int("id")), turn.app.account)
        return try money(arguments, [.bool(true)], in: turn) { [desk] tx in
            guard try desk.payments.payment(id, in: tx).payee == bot else {
                throw StoaError(.paymentNotFound, "There is no payment \(id) to this app.")
            }
            try desk.tell(try desk.payments.cancel(id, by: bot, in: tx), in: tx)
        }
    }

    private func refund(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try check(.paymentsRefund, for: arguments.call, in: turn)
        let fields = try arguments.fields()
        let (refund, id) = (RefundID(try owned("id", fields, turn)), PaymentID(try fields.int("payment")))
        let (amount, reason, bot) = (try fields.intOrNil("amount"), try fields.string("reason"), turn.app.account)
        let note = noted("\(arguments.call): payment \(id)", in: turn)
        return .read { [self] tx, turn in
            guard let known = try desk.payments.find(id, in: tx), known.payee == bot else {
                return [.null, .string(StoaError.Code.paymentNotFound.rawValue)]
            }
            let told = amount ?? RefundableInTurn(known, after: turn.effects).amount
            let answer: BridgeValue = ["id": .int(refund.value), "amount": .int(told)]
            let made = try money(arguments, [answer], in: turn) { [desk] tx in
                let payment = try desk.payments.payment(id, in: tx)
                // Somebody else gave some back meanwhile: the app was told of more than is left.
                if amount == nil, payment.refundable > 0, payment.refundable != told { throw TurnConflict() }
                try desk.tell(try desk.payments.refund(id, amount, reason: reason, as: refund, by: bot, in: tx), in: tx)
                try note(tx)
            }
            guard case .now(let values) = made else { return [.null] }
            return values
        }
    }

    private func payOut(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try check(.paymentsPayout, for: arguments.call, in: turn)
        let fields = try arguments.fields()
        let (id, to) = (TransferID(try owned("id", fields, turn)), AccountID(try fields.int("to")))
        let (money, bot) = (try Self.money(fields), turn.app.account)
        try money.checkPayable()
        let note = noted("\(arguments.call): \(money.text)", in: turn)
        let answer: BridgeValue = [
            "id": .int(id.value), "amount": .int(money.amount), "currency": .string(money.currency.code),
        ]
        return try self.money(arguments, [answer], in: turn) { [desk, messaging] tx in
            try Self.requireAcquaintance(to, of: bot, messaging, in: tx)
            let ledger = desk.payments.ledger
            let (from, wallet) = (
                try ledger.wallet(of: bot, money.currency, in: tx), try ledger.wallet(of: to, money.currency, in: tx)
            )
            try ledger.apply(
                [TransferOrder(id, .move(from: from.id, to: wallet.id, amount: money.amount), for: .payout)], about: 0, in: tx)
            try desk.announceWallets(of: [to], in: tx)
            try note(tx)
        }
    }

    private func makeLink(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsRequest, for: arguments.call, in: turn)
        let fields = try arguments.fields()
        let draft = PaymentLinkDraft(
            id: PaymentLinkID(try owned("id", fields, turn)), payee: turn.app.account, isBusiness: true,
            currency: try Currency(try fields.string("currency")), amount: try fields.intOrNil("amount"),
            title: try fields.string("title"), mostUses: try fields.intOrNil("uses"))
        let answer: BridgeValue = [
            "id": .int(draft.id.value), "token": .string(draft.token), "path": .string("/#/pay/\(draft.token)"),
        ]
        return try money(arguments, [answer], in: turn) { [desk] tx in _ = try desk.payments.makeLink(draft, in: tx) }
    }

    private func closeLink(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsRequest, for: arguments.call, in: turn)
        let (id, bot) = (PaymentLinkID(try arguments.fields().int("id")), turn.app.account)
        return try money(arguments, [.bool(true)], in: turn) { [desk] in try desk.payments.closeLink(id, by: bot, in: $0) }
    }

    private func cancelSubscription(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsSubscribe, for: arguments.call, in: turn)
        let (id, bot) = (SubscriptionID(try arguments.fields().int("id")), turn.app.account)
        return try money(arguments, [.bool(true)], in: turn) { [desk] tx in
            let subscriptions = Subscriptions(payments: desk.payments)
            guard try subscriptions.subscription(id, in: tx).payee == bot else {
                throw StoaError(.notFound, "There is no subscription \(id) to this app.")
            }
            try desk.tell(try subscriptions.cancel(id, by: bot, in: tx), in: tx)
        }
    }

    // MARK: Reading

    private func readPayments(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let isSubscriptions = arguments.call == "payments.subscriptions"
        try checkDeclared(isSubscriptions ? .paymentsSubscribe : .paymentsRequest, for: arguments.call, in: turn)
        let (fields, bot) = (try arguments.fields(), turn.app.account)
        let payments = desk.payments
        switch arguments.call {
        case "payments.get":
            let id = PaymentID(try fields.int("id"))
            return .read { [messaging] tx, _ in
                guard let found = try payments.find(id, in: tx), found.payee == bot else {
                    return [.null, .string(StoaError.Code.paymentNotFound.rawValue)]
                }
                return [try PaymentValue.payment(found, messaging, in: tx)]
            }
        case "payments.list":
            let (user, limit) = (try fields.intOrNil("user").map { AccountID($0) }, Int(clamping: try fields.int("limit")))
            return .read { [messaging] tx, _ in
                let found = try payments.paid(to: bot, by: user, limit: min(max(limit, 1), 200), in: tx)
                return [.array(try found.map { try PaymentValue.payment($0, messaging, in: tx) })]
            }
        case "payments.balance":
            let currency = try Currency(try fields.string("currency"))
            return .read { tx, _ in
                [.int(try payments.ledger.account(of: bot.value, .wallet, currency, in: tx)?.available ?? 0)]
            }
        case "payments.subscriptions":
            let user = try fields.intOrNil("user").map { AccountID($0) }
            return .read { [messaging] tx, _ in
                let found = try Subscriptions(payments: payments).all(to: bot, of: user, in: tx)
                return [.array(try found.map { try PaymentValue.subscription($0, nil, messaging, in: tx) })]
            }
        default: return .failure("There is no bridge call named \(arguments.call.prefix(64)).")
        }
    }
}
