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

    static let openReportsMigration = Migration(
        component: "apps", number: 8, name: "open reports in order",
        statements: ["CREATE INDEX reports_waiting ON reports (id) WHERE answered_at IS NULL"])

    /// The catalogue shows the average of every app at once.
    static let ratingSumsMigration = Migration(
        component: "apps", number: 9, name: "sums of ratings",
        statements: [
            """
            CREATE TABLE rating_sums (
              app_id INTEGER PRIMARY KEY REFERENCES apps(id),
              stars INTEGER NOT NULL,
              count INTEGER NOT NULL
            ) STRICT
            """,
            "INSERT INTO rating_sums (app_id, stars, count) SELECT app_id, sum(stars), count(*) FROM ratings GROUP BY app_id",
            // The averages were computed from it.
            "DROP INDEX ratings_by_stars",
        ])
}
