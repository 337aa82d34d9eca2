package import Database

/// The tables of the router.
package enum MessagingSchema {
    package static let migrations: [Migration] = [
        Migration(
            component: "messaging", number: 1, name: "accounts, chats, messages, event logs, inboxes",
            statements: [
                """
                CREATE TABLE accounts (
                  id INTEGER PRIMARY KEY,
                  kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
                  name TEXT NOT NULL,
                  name_key TEXT NOT NULL UNIQUE,
                  display TEXT NOT NULL,
                  group_messages INTEGER NOT NULL DEFAULT 0,
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE chats (
                  id INTEGER PRIMARY KEY,
                  kind INTEGER NOT NULL,
                  title TEXT NOT NULL,
                  direct_key TEXT UNIQUE,
                  created_by INTEGER NOT NULL REFERENCES accounts(id),
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE members (
                  chat_id INTEGER NOT NULL REFERENCES chats(id),
                  account_id INTEGER NOT NULL REFERENCES accounts(id),
                  role INTEGER NOT NULL,
                  read_up_to INTEGER NOT NULL DEFAULT 0,
                  joined_at INTEGER NOT NULL,
                  PRIMARY KEY (chat_id, account_id)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE INDEX members_by_account ON members (account_id, chat_id)",
                """
                CREATE TABLE messages (
                  id INTEGER PRIMARY KEY,
                  chat_id INTEGER NOT NULL REFERENCES chats(id),
                  sender_id INTEGER NOT NULL REFERENCES accounts(id),
                  date INTEGER NOT NULL,
                  text TEXT NOT NULL,
                  entities TEXT,
                  attachments TEXT,
                  buttons TEXT,
                  reply_to INTEGER,
                  forward TEXT,
                  edited_at INTEGER,
                  deleted_at INTEGER,
                  nonce TEXT
                ) STRICT
                """,
                "CREATE INDEX messages_by_chat ON messages (chat_id, id)",
                "CREATE UNIQUE INDEX messages_by_nonce ON messages (sender_id, chat_id, nonce) WHERE nonce IS NOT NULL",
                """
                CREATE TABLE events (
                  user_id INTEGER NOT NULL REFERENCES accounts(id),
                  seq INTEGER NOT NULL,
                  type INTEGER NOT NULL,
                  chat_id INTEGER NOT NULL,
                  message_id INTEGER,
                  account_id INTEGER,
                  number INTEGER,
                  text TEXT,
                  PRIMARY KEY (user_id, seq)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE inbox (
                  bot_id INTEGER NOT NULL REFERENCES accounts(id),
                  id INTEGER NOT NULL,
                  kind INTEGER NOT NULL,
                  chat_id INTEGER,
                  person_id INTEGER,
                  message_id INTEGER,
                  payload BLOB,
                  date INTEGER NOT NULL,
                  attempts INTEGER NOT NULL DEFAULT 0,
                  next_at INTEGER NOT NULL DEFAULT 0,
                  dead_reason TEXT,
                  PRIMARY KEY (bot_id, id)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE listening (
                  bot_id INTEGER NOT NULL REFERENCES accounts(id),
                  chat_id INTEGER NOT NULL REFERENCES chats(id),
                  person_id INTEGER NOT NULL,
                  PRIMARY KEY (bot_id, chat_id, person_id)
                ) STRICT, WITHOUT ROWID
                """,
                """
                CREATE TABLE files (
                  id INTEGER PRIMARY KEY,
                  owner_id INTEGER NOT NULL REFERENCES accounts(id),
                  digest TEXT NOT NULL,
                  name TEXT NOT NULL,
                  size INTEGER NOT NULL,
                  mime TEXT NOT NULL,
                  width INTEGER,
                  height INTEGER,
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE message_files (
                  file_id INTEGER NOT NULL REFERENCES files(id),
                  message_id INTEGER NOT NULL REFERENCES messages(id),
                  PRIMARY KEY (file_id, message_id)
                ) STRICT, WITHOUT ROWID
                """,
            ]),
        Migration(
            component: "messaging", number: 2, name: "updates addressed to a conversation",
            statements: [
                "ALTER TABLE inbox ADD COLUMN conversation_id INTEGER",
                "ALTER TABLE inbox ADD COLUMN wait_id INTEGER",
                "CREATE INDEX inbox_dead ON inbox (bot_id, id) WHERE dead_reason IS NOT NULL",
                // Inbox entries with what they refer to.
                """
                CREATE VIEW updates AS
                SELECT i.id AS id, i.kind, i.payload, i.date, i.attempts, i.next_at, i.chat_id, c.kind, c.title,
                  p.id, p.kind, p.name, p.display,
                  m.id, m.chat_id, m.date, m.text, m.entities, m.attachments, m.buttons, m.reply_to, m.edited_at, m.nonce,
                  a.id, a.kind, a.name, a.display, i.conversation_id, i.wait_id, i.dead_reason AS dead_reason, i.bot_id AS bot_id
                FROM inbox i
                LEFT JOIN chats c ON c.id = i.chat_id
                LEFT JOIN accounts p ON p.id = i.person_id
                LEFT JOIN messages m ON m.id = i.message_id AND m.deleted_at IS NULL
                LEFT JOIN accounts a ON a.id = m.sender_id
                """,
            ]),
        Migration(
            component: "messaging", number: 3, name: "bots that may hear a whole group",
            statements: [
                """
                CREATE TABLE hearing (
                  bot_id INTEGER NOT NULL REFERENCES accounts(id),
                  chat_id INTEGER NOT NULL REFERENCES chats(id),
                  until INTEGER,
                  PRIMARY KEY (bot_id, chat_id)
                ) STRICT, WITHOUT ROWID
                """
            ]),
        Migration(
            component: "messaging", number: 4, name: "cards of messages",
            statements: [
                "ALTER TABLE messages ADD COLUMN card TEXT",
                "DROP VIEW updates",
                """
                CREATE VIEW updates AS
                SELECT i.id AS id, i.kind, i.payload, i.date, i.attempts, i.next_at, i.chat_id, c.kind, c.title,
                  p.id, p.kind, p.name, p.display,
                  m.id, m.chat_id, m.date, m.text, m.entities, m.attachments, m.buttons, m.reply_to, m.edited_at, m.nonce, m.card,
                  a.id, a.kind, a.name, a.display, i.conversation_id, i.wait_id, i.dead_reason AS dead_reason, i.bot_id AS bot_id
                FROM inbox i
                LEFT JOIN chats c ON c.id = i.chat_id
                LEFT JOIN accounts p ON p.id = i.person_id
                LEFT JOIN messages m ON m.id = i.message_id AND m.deleted_at IS NULL
                LEFT JOIN accounts a ON a.id = m.sender_id
                """,
            ]),
        Migration(
            component: "messaging", number: 5, name: "actions on pages, each once",
            statements: [
                """
                CREATE TABLE actions (
                  person_id INTEGER NOT NULL REFERENCES accounts(id),
                  nonce TEXT NOT NULL,
                  date INTEGER NOT NULL,
                  PRIMARY KEY (person_id, nonce)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE INDEX actions_by_date ON actions (date)",
            ]),
    ]
}
