/// Where a payment stands, and the one table of what can become of it. The reference in sdk-docs is printed from it.
package enum PaymentState: Int64, Sendable, CaseIterable {
    case created = 0
    case awaitingPayer = 1
    case authorised = 2
    case partlyCaptured = 3
    case captured = 4
    case partlyRefunded = 5
    case refunded = 6
    case cancelled = 7
    case expired = 8
    case disputed = 9

    package var name: String {
        switch self {
        case .created: "created"
        case .awaitingPayer: "awaiting_payer"
        case .authorised: "authorised"
        case .partlyCaptured: "partly_captured"
        case .captured: "captured"
        case .partlyRefunded: "partly_refunded"
        case .refunded: "refunded"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .disputed: "disputed"
        }
    }

    package init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }

    /// What happens to a payment.
    package enum Step: String, Sendable, CaseIterable {
        /// Its payer is shown it.
        case present
        /// The payer agrees: the money is put aside.
        case authorise
        /// The payee takes a part and keeps the right to the rest.
        case capturePart = "capture a part"
        case captureAll = "capture"
        /// The rest of what was put aside goes back.
        case release
        case cancel
        case expire
        case refundPart = "refund a part"
        case refundAll = "refund"
        case dispute
        /// The payer got the money back by the dispute.
        case loseDispute = "dispute lost"
        case winDispute = "dispute won"
        /// The same, of a payment that was refunded in part before.
        case winDisputeAfterRefund = "dispute won after a refund"
    }

    /// Every way there is; any other is refused.
    package static let transitions: [(from: PaymentState, step: Step, to: PaymentState)] = [
        (.created, .present, .awaitingPayer),
        (.created, .cancel, .cancelled),
        (.created, .expire, .expired),
        (.awaitingPayer, .authorise, .authorised),
        (.awaitingPayer, .cancel, .cancelled),
        (.awaitingPayer, .expire, .expired),
        (.authorised, .capturePart, .partlyCaptured),
        (.authorised, .captureAll, .captured),
        (.authorised, .cancel, .cancelled),
        (.authorised, .expire, .expired),
        (.partlyCaptured, .capturePart, .partlyCaptured),
        (.partlyCaptured, .captureAll, .captured),
        (.partlyCaptured, .release, .captured),
        (.captured, .refundPart, .partlyRefunded),
        (.captured, .refundAll, .refunded),
        (.captured, .dispute, .disputed),
        (.partlyRefunded, .refundPart, .partlyRefunded),
        (.partlyRefunded, .refundAll, .refunded),
        (.partlyRefunded, .dispute, .disputed),
        (.disputed, .loseDispute, .refunded),
        (.disputed, .winDispute, .captured),
        (.disputed, .winDisputeAfterRefund, .partlyRefunded),
    ]

    /// Nil when a payment that stands so cannot take the step.
    package func after(_ step: Step) -> PaymentState? {
        Self.transitions.first { $0.from == self && $0.step == step }?.to
    }

    /// Nothing can happen to it any more.
    package var isFinal: Bool { self == .refunded || self == .cancelled || self == .expired }
    /// The payer has not decided yet.
    package var isOpen: Bool { self == .created || self == .awaitingPayer }
    /// Money is put aside for it.
    package var isHeld: Bool { self == .authorised || self == .partlyCaptured }
}
