package import Database
package import Model

/// A payer's complaint about a payment to a business, which the operator decides. Meanwhile the money is in nobody's reach.
package struct Dispute: Sendable, Equatable {
    package enum State: Int64, Sendable {
        case opened = 0
        /// The business has said something.
        case answered = 1
        /// The business keeps the money.
        case won = 2
        case lost = 3

        package var name: String {
            switch self {
            case .opened: "opened"
            case .answered: "answered"
            case .won: "won"
            case .lost: "lost"
            }
        }

        package var isOpen: Bool { self == .opened || self == .answered }
    }

    package enum Reason: String, Sendable, CaseIterable {
        case notReceived = "not_received"
        case notAsDescribed = "not_as_described"
        case notAuthorised = "not_authorised"
        case duplicate
        case other
    }

    package struct Evidence: Sendable, Equatable {
        package let by: AccountID
        package let text: String
        /// Milliseconds since 1970 UTC.
        package let date: Int64
    }

    package struct Decision: Sendable, Equatable {
        package let isForPayer: Bool
        package let text: String
        package let date: Int64
    }

    package let id: DisputeID
    package let payment: PaymentID
    package internal(set) var state: State
    package let reason: Reason
    package let text: String
    package let amount: Int64
    /// How much of it was taken from the business: all that it had.
    package let reserved: Int64
    package let openedAt: Int64
    /// Until when the business should have answered.
    package let dueAt: Int64
    package internal(set) var decision: Decision?
}

/// Opening, answering and deciding disputes.
extension Payments {
    /// Milliseconds after the capture in which a payer can complain.
    package static let disputeFor: Int64 = 120 * 24 * 3600 * 1000
    /// Milliseconds that a business has to answer.
    package static let answerFor: Int64 = 14 * 24 * 3600 * 1000
    private static let mostEvidence: Int64 = 20

    /// - Throws: ``StoaError``: `paymentNotFound` to who is not the payer, `notRefundable`, `disputeState` when it was disputed
    ///   before, `badRequest`.
    package func dispute(
        _ id: PaymentID, as dispute: DisputeID, because reason: Dispute.Reason, _ text: String, by payer: AccountID,
        in tx: Transaction
    ) throws -> PaymentChange {
        var payment = try payment(id, in: tx)
        guard payment.payer == payer else { throw StoaError(.paymentNotFound, "There is no payment \(id) of yours.") }
        guard text.isProse(upTo: 2000, mayBeBlank: false) else {
            throw StoaError(.badRequest, "Say what happened in 1 to 2,000 characters that can be shown.")
        }
        guard payment.isBusiness else {
            throw StoaError(.notRefundable, "Only payments to businesses can be disputed. Ask the person for the money back.")
        }
        guard try Self.dispute(of: id, in: tx) == nil else {
            throw StoaError(.disputeState, "The payment \(id) was disputed before. A payment can be disputed once.")
        }
        guard let captured = payment.capturedAt, now - captured <= Self.disputeFor, payment.refundable > 0 else {
            throw StoaError(
                .notRefundable, "The payment \(id) cannot be disputed: nothing of it is left, or it was too long ago.")
        }
        try payment.take(.dispute)
        let (_, payee) = try wallets(of: payment, in: tx)
        let reserved = min(payment.refundable, max(payee.available, 0))
        if reserved > 0 {
            let reserve = try ledger.opened(.reserve, of: payment.payee.value, payment.currency, in: tx)
            try move([(payee.id, reserve.id, reserved)], about: id, in: tx)
        }
        try tx.execute(
            """
            INSERT INTO disputes (id, payment_id, state, reason, text, amount, reserved, opened_at, due_at)
            VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?)
            """,
            .int(dispute.value), .int(id.value), .text(reason.rawValue), .text(text), .int(payment.refundable),
            .int(reserved), .int(now), .int(now + Self.answerFor))
        try payment.update(in: tx)
        return PaymentChange(payment: payment, step: .dispute, by: payer)
    }

    /// What the business, or the payer, has to say.
    /// - Throws: ``StoaError``: `disputeState` once it is decided, `quotaExceeded`, `badRequest`.
    package func addEvidence(
        _ text: String, to id: DisputeID, by author: AccountID, isPayer: Bool, in tx: Transaction
    ) throws -> Dispute {
        var dispute = try openDispute(id, in: tx)
        guard text.isProse(upTo: 2000, mayBeBlank: false) else {
            throw StoaError(.badRequest, "The text must have 1 to 2,000 characters that can be shown.")
        }
        let count = try tx.first("SELECT count(*) FROM dispute_evidence WHERE dispute_id = ?", .int(id.value)) { try $0.int(0) }
        guard count ?? 0 < Self.mostEvidence else {
            throw StoaError(.quotaExceeded, "\(Self.mostEvidence) statements are enough. The operator decides now.")
        }
        try tx.execute(
            "INSERT INTO dispute_evidence (id, dispute_id, author, text, date) VALUES (?, ?, ?, ?, ?)",
            .int(ledger.ids.next()), .int(id.value), .int(author.value), .text(text), .int(now))
        if !isPayer { dispute.state = .answered }
        try tx.execute("UPDATE disputes SET state = ? WHERE id = ?", .int(dispute.state.rawValue), .int(id.value))
        return dispute
    }

    /// The payer gets the money back, or the business gets what was taken from it, less what it owes.
    /// - Throws: ``StoaError``: `disputeState` once it is decided, `badRequest`.
    package func decide(
        _ id: DisputeID, forPayer: Bool, _ text: String, by actor: AccountID?, in tx: Transaction
    ) throws -> PaymentChange {
        let dispute = try openDispute(id, in: tx)
        guard text.isProse(upTo: 2000) else {
            throw StoaError(.badRequest, "The text must have at most 2,000 characters that can be shown.")
        }
        var payment = try payment(dispute.payment, in: tx)
        let step: PaymentState.Step =
            forPayer ? .loseDispute : payment.refunded == 0 ? .winDispute : .winDisputeAfterRefund
        try payment.take(step)
        try settle(dispute, of: payment, forPayer: forPayer, in: tx)
        if forPayer { payment.refunded += dispute.amount }
        payment.refundRequest = nil
        try payment.update(in: tx)
        try tx.execute(
            "UPDATE disputes SET state = ?2, is_for_payer = ?3, decision = ?4, decided_at = ?5 WHERE id = ?1", .int(id.value),
            .int((forPayer ? Dispute.State.lost : .won).rawValue), .bool(forPayer), .text(text), .int(now))
        return PaymentChange(payment: payment, step: step, by: actor)
    }

    /// What the business cannot pay now it owes from then on.
    private func settle(_ dispute: Dispute, of payment: Payment, forPayer: Bool, in tx: Transaction) throws {
        let (payer, payee) = try wallets(of: payment, in: tx)
        let reserve = try ledger.opened(.reserve, of: payment.payee.value, payment.currency, in: tx)
        guard forPayer else {
            // What it owes comes first, as with what it earns.
            let debt = try ledger.account(of: payment.payee.value, .debt, payment.currency, in: tx)
            let owed = min(max(-(debt?.balance ?? 0), 0), dispute.reserved)
            let rest = (reserve.id, payee.id, dispute.reserved - owed)
            return try move((debt.map { [(reserve.id, $0.id, owed)] } ?? []) + [rest], about: payment.id, in: tx)
        }
        let missing = dispute.amount - dispute.reserved
        let paid = min(missing, max(payee.available, 0))
        let debt = try ledger.opened(.debt, of: payment.payee.value, payment.currency, in: tx)
        try move(
            [(reserve.id, payer.id, dispute.reserved), (payee.id, payer.id, paid), (debt.id, payer.id, missing - paid)],
            about: payment.id, in: tx)
    }

    private func move(
        _ moves: [(from: LedgerAccountID, to: LedgerAccountID, amount: Int64)], about payment: PaymentID, in tx: Transaction
    ) throws {
        let orders = moves.filter { $0.amount > 0 }.map {
            TransferOrder(ledger.newTransferID(), .move(from: $0.from, to: $0.to, amount: $0.amount), for: .dispute)
        }
        try ledger.apply(orders, about: payment.value, in: tx)
    }

    // MARK: Reading

    /// - Throws: ``StoaError/Code/notFound``.
    package static func dispute(_ id: DisputeID, in tx: ReadTransaction) throws -> Dispute {
        let found = try tx.first("SELECT * FROM disputes WHERE id = ?", .int(id.value), row: Dispute.init(row:))
        guard let found else { throw StoaError(.notFound, "There is no dispute \(id).") }
        return found
    }

    package static func dispute(of payment: PaymentID, in tx: ReadTransaction) throws -> Dispute? {
        try tx.first("SELECT * FROM disputes WHERE payment_id = ?", .int(payment.value), row: Dispute.init(row:))
    }

    package static func disputes(by payer: AccountID, in tx: ReadTransaction) throws -> [Dispute] {
        try tx.query(
            """
            SELECT d.* FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE p.payer = ? ORDER BY d.id DESC LIMIT 200
            """,
            .int(payer.value), row: Dispute.init(row:))
    }

    package static func disputes(against payee: AccountID, in tx: ReadTransaction) throws -> [Dispute] {
        try tx.query(
            """
            SELECT d.* FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE p.payee = ? ORDER BY d.id DESC LIMIT 200
            """,
            .int(payee.value), row: Dispute.init(row:))
    }

    /// Those that wait for the operator, oldest first.
    package static func openDisputes(in tx: ReadTransaction) throws -> [Dispute] {
        try tx.query("SELECT * FROM disputes WHERE state < 2 ORDER BY id LIMIT 200", row: Dispute.init(row:))
    }

    /// Oldest first.
    package static func evidence(of dispute: DisputeID, in tx: ReadTransaction) throws -> [Dispute.Evidence] {
        try tx.query(
            "SELECT author, text, date FROM dispute_evidence WHERE dispute_id = ? ORDER BY id", .int(dispute.value)
        ) { Dispute.Evidence(by: AccountID(try $0.int(0)), text: try $0.text(1), date: try $0.int(2)) }
    }

    private func openDispute(_ id: DisputeID, in tx: ReadTransaction) throws -> Dispute {
        let dispute = try Self.dispute(id, in: tx)
        guard dispute.state.isOpen else {
            throw StoaError(.disputeState, "The dispute \(id) was decided before. A decision is final.")
        }
        return dispute
    }
}

extension Dispute {
    fileprivate init(row: Row) throws {
        id = DisputeID(try row.int(0))
        payment = PaymentID(try row.int(1))
        guard let state = State(rawValue: try row.int(2)) else {
            throw StoaError(.internal, "The dispute \(id) is in an unknown state.")
        }
        self.state = state
        reason = Reason(rawValue: try row.text(3)) ?? .other
        text = try row.text(4)
        amount = try row.int(5)
        reserved = try row.int(6)
        openedAt = try row.int(7)
        dueAt = try row.int(8)
        decision = try row.intOrNil(9).map {
            Decision(isForPayer: $0 != 0, text: try row.text(10), date: try row.int(11))
        }
    }
}
