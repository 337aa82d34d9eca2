import Bridge
import Database
import Ledger
import Messaging
import Model
import Sandbox

/// The person's side of payments in a test: money in the pocket, what they are asked to pay, and what they say to it.
extension World {
    private var ledger: Ledger { payments.payments.ledger }

    func give(_ money: Money, to user: Account) async throws {
        try await database.write { [ledger] tx in
            let (from, to) = (
                try ledger.opened(.issuance, of: 0, money.currency, in: tx),
                try ledger.wallet(of: user.id, money.currency, in: tx)
            )
            try ledger.apply(
                [
                    TransferOrder(
                        ledger.newTransferID(), .move(from: from.id, to: to.id, amount: money.amount), for: .issue)
                ], about: 0, in: tx)
        }
    }

    func balance(of account: AccountID, _ currency: Currency) async throws -> Int64 {
        try await database.read { [ledger] in try ledger.account(of: account.value, .wallet, currency, in: $0)?.available ?? 0 }
    }

    /// What waits for the user to pay it, oldest first.
    func asked(_ user: Account) async throws -> [Payment] {
        try await database.read { [payments] in
            try payments.payments.paid(by: user.id, isOpen: true, limit: 100, in: $0).reversed()
        }
    }

    /// Agrees to the oldest.
    func pay(tip: Int64, recipient: Account?, by user: Account) async throws {
        guard let payment = try await asked(user).first else { throw nothing(user, "to pay") }
        record.note("\(user.name) pays \(Money(payment.amount + tip, payment.currency).text): \(payment.title)")
        try await database.write { [payments] tx in
            try payments.tellPaid(
                try payments.payments.authorise(payment.id, by: user.id, tip: tip, recipient: recipient?.id, in: tx), in: tx)
        }
        await settle()
    }

    func decline(by user: Account) async throws {
        guard let payment = try await asked(user).first else { throw nothing(user, "to pay") }
        record.note("\(user.name) does not pay: \(payment.title)")
        try await database.write { [payments] tx in
            try payments.tell(try payments.payments.cancel(payment.id, by: user.id, in: tx), in: tx)
        }
        await settle()
    }

    /// Asks for the money of the newest payment back.
    func askRefund(_ reason: String, by user: Account) async throws {
        let paid = try await database.read { [payments] in
            try payments.payments.paid(by: user.id, isOpen: false, limit: 1, in: $0).first
        }
        guard let paid else { throw nothing(user, "that was paid") }
        record.note("\(user.name) asks for a refund: \(reason)")
        try await database.write { [payments] tx in
            try payments.tellRefundRequested(
                try payments.payments.requestRefund(paid.id, reason: reason, by: user.id, in: tx), in: tx)
        }
        await settle()
    }

    /// Agrees to the newest offer of a subscription, or ends the newest that runs.
    func answerSubscription(_ agrees: Bool, by user: Account) async throws {
        let wanted = try await database.read { [payments] tx in
            try Subscriptions(payments: payments.payments).all(of: user.id, in: tx)
                .first { agrees ? $0.state == .offered : $0.state == .offered || $0.state.isRunning }
        }
        guard let wanted else { throw nothing(user, "to subscribe to") }
        record.note("\(user.name) \(agrees ? "subscribes" : "ends"): \(wanted.title)")
        try await database.write { [payments] tx in
            let subscriptions = Subscriptions(payments: payments.payments)
            try payments.tell(
                agrees
                    ? try subscriptions.confirm(wanted.id, by: user.id, in: tx)
                    : try subscriptions.cancel(wanted.id, by: user.id, in: tx), in: tx)
        }
        await settle()
    }

    private func nothing(_ user: Account, _ what: String) -> StoaError {
        StoaError(.badRequest, "\(user.name) has nothing \(what). What was said:\n\(record.transcript.suffix(4000))")
    }
}

/// The calls of a test about money.
extension Stage {
    /// Nil for a call that is about something else.
    func money(_ call: String, _ arguments: [BridgeValue], _ world: World, _ bot: Account) async throws -> [BridgeValue]? {
        let first = arguments.first ?? .null
        func argument(_ index: Int) -> BridgeValue { index < arguments.count ? arguments[index] : .null }
        func currency(_ index: Int) throws -> Currency { try Currency(argument(index).stringValue ?? "") }
        switch call {
        case "sim.give":
            let money = Money(argument(1).intValue ?? 0, try currency(2))
            try money.checkPayable()
            try await world.give(money, to: try user(first))
            return []
        case "sim.balance":
            let account = first.isNull ? bot.id : try user(first).id
            return [.int(try await world.balance(of: account, try currency(1)))]
        case "sim.asked":
            return [.array(try await world.asked(try user(first)).map(Self.asked))]
        case "sim.pay":
            let recipient = argument(2).isNull ? nil : try user(argument(2))
            try await world.pay(tip: argument(1).intValue ?? 0, recipient: recipient, by: try user(first))
            return []
        case "sim.decline":
            try await world.decline(by: try user(first))
            return []
        case "sim.ask_refund":
            try await world.askRefund(argument(1).stringValue ?? "", by: try user(first))
            return []
        case "sim.subscription":
            try await world.answerSubscription(argument(1) == .bool(true), by: try user(first))
            return []
        default: return nil
        }
    }

    private static func asked(_ payment: Payment) -> BridgeValue {
        [
            "title": .string(payment.title), "amount": .int(payment.amount), "currency": .string(payment.currency.code),
            "items": .int(Int64(payment.terms.items.count)),
        ]
    }
}
