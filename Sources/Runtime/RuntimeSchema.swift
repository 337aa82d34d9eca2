package import Database

/// The tables of turns: conversations that wait, the journal, the apps' store, timers and logs.
package enum RuntimeSchema {
    package static let migrations: [Migration] = [
        Migration(
            component: "runtime", number: 1, name: "conversations, journal, store, timers, logs",
            statements: [
                """
                CREATE TABLE conversations (
                  id INTEGER PRIMARY KEY,
                  bot_id INTEGER NOT NULL,
                  version_id INTEGER NOT NULL,
                  chat_id INTEGER NOT NULL,
                  person_id INTEGER NOT NULL,
                  wait TEXT NOT NULL,
                  started_at INTEGER NOT NULL,
                  waiting_since INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX conversations_by_bot ON conversations (bot_id, chat_id, person_id)",
                """
                CREATE TABLE turns (
                  id INTEGER PRIMARY KEY,
                  bot_id INTEGER NOT NULL,
                  version_id INTEGER NOT NULL,
                  conversation_id INTEGER NOT NULL,
                  update_id INTEGER NOT NULL,
                  kind INTEGER NOT NULL,
                  outcome INTEGER NOT NULL,
                  seed INTEGER NOT NULL,
                  input BLOB NOT NULL,
                  calls BLOB,
                  effects BLOB,
                  error TEXT,
                  instructions INTEGER NOT NULL,
                  run_us INTEGER NOT NULL,
                  duration_us INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX turns_by_conversation ON turns (conversation_id, id) WHERE outcome = 1 OR conversation_id <> id",
                """
                CREATE TABLE store (
                  bot_id INTEGER NOT NULL,
                  scope INTEGER NOT NULL,
                  scope_id INTEGER NOT NULL,
                  key TEXT NOT NULL,
                  value BLOB NOT NULL,
                  version INTEGER NOT NULL,
                  PRIMARY KEY (bot_id, scope, scope_id, key)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE store_usage (
                  bot_id INTEGER PRIMARY KEY,
                  bytes INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE timers (
                  id INTEGER PRIMARY KEY,
                  bot_id INTEGER NOT NULL,
                  chat_id INTEGER,
                  person_id INTEGER,
                  name TEXT NOT NULL,
                  data BLOB NOT NULL,
                  due_at INTEGER NOT NULL,
                  every_ms INTEGER
                ) STRICT
                """,
                "CREATE INDEX timers_by_due ON timers (due_at)",
                "CREATE INDEX timers_by_bot ON timers (bot_id)",
                """
                CREATE TABLE logs (
                  id INTEGER PRIMARY KEY,
                  bot_id INTEGER NOT NULL,
                  turn_id INTEGER NOT NULL,
                  level TEXT NOT NULL,
                  text TEXT NOT NULL,
                  date INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX logs_by_bot ON logs (bot_id, id)",
            ]),
        Migration(
            component: "runtime", number: 2, name: "waits of every kind, requests to other servers",
            // The journals of before were written by another SDK and could not be replayed: those conversations end.
            statements: [
                "DROP TABLE conversations",
                """
                CREATE TABLE conversations (
                  id INTEGER PRIMARY KEY,
                  bot_id INTEGER NOT NULL,
                  version_id INTEGER NOT NULL,
                  chat_id INTEGER NOT NULL,
                  person_id INTEGER NOT NULL,
                  is_side INTEGER NOT NULL,
                  wait BLOB NOT NULL,
                  deadline INTEGER,
                  deadline_wait INTEGER,
                  journal_from INTEGER NOT NULL,
                  journal_turns INTEGER NOT NULL,
                  journal_bytes INTEGER NOT NULL,
                  caller BLOB,
                  waiting_since INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX conversations_by_bot ON conversations (bot_id, id)",
                "CREATE INDEX conversations_by_deadline ON conversations (deadline) WHERE deadline IS NOT NULL",
                """
                CREATE TABLE outbox (
                  id INTEGER PRIMARY KEY,
                  bot_id INTEGER NOT NULL,
                  version_id INTEGER NOT NULL,
                  conversation_id INTEGER NOT NULL,
                  request BLOB NOT NULL,
                  date INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE INDEX outbox_by_conversation ON outbox (conversation_id)",
            ]),
        Migration(
            component: "runtime", number: 3, name: "whose turns",
            statements: ["ALTER TABLE turns ADD COLUMN person_id INTEGER"]),
        Migration(
            component: "runtime", number: 4, name: "when a value was written",
            // What is there counts as written now: its real time is not known.
            statements: [
                "ALTER TABLE store ADD COLUMN written_at INTEGER NOT NULL DEFAULT 0",
                "UPDATE store SET written_at = unixepoch() * 1000",
            ]),
    ]
}
