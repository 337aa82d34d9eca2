import Database

extension LedgerSchema {
    static let limits = Migration(
        component: "ledger", number: 6, name: "spending limits and idempotency keys",
        statements: [
            """
            CREATE TABLE spending_limits (
              person INTEGER NOT NULL,
              currency TEXT NOT NULL,
              confirm_above INTEGER,
              per_day INTEGER,
              per_app_per_day INTEGER,
              PRIMARY KEY (person, currency)
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE app_spending_limits (
              person INTEGER NOT NULL,
              currency TEXT NOT NULL,
              app INTEGER NOT NULL,
              per_day INTEGER NOT NULL,
              PRIMARY KEY (person, currency, app)
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE idempotency_keys (
              owner INTEGER NOT NULL,
              key TEXT NOT NULL,
              fingerprint BLOB NOT NULL,
              status INTEGER NOT NULL,
              body BLOB NOT NULL,
              created_at INTEGER NOT NULL,
              PRIMARY KEY (owner, key)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)",
        ])
}
