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
        /// How often it was used.
        package let uses: Int64
    }

    /// - Parameter uses: made at once by the answer that gives it.
    package static func give(
        _ id: GrantID, to consent: Consent, term: GrantTerm, uses: Int64, now: Int64, in tx: Transaction
    ) throws {
        let today = consent.perDay == nil ? (begin: 0, used: 0) : try replaceAllowances(by: consent, now: now, in: tx)
        let isThereOnly = term == .chat || CapabilityRegistry.capability(consent.capability).isAboutChat
        try tx.execute(
            """
            INSERT INTO grants (id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, per_day, uses,
              day_begin, used_in_day)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(id.value), .int(consent.person.value), .int(consent.bot.value), .text(consent.capability.rawValue),
            .text(consent.detail), .optional(isThereOnly ? consent.chat?.value : nil), .text(term.rawValue), .int(now),
            .optional(term.end(from: now)), .optional(consent.perDay.map(Int64.init)), .int(uses), .int(today.begin),
            .int(today.used))
    }

    /// A new allowance takes the place of those before, and what was used of them today counts for it, also of one that was taken
    /// back: together they never come to more than the person has seen.
    private static func replaceAllowances(
        by consent: Consent, now: Int64, in tx: Transaction
    ) throws -> (begin: Int64, used: Int64) {
        let whose: [SQLValue] = [
            .int(consent.person.value), .int(consent.bot.value), .text(consent.capability.rawValue),
        ]
        try tx.execute(
            "UPDATE grants SET end_at = ?4 WHERE person_id = ?1 AND bot_id = ?2 AND capability = ?3 AND end_at IS NULL",
            whose[0], whose[1], whose[2], .int(now))
        // The newest of a day has those before it counted in.
        return try tx.first(
            """
            SELECT day_begin, used_in_day FROM grants
            WHERE person_id = ? AND bot_id = ? AND capability = ? AND day_begin > ? ORDER BY id DESC LIMIT 1
            """, whose[0], whose[1], whose[2], .int(now - Grant.Allowance.day)
        ) { (begin: try $0.int(0), used: try $0.int(1)) } ?? (begin: 0, used: 0)
    }

    /// Counts one use, by ``Permissions/Grant/Allowance``, of a grant that stands and has one left.
    /// - Returns: false when it was taken back meanwhile, or all uses of the day are made.
    package static func use(_ id: GrantID, now: Int64, in tx: Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE grants SET uses = uses + 1,
              used_in_day = CASE WHEN ?2 >= day_begin + ?3 THEN 1 ELSE used_in_day + 1 END,
              day_begin = CASE WHEN ?2 >= day_begin + ?3 THEN ?2 ELSE day_begin END
            WHERE id = ?1 AND end_at IS NULL AND (until IS NULL OR until > ?2)
              AND (per_day IS NULL OR ?2 >= day_begin + ?3 OR used_in_day < per_day)
            """, .int(id.value), .int(now), .int(Grant.Allowance.day)) == 1
    }

    /// Those that can bear on a use there and then: of the person, to the app, for this very question, neither over nor taken
    /// back. The newest first, at most 16, any of which would do.
    package static func bearing(
        on capability: Capability.Name, detail: String, of person: AccountID, to bot: AccountID, in chat: ChatID?,
        at now: Int64, _ tx: ReadTransaction
    ) throws -> [Grant] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at, per_day, uses, day_begin,
              used_in_day
            FROM grants
            WHERE person_id = ? AND bot_id = ? AND capability = ? AND detail = ? AND end_at IS NULL
              AND (until IS NULL OR until > ?) AND (chat_id IS NULL OR chat_id = ?)
            ORDER BY begin_at DESC LIMIT 16
            """,
            .int(person.value), .int(bot.value), .text(capability.rawValue), .text(detail), .int(now),
            .optional(chat?.value)
        ) { try held($0) }.compactMap { $0?.grant }
    }

    /// A person's grants, newest first.
    package static func all(of person: AccountID, limit: Int = 1000, in tx: ReadTransaction) throws -> [Held] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at, per_day, uses, day_begin,
              used_in_day
            FROM grants
            WHERE person_id = ? ORDER BY id DESC LIMIT ?
            """, .int(person.value), .int(Int64(limit))
        ) { try held($0) }.compactMap { $0 }
    }

    package static func grant(_ id: GrantID, in tx: ReadTransaction) throws -> Held? {
        try tx.first(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at, per_day, uses, day_begin,
              used_in_day
            FROM grants WHERE id = ?
            """, .int(id.value)
        ) { try held($0) } ?? nil
    }

    /// - Returns: false when it was taken back before.
    package static func takeBack(_ id: GrantID, now: Int64, in tx: Transaction) throws -> Bool {
        try tx.execute("UPDATE grants SET end_at = ? WHERE id = ? AND end_at IS NULL", .int(now), .int(id.value)) == 1
    }

    /// - Returns: those that stood.
    package static func standing(of person: AccountID, to bot: AccountID? = nil, now: Int64, in tx: ReadTransaction) throws
        -> [Held]
    {
        try tx.query(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at, per_day, uses, day_begin,
              used_in_day
            FROM grants WHERE person_id = ?1 AND (?2 IS NULL OR bot_id = ?2) AND end_at IS NULL
              AND (until IS NULL OR until > ?3) ORDER BY id
            """, .int(person.value), .optional(bot?.value), .int(now)
        ) { try held($0) }.compactMap { $0 }
    }

    /// Those of anybody that stand for one chat and one question.
    package static func standing(
        in chat: ChatID, to bot: AccountID, _ capability: Capability.Name, detail: String, now: Int64, _ tx: ReadTransaction
    ) throws -> [Grant] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, capability, detail, chat_id, term, begin_at, until, end_at, per_day, uses, day_begin,
              used_in_day
            FROM grants WHERE chat_id = ? AND bot_id = ? AND capability = ? AND detail = ? AND end_at IS NULL
              AND (until IS NULL OR until > ?)
            """, .int(chat.value), .int(bot.value), .text(capability.rawValue), .text(detail), .int(now)
        ) { try held($0) }.compactMap { $0?.grant }
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
            begin: try row.int(7), until: try row.intOrNil(8), end: try row.intOrNil(9),
            allowance: try row.intOrNil(10).map { perDay in
                Grant.Allowance(perDay: Int(perDay), dayBegin: try row.int(12), usedInDay: Int(try row.int(13)))
            })
        return Held(
            grant: grant, person: AccountID(try row.int(1)), bot: AccountID(try row.int(2)),
            term: GrantTerm(rawValue: try row.text(6)) ?? .once, uses: try row.int(11))
    }
}
