package import Database

extension AppStore {
    /// The tables of this target, oldest first.
    package static let migrations: [Migration] = [
        Migration(
            component: "apps", number: 1, name: "apps, versions, files",
            statements: [
                """
                CREATE TABLE apps (
                  id INTEGER PRIMARY KEY,
                  name TEXT NOT NULL,
                  name_key TEXT NOT NULL UNIQUE,
                  account_id INTEGER NOT NULL UNIQUE,
                  publisher TEXT NOT NULL,
                  active_version_id INTEGER REFERENCES app_versions(id),
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE app_versions (
                  id INTEGER PRIMARY KEY,
                  app_id INTEGER NOT NULL REFERENCES apps(id),
                  number INTEGER NOT NULL CHECK (number >= 1),
                  version TEXT NOT NULL,
                  manifest BLOB NOT NULL,
                  digest TEXT NOT NULL,
                  created_at INTEGER NOT NULL,
                  UNIQUE (app_id, number)
                ) STRICT
                """,
                """
                CREATE TABLE app_files (
                  version_id INTEGER NOT NULL REFERENCES app_versions(id),
                  path TEXT NOT NULL,
                  content BLOB NOT NULL,
                  PRIMARY KEY (version_id, path)
                ) STRICT
                """,
            ]),
        Migration(
            component: "apps", number: 2, name: "secrets",
            statements: [
                """
                CREATE TABLE secrets (
                  bot_id INTEGER NOT NULL,
                  name TEXT NOT NULL,
                  sealed BLOB NOT NULL,
                  hosts TEXT NOT NULL,
                  date INTEGER NOT NULL,
                  PRIMARY KEY (bot_id, name)
                ) STRICT, WITHOUT ROWID
                """
            ]),
        Migration(
            component: "apps", number: 3, name: "audit",
            statements: [
                """
                CREATE TABLE audit (
                  seq INTEGER PRIMARY KEY,
                  date INTEGER NOT NULL,
                  kind TEXT NOT NULL,
                  actor TEXT NOT NULL,
                  person_id INTEGER,
                  bot_id INTEGER,
                  chat_id INTEGER,
                  details TEXT NOT NULL,
                  code BLOB NOT NULL
                ) STRICT
                """,
                "CREATE INDEX audit_by_person ON audit (person_id, seq) WHERE person_id IS NOT NULL",
                "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, code BLOB NOT NULL) STRICT",
            ]),
        Migration(
            component: "apps", number: 4, name: "grants, consents, refusals",
            statements: [
                """
                CREATE TABLE grants (
                  id INTEGER PRIMARY KEY,
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  capability TEXT NOT NULL,
                  detail TEXT NOT NULL,
                  chat_id INTEGER,
                  term TEXT NOT NULL,
                  begin_at INTEGER NOT NULL,
                  until INTEGER,
                  end_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX grants_by_question ON grants (person_id, bot_id, capability, detail, begin_at) WHERE end_at IS NULL",
                "CREATE INDEX grants_by_person ON grants (person_id, id)",
                """
                CREATE TABLE consents (
                  id INTEGER PRIMARY KEY,
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  version_id INTEGER NOT NULL,
                  chat_id INTEGER,
                  conversation_id INTEGER NOT NULL,
                  capability TEXT NOT NULL,
                  detail TEXT NOT NULL,
                  asked_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE UNIQUE INDEX consents_by_person ON consents (person_id, bot_id, capability)",
                "CREATE INDEX consents_by_conversation ON consents (conversation_id)",
                """
                CREATE TABLE refusals (
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  capability TEXT NOT NULL,
                  count INTEGER NOT NULL,
                  last INTEGER NOT NULL,
                  PRIMARY KEY (person_id, bot_id, capability)
                ) STRICT, WITHOUT ROWID
                """,
            ]),
        Migration(
            component: "apps", number: 5, name: "publishers and releases",
            statements: [
                """
                CREATE TABLE publishers (
                  id INTEGER PRIMARY KEY,
                  name TEXT NOT NULL,
                  name_key TEXT NOT NULL UNIQUE,
                  title TEXT NOT NULL,
                  verified INTEGER NOT NULL DEFAULT 0,
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE publisher_members (
                  publisher_id INTEGER NOT NULL REFERENCES publishers(id),
                  person_id INTEGER NOT NULL,
                  role TEXT NOT NULL,
                  added_at INTEGER NOT NULL,
                  PRIMARY KEY (publisher_id, person_id)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE INDEX publisher_members_by_person ON publisher_members (person_id)",
                """
                CREATE TABLE publisher_keys (
                  key TEXT PRIMARY KEY,
                  publisher_id INTEGER NOT NULL REFERENCES publishers(id),
                  state TEXT NOT NULL,
                  added_by TEXT NOT NULL,
                  added_at INTEGER NOT NULL
                ) STRICT
                """,
                "ALTER TABLE app_versions ADD COLUMN live_at INTEGER",
                "UPDATE app_versions SET live_at = created_at",
                "ALTER TABLE apps ADD COLUMN candidate_version_id INTEGER REFERENCES app_versions(id)",
                "ALTER TABLE apps ADD COLUMN candidate_percent INTEGER",
                "ALTER TABLE apps ADD COLUMN taken_down INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE apps ADD COLUMN trial_of INTEGER REFERENCES apps(id)",
                "CREATE INDEX apps_by_trial ON apps (trial_of) WHERE trial_of IS NOT NULL",
                """
                CREATE TABLE releases (
                  id INTEGER PRIMARY KEY,
                  app_id INTEGER NOT NULL REFERENCES apps(id),
                  version_id INTEGER NOT NULL UNIQUE REFERENCES app_versions(id),
                  key TEXT NOT NULL,
                  signature BLOB NOT NULL,
                  notes TEXT NOT NULL,
                  findings TEXT NOT NULL,
                  state TEXT NOT NULL,
                  percent INTEGER NOT NULL,
                  submitted_by TEXT NOT NULL,
                  submitted_at INTEGER NOT NULL,
                  decided_by TEXT,
                  decided_at INTEGER,
                  reason TEXT
                ) STRICT
                """,
                "CREATE INDEX releases_by_state ON releases (state, id)",
                "CREATE INDEX releases_by_app ON releases (app_id, id)",
                """
                CREATE TABLE takedowns (
                  id INTEGER PRIMARY KEY,
                  app_id INTEGER NOT NULL REFERENCES apps(id),
                  reason TEXT NOT NULL,
                  taken_by TEXT NOT NULL,
                  taken_at INTEGER NOT NULL,
                  appeal TEXT,
                  appealed_by TEXT,
                  appealed_at INTEGER,
                  answer TEXT,
                  answered_by TEXT,
                  answered_at INTEGER,
                  lifted_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX takedowns_by_app ON takedowns (app_id, id)",
            ]),
        catalogueMigration,
        Migration(
            component: "apps", number: 7, name: "how often a grant is used, and what for",
            statements: [
                "ALTER TABLE consents ADD COLUMN per_day INTEGER",
                "ALTER TABLE grants ADD COLUMN per_day INTEGER",
                "ALTER TABLE grants ADD COLUMN uses INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE grants ADD COLUMN day_begin INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE grants ADD COLUMN used_in_day INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE refusals ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
                """
                CREATE TABLE disclosures (
                  seq INTEGER PRIMARY KEY REFERENCES audit(seq),
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  text TEXT NOT NULL,
                  code BLOB NOT NULL
                ) STRICT
                """,
                "CREATE INDEX disclosures_by_person ON disclosures (person_id, bot_id)",
                "CREATE INDEX grants_by_chat ON grants (chat_id, bot_id) WHERE chat_id IS NOT NULL AND end_at IS NULL",
            ]),
        openReportsMigration,
        ratingSumsMigration,
    ]
}
