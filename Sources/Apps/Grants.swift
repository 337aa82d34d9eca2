package import Database
package import Model
package import Permissions

/// What people have agreed to. A grant that is over stays, so that they can see what once was.
package enum Grants {
    /// A grant with whose it is and for what it was given.
    package struct Held: Sendable, Equatable {
        package let grant: Grant
        package let person: AccountID
        package let bot: AccountID
        package let term: GrantTerm
    }

    package static func give(
        _ id: GrantID, by person: AccountID, to bot: AccountID, _ capability: Capability.Name, detail: String, chat: ChatID?,
        term: GrantTerm, now: Int64, in tx: Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO grants (id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(id.value), .int(person.value), .int(bot.value), .text(capability.rawValue), .text(detail),
            .optional(term == .chat ? chat?.value : nil), .text(term.rawValue), .int(now), .optional(term.end(from: now)))
    }

    /// Those that can bear on a use at a time: of the person, to the app, for this very question, neither over nor taken back.
    /// The newest first, at most 16.
    package static func bearing(
        on capability: Capability.Name, detail: String, of person: AccountID, to bot: AccountID, at now: Int64,
        in tx: ReadTransaction
    ) throws -> [Grant] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at FROM grants
            WHERE person_id = ? AND bot_id = ? AND capability = ? AND detail = ? AND end_at IS NULL
              AND (until IS NULL OR until > ?)
            ORDER BY begin_at DESC LIMIT 16
            """,
            .int(person.value), .int(bot.value), .text(capability.rawValue), .text(detail), .int(now)
        ) { try held($0) }.compactMap { $0?.grant }
    }

    /// A person's grants, newest first.
    package static func all(of person: AccountID, in tx: ReadTransaction) throws -> [Held] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at FROM grants
            WHERE person_id = ? ORDER BY id DESC LIMIT 1000
            """, .int(person.value)
        ) { try held($0) }.compactMap { $0 }
    }

    package static func grant(_ id: GrantID, in tx: ReadTransaction) throws -> Held? {
        try tx.first(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at FROM grants WHERE id = ?
            """, .int(id.value)
        ) { try held($0) } ?? nil
    }

    /// - Returns: false when it was taken back before.
    package static func takeBack(_ id: GrantID, now: Int64, in tx: Transaction) throws -> Bool {
        try tx.execute("UPDATE grants SET end_at = ? WHERE id = ? AND end_at IS NULL", .int(now), .int(id.value)) == 1
    }

    package static func takeBackAll(of person: AccountID, from bot: AccountID, now: Int64, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE grants SET end_at = ? WHERE person_id = ? AND bot_id = ? AND end_at IS NULL", .int(now), .int(person.value),
            .int(bot.value))
    }

    /// Nil for a capability that this version of Stoa does not know.
    private static func held(_ row: Row) throws -> Held? {
        guard let capability = Capability.Name(rawValue: try row.text(3)) else { return nil }
        let grant = Grant(
            id: try row.int(0), capability: capability, detail: try row.text(4), chat: try row.intOrNil(5),
            begin: try row.int(7), until: try row.intOrNil(8), end: try row.intOrNil(9))
        return Held(
            grant: grant, person: AccountID(try row.int(1)), bot: AccountID(try row.int(2)),
            term: GrantTerm(rawValue: try row.text(6)) ?? .once)
    }
}
