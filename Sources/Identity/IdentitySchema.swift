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
        Migration(
            component: "identity", number: 3, name: "operators, profiles, codes for contacts, suspensions, resets",
            statements: [
                """
                CREATE TABLE operators (
                  account_id INTEGER PRIMARY KEY,
                  since INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE profiles (
                  account_id INTEGER PRIMARY KEY,
                  language TEXT,
                  picture INTEGER
                ) STRICT
                """,
                "ALTER TABLE attributes ADD COLUMN verified_by TEXT NOT NULL DEFAULT 'operator'",
                """
                CREATE TABLE contact_codes (
                  account_id INTEGER NOT NULL,
                  kind TEXT NOT NULL,
                  address TEXT NOT NULL,
                  salt BLOB NOT NULL,
                  code_digest BLOB NOT NULL,
                  expires_at INTEGER NOT NULL,
                  tries INTEGER NOT NULL DEFAULT 0,
                  PRIMARY KEY (account_id, kind)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE contact_sends (
                  account_id INTEGER NOT NULL,
                  address_digest BLOB NOT NULL,
                  sent_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX contact_sends_by_account ON contact_sends (account_id, sent_at)",
                "CREATE INDEX contact_sends_by_address ON contact_sends (address_digest, sent_at)",
                """
                CREATE TABLE suspensions (
                  account_id INTEGER PRIMARY KEY,
                  reason TEXT NOT NULL,
                  suspended_by TEXT NOT NULL,
                  since INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE sign_in_resets (
                  account_id INTEGER PRIMARY KEY,
                  code_digest BLOB NOT NULL,
                  expires_at INTEGER NOT NULL
                ) STRICT
                """,
            ]),
        Migration(
            component: "identity", number: 4, name: "PINs",
            statements: [
                """
                CREATE TABLE pins (
                  person_id INTEGER PRIMARY KEY,
                  hash TEXT NOT NULL,
                  failures INTEGER NOT NULL,
                  locked_until INTEGER NOT NULL,
                  set_at INTEGER NOT NULL
                ) STRICT
                """
            ]),
    ]
}
