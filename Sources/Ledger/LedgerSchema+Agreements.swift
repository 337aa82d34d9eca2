import Database

extension LedgerSchema {
    static let disputesAndSubscriptions = Migration(
        component: "ledger", number: 4, name: "disputes and subscriptions",
        statements: [
            """
            CREATE TABLE disputes (
              id INTEGER PRIMARY KEY,
              payment_id INTEGER NOT NULL UNIQUE REFERENCES payments(id),
              state INTEGER NOT NULL,
              reason TEXT NOT NULL,
              text TEXT NOT NULL,
              amount INTEGER NOT NULL CHECK (amount > 0),
              reserved INTEGER NOT NULL CHECK (reserved >= 0 AND reserved <= amount),
              opened_at INTEGER NOT NULL,
              due_at INTEGER NOT NULL,
              is_for_payer INTEGER,
              decision TEXT,
              decided_at INTEGER
            ) STRICT
            """,
            "CREATE INDEX disputes_open ON disputes (state) WHERE state < 2",
            """
            CREATE TABLE dispute_evidence (
              id INTEGER PRIMARY KEY,
              dispute_id INTEGER NOT NULL REFERENCES disputes(id),
              author INTEGER NOT NULL,
              text TEXT NOT NULL,
              date INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX dispute_evidence_by_dispute ON dispute_evidence (dispute_id)",
            """
            CREATE TABLE subscriptions (
              id INTEGER PRIMARY KEY,
              state INTEGER NOT NULL,
              payee INTEGER NOT NULL,
              payer INTEGER NOT NULL,
              currency TEXT NOT NULL,
              amount INTEGER NOT NULL CHECK (amount > 0),
              period INTEGER NOT NULL,
              title TEXT NOT NULL,
              description TEXT NOT NULL,
              data TEXT NOT NULL,
              trial INTEGER,
              chat_id INTEGER,
              message_id INTEGER,
              conversation_id INTEGER,
              wait INTEGER,
              created_at INTEGER NOT NULL,
              offer_ends_at INTEGER NOT NULL,
              anchor INTEGER,
              number INTEGER NOT NULL,
              period_ends_at INTEGER,
              next_at INTEGER,
              failures INTEGER NOT NULL,
              cancelled_at INTEGER
            ) STRICT
            """,
            "CREATE INDEX subscriptions_by_payer ON subscriptions (payer, id)",
            "CREATE INDEX subscriptions_by_payee ON subscriptions (payee, id)",
            """
            CREATE INDEX subscriptions_by_conversation ON subscriptions (conversation_id)
            WHERE conversation_id IS NOT NULL AND state = 0
            """,
            "CREATE INDEX subscriptions_by_next ON subscriptions (next_at) WHERE next_at IS NOT NULL",
        ])

    static let billsAndLinks = Migration(
        component: "ledger", number: 5, name: "bills and payment links",
        statements: [
            """
            CREATE TABLE bills (
              id INTEGER PRIMARY KEY,
              author INTEGER NOT NULL,
              chat_id INTEGER NOT NULL,
              message_id INTEGER,
              title TEXT NOT NULL,
              currency TEXT NOT NULL,
              amount INTEGER NOT NULL CHECK (amount > 0),
              own_share INTEGER NOT NULL CHECK (own_share >= 0),
              created_at INTEGER NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE payment_links (
              id INTEGER PRIMARY KEY,
              token TEXT NOT NULL UNIQUE,
              payee INTEGER NOT NULL,
              is_business INTEGER NOT NULL,
              currency TEXT NOT NULL,
              amount INTEGER,
              title TEXT NOT NULL,
              most_uses INTEGER,
              expires_at INTEGER,
              closed_at INTEGER,
              created_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX payment_links_by_payee ON payment_links (payee, id)",
        ])
    /// From here on a link is closed by the last use that it has.
    static let openLinks = Migration(
        component: "ledger", number: 7, name: "open payment links",
        statements: [
            """
            UPDATE payment_links SET closed_at = created_at WHERE closed_at IS NULL AND most_uses <=
              (SELECT count(*) FROM payments p WHERE p.link_id = payment_links.id AND p.authorised_at IS NOT NULL)
            """,
            "CREATE INDEX payment_links_open ON payment_links (payee) WHERE closed_at IS NULL",
        ])
}
