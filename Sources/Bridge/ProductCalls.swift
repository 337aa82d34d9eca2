import Apps
import Database
import Ledger
import Model
import Permissions
import Runtime
import Sandbox

/// `products`: what an app sells, and how much of it there is.
extension Bridge {
    func product(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(.paymentsRequest, for: arguments.call, in: turn)
        let (fields, bot) = (try arguments.fields(), turn.app.account)
        switch arguments.call {
        case "products.put":
            let product = Product(
                sku: try fields.string("sku"), title: try fields.string("title"),
                price: Money(try fields.int("price"), try Currency(try fields.string("currency"))),
                stock: try fields.intOrNil("stock"), taxRate: try fields.intOrNil("tax_rate"))
            let isNew = fields["new"] == .bool(true)
            return try money(arguments, [.bool(true)], in: turn) { tx in
                // Whoever adds it first does; a second one must not put back on the shelf what was sold meanwhile.
                if isNew, try Products.find(product.sku, of: bot, in: tx) != nil { return }
                try Products.put(product, of: bot, in: tx)
            }
        case "products.add_stock":
            let (sku, count) = (try fields.string("sku"), try fields.int("count"))
            return try money(arguments, [.bool(true)], in: turn) {
                _ = try Products.addStock(count, to: sku, of: bot, in: $0)
            }
        case "products.remove":
            let sku = try fields.string("sku")
            return try money(arguments, [.bool(true)], in: turn) { tx in
                guard try Products.remove(sku, of: bot, in: tx) else {
                    throw StoaError(.productNotFound, "There is no product \(sku.prefix(64)).")
                }
            }
        case "products.get":
            let sku = try fields.string("sku")
            return .read { tx, _ in [try Products.find(sku, of: bot, in: tx).map(PaymentValue.product) ?? .null] }
        case "products.list":
            return .read { tx, _ in [.array(try Products.all(of: bot, in: tx).map(PaymentValue.product))] }
        default: return .failure("There is no bridge call named \(arguments.call.prefix(64)).")
        }
    }
}
