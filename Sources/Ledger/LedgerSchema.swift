package import Database

/// The tables of the ledger and of payments.
package enum LedgerSchema {
    package static let migrations: [Migration] = [
        accounts, payments, topUps, disputesAndSubscriptions, billsAndLinks, limits, openLinks,
    ]

    /// Whether nothing was ever moved: only then may the key of the chain be made anew.
    package static func isEmpty(in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM transfers LIMIT 1") { _ in false } ?? true
    }

    /// The highest id in use in the tables of the ledger.
    package static func highestID(in tx: ReadTransaction) throws -> Int64 {
        try tx.first(
            """
            SELECT max(COALESCE((SELECT max(id) FROM ledger_accounts), 0), COALESCE((SELECT max(id) FROM transfers), 0),
              COALESCE((SELECT max(id) FROM payments), 0), COALESCE((SELECT max(id) FROM refunds), 0),
              COALESCE((SELECT max(id) FROM disputes), 0), COALESCE((SELECT max(id) FROM subscriptions), 0),
              COALESCE((SELECT max(id) FROM bills), 0), COALESCE((SELECT max(id) FROM top_ups), 0),
              COALESCE((SELECT max(id) FROM top_up_refunds), 0), COALESCE((SELECT max(id) FROM payment_links), 0))
            """
        ) { try $0.int(0) } ?? 0
    }

    /// The checks stand in the database too, so that no mistake of the program can overdraw an account or change history.
    private static let accounts = Migration(
        component: "ledger", number: 1, name: "accounts and transfers",
        statements: [
            """
            CREATE TABLE ledger_accounts (
              id INTEGER PRIMARY KEY,
              owner INTEGER NOT NULL,
              kind INTEGER NOT NULL,
              currency TEXT NOT NULL,
              debits_pending INTEGER NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
              debits_posted INTEGER NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
              credits_pending INTEGER NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
              credits_posted INTEGER NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
              opened_at INTEGER NOT NULL,
              UNIQUE (owner, kind, currency),
              CHECK (kind IN (4, 5, 6) OR debits_pending + debits_posted <= credits_posted)
            ) STRICT
            """,
            """
            CREATE TABLE transfers (
              id INTEGER PRIMARY KEY,
              seq INTEGER NOT NULL UNIQUE,
              kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2, 3)),
              debit INTEGER NOT NULL REFERENCES ledger_accounts(id),
              credit INTEGER NOT NULL REFERENCES ledger_accounts(id),
              amount INTEGER NOT NULL CHECK (amount > 0),
              hold INTEGER REFERENCES transfers(id),
              purpose INTEGER NOT NULL,
              reference INTEGER NOT NULL,
              link INTEGER NOT NULL,
              expires_at INTEGER,
              date INTEGER NOT NULL,
              debit_after INTEGER NOT NULL,
              credit_after INTEGER NOT NULL,
              code BLOB NOT NULL,
              CHECK (debit <> credit)
            ) STRICT
            """,
            "CREATE UNIQUE INDEX transfers_by_hold ON transfers (hold) WHERE hold IS NOT NULL",
            "CREATE INDEX transfers_by_debit ON transfers (debit, seq)",
            "CREATE INDEX transfers_by_credit ON transfers (credit, seq)",
            "CREATE INDEX transfers_by_reference ON transfers (reference) WHERE reference <> 0",
            """
            CREATE TRIGGER transfers_stay BEFORE UPDATE ON transfers
            BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END
            """,
            """
            CREATE TRIGGER transfers_are_kept BEFORE DELETE ON transfers
            BEGIN SELECT RAISE(ABORT, 'transfers are never removed'); END
            """,
            "CREATE TABLE open_holds (id INTEGER PRIMARY KEY REFERENCES transfers(id), expires_at INTEGER) STRICT",
            "CREATE INDEX open_holds_by_end ON open_holds (expires_at) WHERE expires_at IS NOT NULL",
        ])
}
