import Foundation
package import Model

extension PaymentTerms {
    package static let mostItems = 100
    package static let mostSplits = 20
    package static let mostTips = 6
    /// Bytes of ``data``.
    package static let mostData = 1024

    /// What most payments that are captured later hold: no need to make and to read JSON for it.
    private static let later = "later"

    init(stored text: String) throws {
        if text == Self.later {
            capturesLater = true
            return
        }
        self = try JSONDecoder().decode(PaymentTerms.self, from: Data(text.utf8))
    }

    func stored() throws -> String {
        var plain = PaymentTerms()
        plain.capturesLater = true
        if self == plain { return Self.later }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// What is said here must fit the amount, and be fit to be shown.
    /// - Throws: ``StoaError`` with ``StoaError/Code/badRequest`` or ``StoaError/Code/invalidAmount``.
    func check(_ amount: Money) throws(StoaError) {
        guard description.isEmpty || description.isProse(upTo: 1000) else {
            throw StoaError(.badRequest, "The description must have at most 1,000 characters that can be shown.")
        }
        guard data.utf8.count <= Self.mostData else {
            throw StoaError(.badRequest, "The field data has more than \(Self.mostData) bytes.")
        }
        guard items.count <= Self.mostItems, splits.count <= Self.mostSplits, tips.count <= Self.mostTips else {
            throw StoaError(
                .badRequest,
                "A payment has at most \(Self.mostItems) items, \(Self.mostSplits) splits and \(Self.mostTips) tips.")
        }
        if !items.isEmpty {
            let sum = try Self.sum(of: items)
            guard sum == amount.amount else {
                throw StoaError(.invalidAmount, "The items come to \(sum), but the amount is \(amount.amount).")
            }
        }
        if let tax {
            guard tax >= 0, tax <= amount.amount else {
                throw StoaError(.invalidAmount, "The tax is included in the amount: it must be 0 to \(amount.amount).")
            }
        }
        for tip in tips { try Money(tip, amount.currency).checkPayable("A tip") }
        var rest = amount.amount
        for split in splits {
            try Money(split.amount, amount.currency).checkPayable("A split")
            rest -= min(split.amount, Money.largest)
            guard rest >= 0 else { throw StoaError(.invalidAmount, "The splits come to more than the amount.") }
        }
        guard Set(splits.map(\.to)).count == splits.count else {
            throw StoaError(.badRequest, "Two splits go to the same account. Make one of them.")
        }
    }

    /// - Throws: ``StoaError`` for an item that is none.
    package static func sum(of items: [Item]) throws(StoaError) -> Int64 {
        var sum: Int64 = 0
        for item in items {
            guard item.title.isLine(upTo: 128) else {
                throw StoaError(.badRequest, "An item's title must have 1 to 128 characters that can be shown.")
            }
            guard (1...1_000_000).contains(item.count), (0...Money.largest).contains(item.amount) else {
                throw StoaError(
                    .invalidAmount, "The item \"\(item.title)\" needs a count of 1 to 1,000,000 and an amount of 0 or more.")
            }
            guard (0...10_000).contains(item.taxRate ?? 0) else {
                throw StoaError(
                    .badRequest, "The item \"\(item.title)\" needs a tax rate of 0 to 10,000 hundredths of a percent.")
            }
            let (cost, costOverflows) = item.amount.multipliedReportingOverflow(by: item.count)
            let (total, sumOverflows) = sum.addingReportingOverflow(cost)
            guard !costOverflows, !sumOverflows, total <= Money.largest else {
                throw StoaError(.invalidAmount, "The items come to more than \(Money.largest).")
            }
            sum = total
        }
        return sum
    }
}
