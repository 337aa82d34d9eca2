package import Database
package import Model

/// What a person tells the operators about an app.
package struct Report: Sendable, Equatable {
    package let id: ReportID
    package let app: AppID
    package let person: AccountID
    package let reason: String
    /// Milliseconds since 1970 UTC.
    package let date: Int64
}

/// The table of reports.
package enum Reports {
    /// Reports that one person can make in a day, so that operators are not kept busy by one of them.
    package static let maxDaily = 10
    /// Open reports that are listed at once: the next ones come when these are answered.
    package static let mostShown = 500
    private static let day: Int64 = 24 * 3600 * 1000

    /// - Throws: ``StoaError/Code/conflict`` while one of the person about the app is open; ``StoaError/Code/rateLimited``.
    package static func open(
        _ reason: String, about app: AppID, by person: AccountID, id: ReportID, now: Int64, in tx: Transaction
    ) throws {
        guard reason.isProse(upTo: 1000, mayBeBlank: false) else {
            throw StoaError(.badRequest, "Say what is wrong with the app in 1 to 1000 characters, \(ShownText.rule).")
        }
        let known = try tx.first(
            "SELECT id FROM reports WHERE app_id = ? AND person_id = ? AND answered_at IS NULL", .int(app.value),
            .int(person.value), row: { try $0.int(0) })
        guard known == nil else {
            throw StoaError(.conflict, "You have reported this app already. An operator will look at it.")
        }
        let today = try tx.query(
            "SELECT date FROM reports WHERE person_id = ? AND date > ? ORDER BY date DESC LIMIT ?", .int(person.value),
            .int(now - day), .int(Int64(maxDaily)), row: { try $0.int(0) })
        if today.count >= maxDaily, let oldest = today.last {
            throw StoaError(
                .rateLimited, "\(maxDaily) reports a day are the most. Try again later.", retryAfter: max(1, oldest + day - now))
        }
        try tx.execute(
            "INSERT INTO reports (id, app_id, person_id, reason, date) VALUES (?, ?, ?, ?, ?)",
            .int(id.value), .int(app.value), .int(person.value), .text(reason), .int(now))
    }

    /// Those that no operator has answered, the oldest first.
    package static func open(limit: Int = mostShown, in tx: ReadTransaction) throws -> [Report] {
        try tx.query(
            "SELECT id, app_id, person_id, reason, date FROM reports WHERE answered_at IS NULL ORDER BY id LIMIT ?",
            .int(Int64(limit)), row: { try Report(row: $0) })
    }

    package static func countOpen(in tx: ReadTransaction) throws -> Int64 {
        try tx.first("SELECT count(*) FROM reports WHERE answered_at IS NULL") { try $0.int(0) } ?? 0
    }

    /// Closes a report.
    /// - Throws: ``StoaError/Code/notFound``; ``StoaError/Code/conflict`` when it is answered already.
    package static func answer(
        _ id: ReportID, text: String, by actor: String, now: Int64, in tx: Transaction
    ) throws -> Report {
        guard text.isProse(upTo: 1000, mayBeBlank: false) else {
            throw StoaError(.badRequest, "Say what was done about the report in 1 to 1000 characters, \(ShownText.rule).")
        }
        let report = try tx.first(
            "SELECT id, app_id, person_id, reason, date FROM reports WHERE id = ?", .int(id.value),
            row: { try Report(row: $0) })
        guard let report else { throw StoaError(.notFound, "There is no report \(id).") }
        let changed = try tx.execute(
            "UPDATE reports SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ? AND answered_at IS NULL",
            .text(text), .text(actor), .int(now), .int(id.value))
        guard changed == 1 else { throw StoaError(.conflict, "The report \(id) is answered already.") }
        return report
    }
}

extension Report {
    /// From the columns id, app_id, person_id, reason, date.
    fileprivate init(row: borrowing Row) throws {
        self.init(
            id: ReportID(try row.int(0)), app: AppID(try row.int(1)), person: AccountID(try row.int(2)), reason: try row.text(3),
            date: try row.int(4))
    }
}
