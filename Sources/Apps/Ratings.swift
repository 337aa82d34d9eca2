package import Database
package import Model

/// What a person thinks of an app: one to five stars and a few words.
package struct Rating: Sendable, Equatable {
    /// Of all ratings of an app.
    package struct Summary: Sendable, Equatable {
        /// Nil when nobody has rated it.
        package let average: Double?
        package let count: Int64

        package init(average: Double? = nil, count: Int64 = 0) {
            self.average = average
            self.count = count
        }
    }

    package let person: AccountID
    package let stars: Int64
    package let text: String
    /// Milliseconds since 1970 UTC.
    package let date: Int64
}

/// The table of ratings: one of each person for each app. Whether the person has used the app is asked before.
package enum Ratings {
    package static let maxText = 1000

    /// Rates, or changes the rating there was.
    /// - Throws: ``StoaError/Code/badRequest``.
    package static func set(
        _ stars: Int64, text: String, of app: AppID, by person: AccountID, now: Int64, in tx: Transaction
    ) throws {
        guard (1...5).contains(stars) else { throw StoaError(.badRequest, "A rating has 1 to 5 stars.") }
        guard text.isProse(upTo: maxText) else {
            throw StoaError(.badRequest, "The text of a rating has at most \(maxText) characters, \(ShownText.rule).")
        }
        try remove(of: app, by: person, in: tx)
        try tx.execute(
            """
            INSERT INTO ratings (app_id, person_id, stars, text, date) VALUES (?, ?, ?, ?, ?)
            """, .int(app.value), .int(person.value), .int(stars), .text(text), .int(now))
        try count(of: app, stars: stars, ratings: 1, in: tx)
    }

    package static func remove(of app: AppID, by person: AccountID, in tx: Transaction) throws {
        guard let before = try rating(of: app, by: person, in: tx) else { return }
        try tx.execute("DELETE FROM ratings WHERE app_id = ? AND person_id = ?", .int(app.value), .int(person.value))
        try count(of: app, stars: -before.stars, ratings: -1, in: tx)
    }

    /// Each search asks for the sums of all apps, so they are kept and not computed from the ratings.
    private static func count(of app: AppID, stars: Int64, ratings: Int64, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO rating_sums (app_id, stars, count) VALUES (?, ?, ?)
            ON CONFLICT (app_id) DO UPDATE SET stars = stars + excluded.stars, count = count + excluded.count
            """, .int(app.value), .int(stars), .int(ratings))
    }

    package static func rating(of app: AppID, by person: AccountID, in tx: ReadTransaction) throws -> Rating? {
        try tx.first(
            "SELECT person_id, stars, text, date FROM ratings WHERE app_id = ? AND person_id = ?",
            .int(app.value), .int(person.value), row: { try Rating(row: $0) })
    }

    package static func newest(of app: AppID, limit: Int, in tx: ReadTransaction) throws -> [Rating] {
        try tx.query(
            "SELECT person_id, stars, text, date FROM ratings WHERE app_id = ? ORDER BY date DESC, person_id LIMIT ?",
            .int(app.value), .int(Int64(limit)), row: { try Rating(row: $0) })
    }

    /// Of every app that somebody has rated. The averages have two decimals.
    package static func summaries(in tx: ReadTransaction) throws -> [AppID: Rating.Summary] {
        let rows = try tx.query("SELECT app_id, round(1.0 * stars / count, 2), count FROM rating_sums WHERE count > 0") {
            (AppID(try $0.int(0)), Rating.Summary(average: try $0.double(1), count: try $0.int(2)))
        }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    package static func summary(of app: AppID, in tx: ReadTransaction) throws -> Rating.Summary {
        try tx.first(
            "SELECT round(1.0 * stars / count, 2), count FROM rating_sums WHERE app_id = ? AND count > 0", .int(app.value)
        ) {
            Rating.Summary(average: try $0.double(0), count: try $0.int(1))
        } ?? Rating.Summary()
    }
}

extension Rating {
    /// From the columns person_id, stars, text, date.
    fileprivate init(row: borrowing Row) throws {
        self.init(person: AccountID(try row.int(0)), stars: try row.int(1), text: try row.text(2), date: try row.int(3))
    }
}
