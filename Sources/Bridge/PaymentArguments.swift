import Ledger
import Model
import Sandbox

/// The terms of a payment out of a bridge call's fields.
enum PaymentArguments {
    static func terms(_ fields: Fields) throws -> PaymentTerms {
        var terms = PaymentTerms()
        terms.description = try fields.string("description")
        terms.data = try fields.string("data")
        terms.tax = try fields.intOrNil("tax")
        terms.isGiftable = fields["gift"] == .bool(true)
        terms.capturesLater = fields["manual"] == .bool(true)
        terms.items = try fields.list("items").map { item in
            let item = try Arguments(fields.call, [item]).fields()
            return PaymentTerms.Item(
                title: try item.string("title"), count: try item.int("count"), amount: try item.int("amount"),
                taxRate: try item.intOrNil("tax_rate"), sku: item["sku"].stringValue)
        }
        terms.tips = try fields.list("tips").map { tip in
            guard let amount = tip.intValue else { throw fields.wrong("tips", "a list of amounts") }
            return amount
        }
        terms.splits = try fields.list("splits").map { split in
            let split = try Arguments(fields.call, [split]).fields()
            return PaymentTerms.Split(to: AccountID(try split.int("to")), amount: try split.int("amount"))
        }
        return terms
    }
}
