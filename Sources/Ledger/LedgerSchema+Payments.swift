import Database

extension LedgerSchema {
    static let payments = Migration(
        component: "ledger", number: 2, name: "payments, refunds, products, fees",
        statements: [
            """
            CREATE TABLE payments (
              id INTEGER PRIMARY KEY,
              kind INTEGER NOT NULL,
              state INTEGER NOT NULL,
              payee INTEGER NOT NULL,
              is_business INTEGER NOT NULL,
              payer INTEGER,
              recipient INTEGER,
              currency TEXT NOT NULL,
              amount INTEGER NOT NULL CHECK (amount > 0),
              tip INTEGER NOT NULL DEFAULT 0 CHECK (tip >= 0),
              captured INTEGER NOT NULL DEFAULT 0 CHECK (captured >= 0 AND captured <= amount + tip),
              refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0 AND refunded <= captured),
              fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0),
              title TEXT NOT NULL,
              terms TEXT,
              chat_id INTEGER,
              message_id INTEGER,
              conversation_id INTEGER,
              wait INTEGER,
              hold INTEGER,
              key TEXT,
              subscription_id INTEGER,
              period INTEGER,
              bill_id INTEGER,
              link_id INTEGER,
              created_at INTEGER NOT NULL,
              expires_at INTEGER,
              authorised_at INTEGER,
              captured_at INTEGER,
              receipt INTEGER,
              refund_reason TEXT,
              refund_requested_at INTEGER
            ) STRICT
            """,
            "CREATE INDEX payments_by_payer ON payments (payer, id)",
            "CREATE INDEX payments_open ON payments (payer, payee) WHERE state < 2",
            "CREATE INDEX payments_by_payee ON payments (payee, id)",
            "CREATE UNIQUE INDEX payments_by_key ON payments (payee, key) WHERE key IS NOT NULL",
            """
            CREATE UNIQUE INDEX payments_by_period ON payments (subscription_id, period) WHERE subscription_id IS NOT NULL
            """,
            "CREATE INDEX payments_by_bill ON payments (bill_id) WHERE bill_id IS NOT NULL",
            "CREATE INDEX payments_by_link ON payments (link_id) WHERE link_id IS NOT NULL",
            """
            CREATE INDEX payments_by_conversation ON payments (conversation_id) WHERE conversation_id IS NOT NULL AND state < 2
            """,
            "CREATE INDEX payments_by_end ON payments (expires_at) WHERE expires_at IS NOT NULL",
            "CREATE INDEX payments_by_spending ON payments (payer, authorised_at) WHERE authorised_at IS NOT NULL",
            """
            CREATE TABLE refunds (
              id INTEGER PRIMARY KEY,
              payment_id INTEGER NOT NULL REFERENCES payments(id),
              amount INTEGER NOT NULL CHECK (amount > 0),
              reason TEXT NOT NULL,
              actor INTEGER NOT NULL,
              date INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX refunds_by_payment ON refunds (payment_id)",
            "CREATE TABLE receipt_numbers (payee INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT",
            """
            CREATE TABLE products (
              payee INTEGER NOT NULL,
              sku TEXT NOT NULL,
              title TEXT NOT NULL,
              price INTEGER NOT NULL CHECK (price >= 0),
              currency TEXT NOT NULL,
              stock INTEGER CHECK (stock >= 0),
              reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
              tax_rate INTEGER,
              PRIMARY KEY (payee, sku)
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE fee_rates (
              payee INTEGER NOT NULL,
              currency TEXT NOT NULL,
              basis_points INTEGER NOT NULL,
              fixed INTEGER NOT NULL,
              PRIMARY KEY (payee, currency)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
