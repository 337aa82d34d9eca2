/// What commands about money take and give, on the admin socket.
package struct MoneyArguments: Codable, Sendable {
    /// As people write it: `499.00`.
    package var amount: String?
    package var currency: String?
    /// Days in UTC, `2026-01-31`; the last is excluded.
    package var from: String?
    package var to: String?
    /// `csv` or `camt053`.
    package var format: String?
    package var dispute: Int64?
    package var forPayer: Bool?
    /// Hundredths of a percent.
    package var basisPoints: Int64?
    package var milliseconds: Int64?
    package var days: Int64?

    package init() {}
}

package struct BalanceLine: Codable, Sendable {
    package let kind: String
    package let currency: String
    /// As people write it.
    package let available: String
    package let held: String
}

package struct DisputeLine: Codable, Sendable {
    package let id: Int64
    package let payment: Int64
    package let payer: String
    package let payee: String
    package let title: String
    /// With its currency: `499.00 RUB`.
    package let amount: String
    package let reason: String
    package let text: String
    package let evidence: [String]
    /// Milliseconds since 1970 UTC.
    package let openedAt: Int64
}

/// Something in which a provider's books and the ledger differ.
package struct DifferenceLine: Codable, Sendable {
    package let kind: String
    package let text: String
}
