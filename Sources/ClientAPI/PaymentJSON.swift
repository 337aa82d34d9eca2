import Apps
import Ledger
import Messaging
import Model
import Operations

/// Payments, and all that belongs to them, as clients see them.
extension JSONWriter {
    mutating func party(_ party: PaymentParty) {
        openObject()
        userMembers(party.account)
        key("app")
        if let app = party.app {
            openObject()
            field("name", app.name)
            field("title", app.title)
            field("publisher_title", app.publisher.title)
            field("verified", app.publisher.isVerified)
            closeObject()
        } else {
            null()
        }
        closeObject()
    }

    private mutating func party(orNull party: PaymentParty?) {
        if let party { self.party(party) } else { null() }
    }

    mutating func payment(_ view: PaymentView) {
        let payment = view.payment
        openObject()
        field("id", payment.id.value)
        field("kind", payment.kind.name)
        field("state", payment.state.name)
        field("amount", payment.amount)
        field("tip", payment.tip)
        field("currency", payment.currency.code)
        field("captured", payment.captured)
        field("refunded", payment.refunded)
        field("title", payment.title)
        field("description", payment.terms.description)
        key("payee")
        party(view.payee)
        key("payer")
        party(orNull: view.payer)
        key("recipient")
        party(orNull: view.recipient)
        field("chat", payment.place.chat?.value)
        field("message", payment.place.message?.value)
        terms(payment.terms, splits: view.splits)
        field("fee", view.showsFee ? payment.fee : nil)
        times(payment)
        receipt(view)
        list("refunds", view.refunds) { writer, refund in
            writer.openObject()
            writer.field("id", refund.id.value)
            writer.field("amount", refund.amount)
            writer.field("reason", refund.reason)
            writer.field("date", refund.date)
            writer.closeObject()
        }
        field("subscription", payment.origin.subscription?.value)
        field("bill", payment.origin.bill?.value)
        field("needs_pin", view.needsPIN)
        list("can", view.actions) { $0.string($1.rawValue) }
        closeObject()
    }

    private mutating func terms(_ terms: PaymentTerms, splits: [(to: PaymentParty, amount: Int64)]) {
        list("items", terms.items) { writer, item in
            writer.openObject()
            writer.field("title", item.title)
            writer.field("count", item.count)
            writer.field("amount", item.amount)
            writer.field("tax_rate", item.taxRate)
            writer.field("sku", item.sku)
            writer.closeObject()
        }
        field("tax", terms.tax)
        list("splits", splits) { writer, split in
            writer.openObject()
            writer.key("to")
            writer.party(split.to)
            writer.field("amount", split.amount)
            writer.closeObject()
        }
        list("tips", terms.tips) { $0.int($1) }
        field("giftable", terms.isGiftable)
    }

    private mutating func times(_ payment: Payment) {
        field("created_at", payment.createdAt)
        field("expires_at", payment.expiresAt)
        field("authorised_at", payment.authorisedAt)
        field("captured_at", payment.capturedAt)
    }

    private mutating func receipt(_ view: PaymentView) {
        key("receipt")
        if let number = view.payment.receipt, let date = view.payment.capturedAt {
            openObject()
            field("number", view.payment.receiptNumber(number, of: view.payee.account))
            field("date", date)
            closeObject()
        } else {
            null()
        }
        key("refund_request")
        if let request = view.payment.refundRequest {
            openObject()
            field("reason", request.reason)
            field("date", request.date)
            closeObject()
        } else {
            null()
        }
        key("dispute")
        if let dispute = view.dispute {
            openObject()
            field("id", dispute.id.value)
            field("state", dispute.state.name)
            closeObject()
        } else {
            null()
        }
    }

    mutating func dispute(_ view: Wallets.DisputeView) {
        let dispute = view.dispute
        openObject()
        field("id", dispute.id.value)
        key("payment")
        payment(view.payment)
        field("state", dispute.state.name)
        field("reason", dispute.reason.rawValue)
        field("text", dispute.text)
        field("amount", dispute.amount)
        field("opened_at", dispute.openedAt)
        field("due_at", dispute.dueAt)
        list("evidence", view.evidence) { writer, evidence in
            writer.openObject()
            writer.key("by")
            writer.party(evidence.by)
            writer.field("text", evidence.text)
            writer.field("date", evidence.date)
            writer.closeObject()
        }
        key("decision")
        if let decision = dispute.decision {
            openObject()
            field("for", decision.isForPayer ? "payer" : "business")
            field("text", decision.text)
            field("date", decision.date)
            closeObject()
        } else {
            null()
        }
        list("can", view.actions) { $0.string($1.rawValue) }
        closeObject()
    }

    mutating func bill(_ view: Wallets.BillView) {
        let bill = view.bill
        openObject()
        field("id", bill.id.value)
        field("title", bill.title)
        field("amount", bill.money.amount)
        field("currency", bill.money.currency.code)
        field("chat", bill.chat.value)
        field("message", bill.message?.value)
        key("by")
        party(view.author)
        field("created_at", bill.createdAt)
        list("shares", view.shares) { writer, share in
            writer.openObject()
            writer.key("person")
            writer.party(share.person)
            writer.field("amount", share.amount)
            writer.field("payment", share.payment?.id.value)
            writer.field("state", share.payment?.state.name ?? "own")
            writer.closeObject()
        }
        field("paid", view.shares.reduce(0) { $0 + ($1.payment.map { $0.captured - $0.refunded } ?? 0) })
        closeObject()
    }

    mutating func subscription(_ view: Wallets.SubscriptionView) {
        let subscription = view.subscription
        openObject()
        field("id", subscription.id.value)
        field("title", subscription.title)
        field("description", subscription.description)
        field("amount", subscription.money.amount)
        field("currency", subscription.money.currency.code)
        field("period", subscription.period.name)
        field("state", subscription.state.name)
        key("payee")
        party(view.payee)
        key("payer")
        party(view.payer)
        field("chat", subscription.place.chat?.value)
        field("message", subscription.place.message?.value)
        field("trial", subscription.trial)
        field("trial_ends_at", subscription.trialEndsAt)
        field("period_ends_at", subscription.periodEndsAt)
        field("next_charge_at", subscription.state.isRunning ? subscription.nextAt : nil)
        field("cancelled_at", subscription.cancelledAt)
        field("created_at", subscription.createdAt)
        field("needs_pin", view.needsPIN)
        list("can", view.actions) { $0.string($1.rawValue) }
        closeObject()
    }

    mutating func paymentLink(_ view: Wallets.LinkView) {
        let link = view.link
        openObject()
        field("id", link.id.value)
        field("token", link.token)
        field("path", "/#/pay/\(link.token)")
        field("amount", link.amount)
        field("currency", link.currency.code)
        field("title", link.title)
        field("max_uses", link.mostUses)
        field("uses", link.uses)
        field("expires_at", link.expiresAt)
        field("closed", !view.isOpen)
        key("payee")
        party(view.payee)
        field("created_at", link.createdAt)
        closeObject()
    }
}
