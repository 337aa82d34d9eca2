import Database
package import Model

/// Money that comes into a wallet through a provider.
package struct TopUp: Sendable, Equatable {
    package enum State: Int64, Sendable, CaseIterable {
        /// The provider is asked, or waits for the person.
        case pending = 0
        case succeeded = 1
        case failed = 2
        /// The provider was asked and did not answer: only a query decides what became of it.
        case unknown = 3
        case partlyRefunded = 4
        case refunded = 5

        package var name: String {
            switch self {
            case .pending: "pending"
            case .succeeded: "succeeded"
            case .failed: "failed"
            case .unknown: "unknown"
            case .partlyRefunded: "partly_refunded"
            case .refunded: "refunded"
            }
        }

        package enum Step: String, Sendable, CaseIterable {
            case succeed, fail
            case loseSight = "lose sight"
            case refundPart = "refund a part"
            case refundAll = "refund"
        }

        /// Every way there is. What had failed can still succeed: a provider's last word counts, whenever it comes.
        package static let transitions: [(from: State, step: Step, to: State)] = [
            (.pending, .succeed, .succeeded), (.pending, .fail, .failed), (.pending, .loseSight, .unknown),
            (.unknown, .succeed, .succeeded), (.unknown, .fail, .failed), (.unknown, .loseSight, .unknown),
            (.failed, .succeed, .succeeded),
            (.succeeded, .refundPart, .partlyRefunded), (.succeeded, .refundAll, .refunded),
            (.partlyRefunded, .refundPart, .partlyRefunded), (.partlyRefunded, .refundAll, .refunded),
        ]

        package func after(_ step: Step) -> State? {
            Self.transitions.first { $0.from == self && $0.step == step }?.to
        }

        /// The provider's word is still to come.
        package var isOpen: Bool { self == .pending || self == .unknown }
    }

    /// Who brings the money. The number is the owner of its clearing account.
    package enum Provider: Int64, Sendable, CaseIterable {
        /// The operator themself.
        case `internal` = 0
        case stripe = 1

        package var name: String { self == .internal ? "internal" : "stripe" }
    }

    package let id: TopUpID
    package let person: AccountID
    package let provider: Provider
    package let money: Money
    package internal(set) var state: State
    package internal(set) var refunded: Int64
    /// What the person pays with, as the provider calls it; nil when they choose at the provider's.
    package let method: String?
    /// What the provider calls it.
    package internal(set) var reference: String?
    /// With which the person's client goes on at the provider.
    package internal(set) var clientSecret: String?
    package internal(set) var failure: Failure?
    /// Queries that brought no answer.
    package internal(set) var tries: Int64
    /// When the provider is asked next (milliseconds since 1970 UTC); nil: not by itself.
    package internal(set) var nextAt: Int64?
    package let createdAt: Int64

    package struct Failure: Sendable, Equatable {
        package let code: String
        package let message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }
}

/// Money that goes back to where a top-up came from.
package struct TopUpRefund: Sendable, Equatable {
    package enum State: Int64, Sendable { case pending = 0, succeeded = 1, failed = 2 }

    package let id: RefundID
    package let topUp: TopUpID
    package let amount: Int64
    package internal(set) var state: State
    package internal(set) var tries: Int64
    package internal(set) var nextAt: Int64?
    package let createdAt: Int64
}

extension TopUp {
    init(row: Row) throws {
        id = TopUpID(try row.int(0))
        person = AccountID(try row.int(1))
        guard let provider = Provider(rawValue: try row.int(2)), let state = State(rawValue: try row.int(5)) else {
            throw StoaError(.internal, "The top-up \(id) is in an unknown state.")
        }
        self.provider = provider
        money = Money(try row.int(4), try Currency(try row.text(3)))
        self.state = state
        refunded = try row.int(6)
        method = try row.textOrNil(7)
        reference = try row.textOrNil(8)
        clientSecret = try row.textOrNil(9)
        failure = try row.textOrNil(10).map { Failure(code: $0, message: try row.textOrNil(11) ?? "") }
        tries = try row.int(12)
        nextAt = try row.intOrNil(13)
        createdAt = try row.int(14)
    }

    func update(in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE top_ups SET state = ?2, refunded = ?3, reference = ?4, client_secret = ?5, failure_code = ?6,
              failure_text = ?7, tries = ?8, next_at = ?9 WHERE id = ?1
            """,
            .int(id.value), .int(state.rawValue), .int(refunded), .optional(reference), .optional(clientSecret),
            .optional(failure?.code), .optional(failure?.message), .int(tries), .optional(nextAt))
    }
}

extension TopUpRefund {
    init(row: Row) throws {
        id = RefundID(try row.int(0))
        topUp = TopUpID(try row.int(1))
        amount = try row.int(2)
        state = State(rawValue: try row.int(3)) ?? .pending
        tries = try row.int(4)
        nextAt = try row.intOrNil(5)
        createdAt = try row.int(6)
    }
}
