/// An amount of one currency, in its minor unit: 49,900 kopecks are 499 roubles.
package struct Money: Sendable, Hashable {
    /// The largest that JSON readers keep every digit of, and so the largest that a payment may move.
    package static let largest: Int64 = 1 << 53 - 1

    package let amount: Int64
    package let currency: Currency

    package init(_ amount: Int64, _ currency: Currency) {
        self.amount = amount
        self.currency = currency
    }

    /// Checks that something can be paid with it.
    /// - Throws: ``StoaError/Code/invalidAmount`` unless it is 1 to ``largest``.
    package func checkPayable(_ what: String = "The amount") throws(StoaError) {
        guard (1...Self.largest).contains(amount) else {
            throw StoaError(
                .invalidAmount, "\(what) must be a whole number of minor units from 1 to \(Self.largest), not \(amount).")
        }
    }

    /// As in a file that programs read: `499.00`, `-0.05`, `120` where the currency has no decimals.
    package var decimal: String {
        let digits = String(amount.magnitude)
        let sign = amount < 0 ? "-" : ""
        guard currency.exponent > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, currency.exponent + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(currency.exponent)).\(padded.suffix(currency.exponent))"
    }

    /// Reads what ``decimal`` writes, also with fewer decimals: `499`, `499.5`.
    /// - Throws: ``StoaError/Code/invalidAmount``.
    package init(decimal text: String, _ currency: Currency) throws(StoaError) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        let isWellFormed =
            !parts[0].isEmpty && (parts.count == 1 || !decimals.isEmpty) && decimals.utf8.count <= currency.exponent
            && (parts[0] + decimals).utf8.allSatisfy { (0x30...0x39).contains($0) }
        let padding = String(repeating: "0", count: max(0, currency.exponent - decimals.utf8.count))
        guard isWellFormed, let amount = Int64(parts[0] + decimals + padding) else {
            let places = currency.exponent == 0 ? "without decimals" : "with at most \(currency.exponent) decimals"
            throw StoaError(
                .invalidAmount,
                "\"\(text.prefix(32))\" is no amount of \(currency.code): write digits \(places), like \(Money(12_345, currency).decimal)."
            )
        }
        self.init(amount, currency)
    }

    /// For messages to people: `499.00 RUB`.
    package var text: String { "\(decimal) \(currency.code)" }
}
