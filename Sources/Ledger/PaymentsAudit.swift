import Database
import Model

/// Whether payments say what their transfers do.
enum PaymentsAudit {
    static func run(_ report: inout LedgerReport, in tx: ReadTransaction) throws {
        try sums(&report, in: tx)
        try holds(&report, in: tx)
        try stock(&report, in: tx)
    }

    /// What a payment captured, gave back and paid as a fee, as the ledger says: 1 is a payment, 3 a fee, 4 a refund, 5 a
    /// dispute.
    private static func sums(_ report: inout LedgerReport, in tx: ReadTransaction) throws {
        let wrong = try tx.query(
            """
            SELECT p.id, p.captured, p.refunded, p.fee,
              (SELECT COALESCE(sum(t.amount), 0) FROM transfers t WHERE t.reference = p.id AND t.kind = 0 AND t.purpose = 1) AS c,
              (SELECT COALESCE(sum(t.amount), 0) FROM transfers t JOIN ledger_accounts a ON a.id = t.credit
                WHERE t.reference = p.id AND t.kind = 0 AND t.purpose IN (4, 5) AND a.kind = 1 AND a.owner = p.payer) AS r,
              (SELECT COALESCE(sum(t.amount), 0) FROM transfers t WHERE t.reference = p.id AND t.kind = 0 AND t.purpose = 3) AS f
            FROM payments p WHERE p.captured <> c OR p.refunded <> r OR p.fee <> f LIMIT 100
            """
        ) { row in
            try (0..<7).map { try row.int($0) }
        }
        for row in wrong {
            report.add(
                .wrongPayment,
                "The payment \(row[0]) says \(row[1]) captured, \(row[2]) given back, \(row[3]) fee; its transfers say \(row[4]), \(row[5]), \(row[6])."
            )
        }
        let orphans = try tx.query(
            """
            SELECT t.id FROM transfers t WHERE t.purpose IN (1, 2, 3, 4) AND t.reference <> 0
              AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = t.reference) LIMIT 100
            """
        ) { try $0.int(0) }
        for id in orphans { report.add(.orphan, "The transfer \(id) is about a payment that is not there.") }
    }

    /// A payment is held exactly while its state says so.
    private static func holds(_ report: inout LedgerReport, in tx: ReadTransaction) throws {
        let wrong = try tx.query(
            """
            SELECT p.id FROM payments p
            WHERE (p.state IN (2, 3)) <> (p.hold IS NOT NULL)
              OR (p.hold IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM open_holds h JOIN transfers t ON t.id = h.id
                WHERE h.id = p.hold AND t.reference = p.id AND t.amount = p.amount + p.tip - p.captured))
            LIMIT 100
            """
        ) { try $0.int(0) }
        for id in wrong { report.add(.wrongPayment, "What is put aside for the payment \(id) is not what its state says.") }
        let loose = try tx.query(
            """
            SELECT h.id FROM open_holds h JOIN transfers t ON t.id = h.id
            WHERE t.purpose = 1 AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.hold = h.id) LIMIT 100
            """
        ) { try $0.int(0) }
        for id in loose { report.add(.orphan, "The hold \(id) is open, but no payment knows of it.") }
    }

    private static func stock(_ report: inout LedgerReport, in tx: ReadTransaction) throws {
        var reserved: [ProductKey: Int64] = [:]
        let open = try tx.query(
            "SELECT payee, terms FROM payments WHERE state < 4 AND terms IS NOT NULL"
        ) { (AccountID(try $0.int(0)), try PaymentTerms(stored: try $0.text(1))) }
        for (payee, terms) in open {
            for item in terms.items {
                if let sku = item.sku { reserved[ProductKey(payee: payee, sku: sku), default: 0] += item.count }
            }
        }
        let products = try tx.query("SELECT payee, sku, reserved FROM products") {
            (ProductKey(payee: AccountID(try $0.int(0)), sku: try $0.text(1)), try $0.int(2))
        }
        for (key, stored) in products where stored != reserved[key] ?? 0 {
            report.add(
                .wrongStock,
                "\(stored) of \(key.sku) are reserved for \(key.payee), open payments say \(reserved[key] ?? 0).")
        }
    }

    private struct ProductKey: Hashable {
        let payee: AccountID
        let sku: String
    }
}
