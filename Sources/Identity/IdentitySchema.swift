package import Database

/// The tables of sign-in.
package enum IdentitySchema {
    package static let migrations: [Migration] = [
        Migration(
            component: "identity", number: 1, name: "passwords, sessions, bot tokens",
            statements: [
                """
                CREATE TABLE passwords (
                  account_id INTEGER PRIMARY KEY,
                  hash TEXT NOT NULL,
                  changed_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE sessions (
                  id INTEGER PRIMARY KEY,
                  account_id INTEGER NOT NULL,
                  token_digest BLOB NOT NULL UNIQUE,
                  created_at INTEGER NOT NULL,
                  expires_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX sessions_by_account ON sessions (account_id)",
                """
                CREATE TABLE bot_tokens (
                  account_id INTEGER PRIMARY KEY,
                  secret_digest BLOB NOT NULL,
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
            ]),
        Migration(
            component: "identity", number: 2, name: "attributes",
            statements: [
                """
                CREATE TABLE attributes (
                  account_id INTEGER NOT NULL,
                  name TEXT NOT NULL,
                  value TEXT NOT NULL,
                  verified_at INTEGER NOT NULL,
                  PRIMARY KEY (account_id, name)
                ) STRICT, WITHOUT ROWID
                """
            ]),
    ]
}
