import Database
import Ledger
import Messaging
import Model
import Sandbox

/// Payments as Lua sees them: tables.
enum PaymentValue {
    static func payment(_ payment: Payment, _ messaging: Messaging, in tx: ReadTransaction) throws -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("id", .int(payment.id.value)), ("state", .string(payment.state.name)), ("kind", .string(payment.kind.name)),
            ("amount", .int(payment.amount)), ("tip", .int(payment.tip)), ("currency", .string(payment.currency.code)),
            ("title", .string(payment.title)), ("captured", .int(payment.captured)), ("refunded", .int(payment.refunded)),
            ("fee", .int(payment.fee)), ("data", .string(payment.terms.data)),
            ("date", .int(payment.authorisedAt ?? payment.createdAt)),
        ]
        if let number = payment.receipt, let payee = try messaging.account(payment.payee, in: tx) {
            fields.append(("number", .string(payment.receiptNumber(number, of: payee))))
        }
        for (name, person) in [("payer", payment.payer), ("recipient", payment.recipient)] {
            if let account = try person.flatMap({ try messaging.account($0, in: tx) }) { fields.append((name, user(account))) }
        }
        if let request = payment.refundRequest { fields.append(("refund_reason", .string(request.reason))) }
        if let subscription = payment.origin.subscription { fields.append(("subscription", .int(subscription.value))) }
        return .map(BridgeMap(fields))
    }

    static func subscription(
        _ subscription: Subscription, _ step: SubscriptionChange.Step?, _ messaging: Messaging, in tx: ReadTransaction
    ) throws -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("id", .int(subscription.id.value)), ("state", .string(subscription.state.name)),
            ("amount", .int(subscription.money.amount)), ("currency", .string(subscription.money.currency.code)),
            ("period", .string(subscription.period.name)), ("title", .string(subscription.title)),
            ("data", .string(subscription.data)), ("number", .int(subscription.number)),
        ]
        if let step { fields.append(("step", .string(step.rawValue))) }
        if let until = subscription.periodEndsAt { fields.append(("paid_until", .int(until))) }
        if let payer = try messaging.account(subscription.payer, in: tx) { fields.append(("payer", user(payer))) }
        return .map(BridgeMap(fields))
    }

    static func product(_ product: Product) -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("sku", .string(product.sku)), ("title", .string(product.title)), ("price", .int(product.price.amount)),
            ("currency", .string(product.price.currency.code)), ("reserved", .int(product.reserved)),
        ]
        if let stock = product.stock { fields.append(("stock", .int(stock))) }
        if let left = product.left { fields.append(("left", .int(left))) }
        if let rate = product.taxRate { fields.append(("tax_rate", .int(rate))) }
        return .map(BridgeMap(fields))
    }

    private static func user(_ account: Account) -> BridgeValue {
        [
            "id": .int(account.id.value), "name": .string(account.name), "display": .string(account.display),
            "bot": .bool(account.kind == .bot),
        ]
    }
}
