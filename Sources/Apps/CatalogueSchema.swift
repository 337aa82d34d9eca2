import Database

extension AppStore {
    /// What people say about apps, and what operators allow them.
    static let catalogueMigration = Migration(
        component: "apps", number: 6, name: "ratings, reports, quotas",
        statements: [
            """
            CREATE TABLE ratings (
              app_id INTEGER NOT NULL REFERENCES apps(id),
              person_id INTEGER NOT NULL,
              stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
              text TEXT NOT NULL,
              date INTEGER NOT NULL,
              PRIMARY KEY (app_id, person_id)
            ) STRICT, WITHOUT ROWID
            """,
            // Averages are computed from this index alone.
            "CREATE INDEX ratings_by_stars ON ratings (app_id, stars)",
            "CREATE INDEX ratings_by_date ON ratings (app_id, date)",
            """
            CREATE TABLE reports (
              id INTEGER PRIMARY KEY,
              app_id INTEGER NOT NULL REFERENCES apps(id),
              person_id INTEGER NOT NULL,
              reason TEXT NOT NULL,
              date INTEGER NOT NULL,
              answer TEXT,
              answered_by TEXT,
              answered_at INTEGER
            ) STRICT
            """,
            "CREATE UNIQUE INDEX reports_open ON reports (app_id, person_id) WHERE answered_at IS NULL",
            "CREATE INDEX reports_by_person ON reports (person_id, date)",
            """
            CREATE TABLE quotas (
              bot_id INTEGER PRIMARY KEY,
              turns_per_minute INTEGER,
              store_mib INTEGER
            ) STRICT
            """,
        ])
}
