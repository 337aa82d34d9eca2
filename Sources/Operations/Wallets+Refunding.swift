import Apps
import Bridge
package import Database
import Identity
package import Ledger
import Messaging
package import Model

/// Getting money back: refunds and disputes.
extension Wallets {
    /// A person, a member of the publisher or an operator gives money back.
    /// - Throws: ``StoaError``: `paymentNotFound`, `forbidden`, and what ``Payments/refund(_:_:reason:as:by:in:)`` refuses.
    package func refund(
        _ id: PaymentID, _ amount: Int64?, reason: String, by person: Account, in tx: Transaction
    ) throws -> PaymentView {
        let payment = try payments.payment(id, in: tx)
        let standing = try standing(of: person, to: payment, in: tx)
        guard standing.isAnybody else { throw StoaError(.paymentNotFound, "There is no payment \(id).") }
        guard standing.mayRefund else {
            throw StoaError(.forbidden, "Only the payee gives money back. Ask them for it.")
        }
        let change = try payments.refund(id, amount, reason: reason, as: newRefundID(), by: person.id, in: tx)
        try note(
            .refunded, by: person, of: payment.isBusiness ? payment.payee : nil,
            "\(Money(amount ?? payment.refundable, payment.currency).text), payment \(id)", in: tx)
        try desk.tell(change, in: tx)
        return try view(change.payment, for: person, in: tx)
    }

    /// The payer asks the payee for the money.
    /// - Throws: ``StoaError``, as ``Payments/requestRefund(_:reason:by:in:)``.
    package func requestRefund(
        _ id: PaymentID, reason: String, by person: Account, in tx: Transaction
    ) throws -> PaymentView {
        let payment = try payments.requestRefund(id, reason: reason, by: person.id, in: tx)
        try desk.tellRefundRequested(payment, in: tx)
        return try view(payment, for: person, in: tx)
    }

    // MARK: Disputes

    /// A dispute as one person sees it.
    package struct DisputeView: Sendable {
        package enum Action: String, Sendable { case answer, decide, withdraw }

        package let dispute: Dispute
        package let payment: PaymentView
        package let evidence: [(by: PaymentParty, text: String, date: Int64)]
        package let actions: [Action]
    }

    package enum DisputeRole: String, Sendable { case payer, business, `operator` }

    /// - Throws: ``StoaError``, as ``Payments/dispute(_:as:because:_:by:in:)``.
    package func dispute(
        _ id: PaymentID, because reason: Dispute.Reason, _ text: String, by person: Account, in tx: Transaction
    ) throws -> DisputeView {
        let dispute = DisputeID(messaging.ids.next())
        let change = try payments.dispute(id, as: dispute, because: reason, text, by: person.id, in: tx)
        try note(.disputed, by: person, of: change.payment.payee, "payment \(id), \(reason.rawValue)", in: tx)
        try desk.tell(change, in: tx)
        return try view(try Payments.dispute(dispute, in: tx), for: person, in: tx)
    }

    /// - Throws: ``StoaError/Code/forbidden`` to who is no operator and asks as one.
    package func disputes(of person: Account, as role: DisputeRole) async throws -> [DisputeView] {
        try await database.read { [self] tx in
            let found: [Dispute]
            switch role {
            case .payer: found = try Payments.disputes(by: person.id, in: tx)
            case .business:
                found = try apps(of: person, in: tx).flatMap { try Payments.disputes(against: $0.account, in: tx) }
            case .operator:
                guard try Operators.contains(person.id, in: tx) else {
                    throw StoaError(.forbidden, "Only an operator of this server can do that.")
                }
                found = try Payments.openDisputes(in: tx)
            }
            return try found.map { try view($0, for: person, in: tx) }
        }
    }

    package func dispute(_ id: DisputeID, for person: Account) async throws -> DisputeView {
        try await database.read { [self] in try view(try Payments.dispute(id, in: $0), for: person, in: $0) }
    }

    /// - Throws: ``StoaError``: `notFound` to who has no part in it.
    package func addEvidence(
        _ text: String, to id: DisputeID, by person: Account, in tx: Transaction
    ) throws -> DisputeView {
        let payment = try payments.payment(try Payments.dispute(id, in: tx).payment, in: tx)
        let standing = try standing(of: person, to: payment, in: tx)
        guard standing.isPayer || standing.isPayee else { throw Self.noDispute(id) }
        let dispute = try payments.addEvidence(text, to: id, by: person.id, isPayer: standing.isPayer, in: tx)
        try desk.announce(payment, in: tx)
        return try view(dispute, for: person, in: tx)
    }

    /// An operator decides; the payer may take their dispute back, which decides it for the business.
    /// - Throws: ``StoaError``: `notFound`, `forbidden`, and what ``Payments/decide(_:forPayer:_:by:in:)`` refuses.
    package func decide(
        _ id: DisputeID, forPayer: Bool, _ text: String, by person: Account, isWithdrawn: Bool, in tx: Transaction
    ) throws -> DisputeView {
        let payment = try payments.payment(try Payments.dispute(id, in: tx).payment, in: tx)
        let standing = try standing(of: person, to: payment, in: tx)
        guard isWithdrawn ? standing.isPayer : standing.isOperator else {
            throw standing.isAnybody
                ? StoaError(.forbidden, isWithdrawn ? "Only the payer takes it back." : "Only an operator decides.")
                : Self.noDispute(id)
        }
        // Nobody decides what they have a part in.
        guard isWithdrawn || !(standing.isPayer || standing.isPayee) else {
            throw StoaError(.forbidden, "You have a part in this dispute. Another operator has to decide it.")
        }
        let change = try payments.decide(id, forPayer: forPayer, text, by: person.id, in: tx)
        try note(
            .disputeDecided, by: person, of: payment.payee,
            "payment \(payment.id), for the \(forPayer ? "payer" : isWithdrawn ? "business, taken back" : "business")", in: tx)
        try desk.tell(change, in: tx)
        return try view(try Payments.dispute(id, in: tx), for: person, in: tx)
    }

    private static func noDispute(_ id: DisputeID) -> StoaError { StoaError(.notFound, "There is no dispute \(id).") }

    func view(_ dispute: Dispute, for person: Account, in tx: ReadTransaction) throws -> DisputeView {
        let payment = try payments.payment(dispute.payment, in: tx)
        let standing = try standing(of: person, to: payment, in: tx)
        guard standing.isPayer || standing.isPayee || standing.isOperator else { throw Self.noDispute(dispute.id) }
        var actions: [DisputeView.Action] = []
        if dispute.state.isOpen {
            if standing.isPayer || standing.isPayee { actions.append(.answer) }
            if standing.isPayer { actions.append(.withdraw) }
            if standing.isOperator, !standing.isPayer, !standing.isPayee { actions.append(.decide) }
        }
        return DisputeView(
            dispute: dispute, payment: try view(payment, for: person, in: tx),
            evidence: try Payments.evidence(of: dispute.id, in: tx).map { (try party($0.by, in: tx), $0.text, $0.date) },
            actions: actions)
    }
}
