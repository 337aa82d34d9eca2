package import Database
package import Model

/// What a business sells, with how much of it there is. Asking for a payment reserves, capturing it sells, and all else gives
/// back.
package struct Product: Sendable, Equatable {
    package static let mostProducts: Int64 = 10_000

    /// The business's own name for it: 1 to 64 bytes.
    package let sku: String
    package let title: String
    package let price: Money
    /// Pieces that are there, reserved ones included; nil where they are not counted.
    package let stock: Int64?
    package let reserved: Int64
    /// Hundredths of a percent, included in the price.
    package let taxRate: Int64?

    package var left: Int64? { stock.map { $0 - reserved } }

    package init(
        sku: String, title: String, price: Money, stock: Int64?, taxRate: Int64? = nil, reserved: Int64 = 0
    ) {
        self.sku = sku
        self.title = title
        self.price = price
        self.stock = stock
        self.taxRate = taxRate
        self.reserved = reserved
    }
}

package enum Products {
    package static func find(_ sku: String, of payee: AccountID, in tx: ReadTransaction) throws -> Product? {
        try tx.first(
            "SELECT sku, title, price, currency, stock, reserved, tax_rate FROM products WHERE payee = ? AND sku = ?",
            .int(payee.value), .text(sku), row: Product.init(row:))
    }

    /// By sku.
    package static func all(of payee: AccountID, in tx: ReadTransaction) throws -> [Product] {
        try tx.query(
            "SELECT sku, title, price, currency, stock, reserved, tax_rate FROM products WHERE payee = ? ORDER BY sku",
            .int(payee.value), row: Product.init(row:))
    }

    /// Adds a product or changes the one with that sku; what is reserved of it stays reserved.
    /// - Throws: ``StoaError``: `badRequest`, `invalidAmount`, `quotaExceeded`, `outOfStock` when more is reserved than would be
    ///   there.
    package static func put(_ product: Product, of payee: AccountID, in tx: Transaction) throws {
        guard (1...64).contains(product.sku.utf8.count), product.sku.isLine(upTo: 64), product.title.isLine(upTo: 128) else {
            throw StoaError(.badRequest, "A product needs a sku of 1 to 64 bytes and a title of 1 to 128 characters.")
        }
        guard (0...Money.largest).contains(product.price.amount), (0...Money.largest).contains(product.stock ?? 0),
            (0...10_000).contains(product.taxRate ?? 0)
        else {
            throw StoaError(.invalidAmount, "The product \(product.sku) needs a price, a stock and a tax rate of 0 or more.")
        }
        let known = try find(product.sku, of: payee, in: tx)
        if known == nil {
            let count = try tx.first("SELECT count(*) FROM products WHERE payee = ?", .int(payee.value)) { try $0.int(0) }
            guard count ?? 0 < Product.mostProducts else {
                throw StoaError(.quotaExceeded, "An app can have \(Product.mostProducts) products.")
            }
        }
        let reserved = known?.reserved ?? 0
        guard product.stock ?? reserved >= reserved else {
            throw StoaError(.outOfStock, "\(reserved) of \(product.sku) are reserved: its stock cannot be less.")
        }
        try tx.execute(
            """
            INSERT INTO products (payee, sku, title, price, currency, stock, reserved, tax_rate)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)
            ON CONFLICT (payee, sku) DO UPDATE SET title = ?3, price = ?4, currency = ?5, stock = ?6, tax_rate = ?7
            """,
            .int(payee.value), .text(product.sku), .text(product.title), .int(product.price.amount),
            .text(product.price.currency.code), .optional(product.stock), .optional(product.taxRate))
    }

    /// More pieces have come, or fewer are there.
    /// - Throws: ``StoaError``: `productNotFound`, `outOfStock` when fewer would be there than are reserved.
    package static func addStock(_ count: Int64, to sku: String, of payee: AccountID, in tx: Transaction) throws -> Product {
        guard let known = try find(sku, of: payee, in: tx), let stock = known.stock else {
            throw StoaError(.productNotFound, "There is no product \(sku.prefix(64)) whose pieces are counted.")
        }
        let (sum, overflows) = stock.addingReportingOverflow(count)
        guard !overflows, sum <= Money.largest, sum >= known.reserved else {
            throw StoaError(.outOfStock, "There are \(stock) of \(sku), \(known.reserved) of them reserved.")
        }
        try tx.execute(
            "UPDATE products SET stock = ?3 WHERE payee = ?1 AND sku = ?2", .int(payee.value), .text(sku), .int(sum))
        return Product(
            sku: sku, title: known.title, price: known.price, stock: sum, taxRate: known.taxRate, reserved: known.reserved)
    }

    /// - Returns: whether there was one.
    /// - Throws: ``StoaError/Code/outOfStock`` while pieces are reserved.
    package static func remove(_ sku: String, of payee: AccountID, in tx: Transaction) throws -> Bool {
        guard let known = try find(sku, of: payee, in: tx) else { return false }
        guard known.reserved == 0 else {
            throw StoaError(.outOfStock, "\(known.reserved) of \(sku) are reserved by open payments.")
        }
        return try tx.execute("DELETE FROM products WHERE payee = ? AND sku = ?", .int(payee.value), .text(sku)) > 0
    }

    // MARK: With payments

    /// - Throws: ``StoaError``: `productNotFound`, `outOfStock`.
    static func reserve(_ items: [PaymentTerms.Item], of payee: AccountID, in tx: Transaction) throws {
        for item in items {
            guard let sku = item.sku else { continue }
            guard let product = try find(sku, of: payee, in: tx) else {
                throw StoaError(.productNotFound, "There is no product \(sku.prefix(64)).")
            }
            guard product.left ?? item.count >= item.count else {
                throw StoaError(.outOfStock, "\(product.left ?? 0) of \(sku) are left, \(item.count) are wanted.")
            }
            try change(sku, stock: 0, reserved: item.count, of: payee, in: tx)
        }
    }

    static func release(_ items: [PaymentTerms.Item], of payee: AccountID, in tx: Transaction) throws {
        for item in items {
            if let sku = item.sku { try change(sku, stock: 0, reserved: -item.count, of: payee, in: tx) }
        }
    }

    static func sell(_ items: [PaymentTerms.Item], of payee: AccountID, in tx: Transaction) throws {
        for item in items {
            if let sku = item.sku { try change(sku, stock: -item.count, reserved: -item.count, of: payee, in: tx) }
        }
    }

    static func giveBack(_ items: [PaymentTerms.Item], of payee: AccountID, in tx: Transaction) throws {
        for item in items {
            if let sku = item.sku { try change(sku, stock: item.count, reserved: 0, of: payee, in: tx) }
        }
    }

    /// A product whose pieces are not counted stays so; one that was removed meanwhile is left alone.
    private static func change(
        _ sku: String, stock: Int64, reserved: Int64, of payee: AccountID, in tx: Transaction
    ) throws {
        try tx.execute(
            "UPDATE products SET stock = stock + ?3, reserved = max(0, reserved + ?4) WHERE payee = ?1 AND sku = ?2",
            .int(payee.value), .text(sku), .int(stock), .int(reserved))
    }
}

extension Product {
    fileprivate init(row: Row) throws {
        sku = try row.text(0)
        title = try row.text(1)
        price = Money(try row.int(2), try Currency(try row.text(3)))
        stock = try row.intOrNil(4)
        reserved = try row.int(5)
        taxRate = try row.intOrNil(6)
    }
}
