package import Database
package import Model

/// An app that the operator stopped, why, and what became of its publisher's appeal.
package struct Takedown: Sendable, Equatable {
    package let id: TakedownID
    package let app: AppID
    /// Tells the publisher, and people who look for the app.
    package let reason: String
    package let by: String
    /// Milliseconds since 1970 UTC, as the other times.
    package let at: Int64
    package let appeal: String?
    package let appealedBy: String?
    package let answer: String?
    package let answeredBy: String?
    /// The app runs again since.
    package let liftedAt: Int64?

    /// An operator has to answer.
    package var isAppealed: Bool { appeal != nil && answer == nil && liftedAt == nil }
}

/// The table of takedowns. Every function takes the transaction it is part of and opens none.
package enum Takedowns {
    /// - Throws: ``StoaError/Code/conflict`` when it is down already.
    package static func takeDown(
        _ app: App, reason: String, by actor: String, id: TakedownID, now: Int64, in tx: Transaction
    ) throws {
        guard app.state != .takenDown else { throw StoaError(.conflict, "\(app.name) is taken down already.") }
        try tx.execute(
            "INSERT INTO takedowns (id, app_id, reason, taken_by, taken_at) VALUES (?, ?, ?, ?, ?)",
            .int(id.value), .int(app.id.value), .text(try Releases.checked(reason)), .text(actor), .int(now))
        try tx.execute("UPDATE apps SET taken_down = 1 WHERE id = ?", .int(app.id.value))
    }

    /// A publisher answers once to each takedown.
    package static func appeal(_ app: App, text: String, by actor: String, now: Int64, in tx: Transaction) throws {
        let takedown = try current(of: app, in: tx)
        guard takedown.appeal == nil else {
            let state = takedown.answer.map { "It was answered: \($0)" } ?? "The operator answers it."
            throw StoaError(.conflict, "A takedown can be appealed against once. \(state)")
        }
        try tx.execute(
            "UPDATE takedowns SET appeal = ?, appealed_by = ?, appealed_at = ? WHERE id = ?",
            .text(try Releases.checked(text)), .text(actor), .int(now), .int(takedown.id.value))
    }

    /// The operator's answer to an appeal; or the end of a takedown that nobody appealed against.
    /// - Parameter lifts: the app runs again, with all that it was sent meanwhile.
    package static func answer(
        _ app: App, text: String, lifts: Bool, by actor: String, now: Int64, in tx: Transaction
    ) throws {
        let takedown = try current(of: app, in: tx)
        guard lifts || takedown.isAppealed else { throw StoaError(.conflict, "There is no appeal to answer.") }
        try tx.execute(
            "UPDATE takedowns SET answer = ?, answered_by = ?, answered_at = ?, lifted_at = ? WHERE id = ?",
            .text(try Releases.checked(text)), .text(actor), .int(now), lifts ? .int(now) : .null, .int(takedown.id.value))
        if lifts { try tx.execute("UPDATE apps SET taken_down = 0 WHERE id = ?", .int(app.id.value)) }
    }

    /// The one that holds now, or the last there was.
    package static func last(of app: AppID, in tx: ReadTransaction) throws -> Takedown? {
        try tx.first(
            """
            SELECT id, app_id, reason, taken_by, taken_at, appeal, appealed_by, answer, answered_by, lifted_at
            FROM takedowns WHERE app_id = ? ORDER BY id DESC LIMIT 1
            """, .int(app.value)
        ) { row in
            Takedown(
                id: TakedownID(try row.int(0)), app: AppID(try row.int(1)), reason: try row.text(2), by: try row.text(3),
                at: try row.int(4), appeal: try row.textOrNil(5), appealedBy: try row.textOrNil(6),
                answer: try row.textOrNil(7), answeredBy: try row.textOrNil(8), liftedAt: try row.intOrNil(9))
        }
    }

    private static func current(of app: App, in tx: ReadTransaction) throws -> Takedown {
        guard app.state == .takenDown, let takedown = try last(of: app.id, in: tx) else {
            throw StoaError(.conflict, "\(app.name) is not taken down.")
        }
        return takedown
    }
}
