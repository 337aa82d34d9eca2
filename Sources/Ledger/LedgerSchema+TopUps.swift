import Database

extension LedgerSchema {
    static let topUps = Migration(
        component: "ledger", number: 3, name: "top-ups",
        statements: [
            """
            CREATE TABLE top_ups (
              id INTEGER PRIMARY KEY,
              person INTEGER NOT NULL,
              provider INTEGER NOT NULL,
              currency TEXT NOT NULL,
              amount INTEGER NOT NULL CHECK (amount > 0),
              state INTEGER NOT NULL,
              refunded INTEGER NOT NULL CHECK (refunded >= 0 AND refunded <= amount),
              method TEXT,
              reference TEXT,
              client_secret TEXT,
              failure_code TEXT,
              failure_text TEXT,
              tries INTEGER NOT NULL,
              next_at INTEGER,
              created_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX top_ups_by_person ON top_ups (person, id)",
            "CREATE UNIQUE INDEX top_ups_by_reference ON top_ups (provider, reference) WHERE reference IS NOT NULL",
            "CREATE INDEX top_ups_by_next ON top_ups (next_at) WHERE next_at IS NOT NULL",
            """
            CREATE TABLE top_up_refunds (
              id INTEGER PRIMARY KEY,
              top_up_id INTEGER NOT NULL REFERENCES top_ups(id),
              amount INTEGER NOT NULL CHECK (amount > 0),
              state INTEGER NOT NULL,
              tries INTEGER NOT NULL,
              next_at INTEGER,
              created_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX top_up_refunds_by_top_up ON top_up_refunds (top_up_id)",
            "CREATE INDEX top_up_refunds_by_next ON top_up_refunds (next_at) WHERE next_at IS NOT NULL",
            """
            CREATE TABLE provider_events (
              provider INTEGER NOT NULL,
              event TEXT NOT NULL,
              received_at INTEGER NOT NULL,
              PRIMARY KEY (provider, event)
            ) STRICT, WITHOUT ROWID
            """,
        ])
}
