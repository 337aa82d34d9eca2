package import Apps
import Bridge
import Database
import Identity
package import Ledger
import Messaging
package import Model

/// Somebody who pays or is paid, as people are shown them.
package struct PaymentParty: Sendable {
    package let account: Account
    /// Of an app's bot.
    package let app: (name: String, title: String, publisher: PublisherLabel)?
}

/// A payment as one person sees it, with what they may do about it.
package struct PaymentView: Sendable {
    package enum Action: String, Sendable {
        case confirm, decline, cancel, refund
        case requestRefund = "request_refund"
        case dispute
        case answerDispute = "answer_dispute"
    }

    package let payment: Payment
    package let payee: PaymentParty
    package let payer: PaymentParty?
    package let recipient: PaymentParty?
    package let splits: [(to: PaymentParty, amount: Int64)]
    package let refunds: [Refund]
    package let dispute: Dispute?
    /// Whether the viewer, who pays, has to give their PIN.
    package let needsPIN: Bool
    /// The operator's share is the payee's business alone.
    package let showsFee: Bool
    package let actions: [Action]
}

extension Wallets {
    func party(_ id: AccountID, in tx: ReadTransaction) throws -> PaymentParty {
        let account =
            try messaging.account(id, in: tx) ?? Account(id: id, kind: .user, name: "unknown", display: "(unknown)")
        guard account.kind == .bot, let app = try AppStore.app(account: id, in: tx) else {
            return PaymentParty(account: account, app: nil)
        }
        return PaymentParty(
            account: account, app: (app.name, app.active.manifest.title, try Publishers.label(app.publisher, in: tx)))
    }

    /// - Throws: ``StoaError/Code/paymentNotFound`` to who has nothing to do with it.
    func view(_ payment: Payment, for viewer: Account, in tx: ReadTransaction) throws -> PaymentView {
        let standing = try standing(of: viewer, to: payment, in: tx)
        guard standing.isAnybody else {
            throw StoaError(.paymentNotFound, "There is no payment \(payment.id).")
        }
        let dispute = try Payments.dispute(of: payment.id, in: tx)
        return PaymentView(
            payment: payment, payee: try party(payment.payee, in: tx), payer: try payment.payer.map { try party($0, in: tx) },
            recipient: try payment.recipient.map { try party($0, in: tx) },
            splits: try payment.terms.splits.map { (try party($0.to, in: tx), $0.amount) },
            refunds: payment.refunded > 0 ? try Payments.refunds(of: payment.id, in: tx) : [], dispute: dispute,
            needsPIN: try standing.isPayer && payment.state.isOpen
                && SpendingLimits.needsConfirmation(Money(payment.total, payment.currency), of: viewer.id, in: tx),
            showsFee: standing.isPayee || standing.isOperator, actions: actions(payment, dispute, standing))
    }

    private func actions(_ payment: Payment, _ dispute: Dispute?, _ standing: Standing) -> [PaymentView.Action] {
        var actions: [PaymentView.Action] = []
        let isOpen = payment.state.isOpen && payment.expiresAt ?? Int64.max > now
        let isPaid = payment.state == .captured || payment.state == .partlyRefunded
        if isOpen, standing.isPayer { actions += standing.isStopped ? [.decline] : [.confirm, .decline] }
        if isOpen, standing.isPayee, !payment.isBusiness { actions.append(.cancel) }
        if isPaid, standing.mayRefund { actions.append(.refund) }
        if isPaid, standing.isPayer, payment.refundRequest == nil { actions.append(.requestRefund) }
        let isRecent = payment.capturedAt.map { now - $0 <= Payments.disputeFor } ?? false
        if isPaid, standing.isPayer, payment.isBusiness, dispute == nil, isRecent { actions.append(.dispute) }
        if dispute?.state.isOpen ?? false, standing.isPayee || standing.isPayer { actions.append(.answerDispute) }
        return actions
    }
}
