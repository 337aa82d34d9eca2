package import Database
package import Model
package import Permissions

/// A question to a person for their consent, which a conversation waits for.
package struct Consent: Sendable, Equatable {
    /// That of the conversation's wait.
    package let id: ConsentID
    package let person: AccountID
    package let bot: AccountID
    /// Whose manifest tells the reason.
    package let version: AppVersionID
    package let chat: ChatID?
    package let conversation: ConversationID
    package let capability: Capability.Name
    /// See ``Permissions/Request/detail``.
    package let detail: String
    /// How many uses a day are asked for; nil where that is not limited.
    package let perDay: Int?
    /// Milliseconds since 1970 UTC.
    package let askedAt: Int64

    package init(
        id: ConsentID, person: AccountID, bot: AccountID, version: AppVersionID, chat: ChatID?, conversation: ConversationID,
        capability: Capability.Name, detail: String, perDay: Int? = nil, askedAt: Int64
    ) {
        self.id = id
        self.person = person
        self.bot = bot
        self.version = version
        self.chat = chat
        self.conversation = conversation
        self.capability = capability
        self.detail = detail
        self.perDay = perDay
        self.askedAt = askedAt
    }
}

/// The questions that are open, and how often a person has said no. At most one is open for each person, app and capability.
package enum Consents {
    /// - Returns: false when the app asks the person for the capability already, in another conversation.
    package static func open(_ consent: Consent, in tx: Transaction) throws -> Bool {
        try tx.execute(
            """
            INSERT OR IGNORE INTO consents
              (id, person_id, bot_id, version_id, chat_id, conversation_id, capability, detail, asked_at, per_day)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(consent.id.value), .int(consent.person.value), .int(consent.bot.value), .int(consent.version.value),
            .optional(consent.chat?.value), .int(consent.conversation.value), .text(consent.capability.rawValue),
            .text(consent.detail), .int(consent.askedAt), .optional(consent.perDay.map(Int64.init))) == 1
    }

    /// Those put to a person, oldest first.
    package static func all(of person: AccountID, in tx: ReadTransaction) throws -> [Consent] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, version_id, chat_id, conversation_id, capability, detail, asked_at, per_day
            FROM consents
            WHERE person_id = ? ORDER BY id
            """, .int(person.value)
        ) { try Consent(row: $0) }.compactMap { $0 }
    }

    /// Those that a conversation waits for.
    package static func all(by conversation: ConversationID, in tx: ReadTransaction) throws -> [Consent] {
        try tx.query(
            """
            SELECT id, person_id, bot_id, version_id, chat_id, conversation_id, capability, detail, asked_at, per_day
            FROM consents
            WHERE conversation_id = ? ORDER BY id
            """, .int(conversation.value)
        ) { try Consent(row: $0) }.compactMap { $0 }
    }

    /// The one that the app has put to the person about a capability.
    package static func first(
        of person: AccountID, by bot: AccountID, about capability: Capability.Name, in tx: ReadTransaction
    ) throws -> Consent? {
        try all(of: person, in: tx).first { $0.bot == bot && $0.capability == capability }
    }

    /// - Returns: whether it was open.
    package static func close(_ id: ConsentID, in tx: Transaction) throws -> Bool {
        try tx.execute("DELETE FROM consents WHERE id = ?", .int(id.value)) == 1
    }

    package static func refusals(
        of person: AccountID, to bot: AccountID, about capability: Capability.Name, in tx: ReadTransaction
    ) throws -> Refusals {
        try tx.first(
            "SELECT count, last, withdrawn FROM refusals WHERE person_id = ? AND bot_id = ? AND capability = ?",
            .int(person.value),
            .int(bot.value), .text(capability.rawValue)
        ) { Refusals(count: Int(clamping: try $0.int(0)), last: try $0.int(1), withdrawn: try $0.int(2)) } ?? .none
    }

    /// The app gave a question up that was not answered.
    package static func note(withdrawn consent: Consent, now: Int64, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO refusals (person_id, bot_id, capability, count, last, withdrawn) VALUES (?, ?, ?, 0, 0, ?)
            ON CONFLICT DO UPDATE SET withdrawn = excluded.withdrawn
            """,
            .int(consent.person.value), .int(consent.bot.value), .text(consent.capability.rawValue), .int(now))
    }

    /// One more no; a yes makes them all forgotten.
    package static func note(
        refusal: Bool, of person: AccountID, to bot: AccountID, about capability: Capability.Name, now: Int64, in tx: Transaction
    ) throws {
        guard refusal else {
            try tx.execute(
                "DELETE FROM refusals WHERE person_id = ? AND bot_id = ? AND capability = ?", .int(person.value), .int(bot.value),
                .text(capability.rawValue))
            return
        }
        try tx.execute(
            """
            INSERT INTO refusals (person_id, bot_id, capability, count, last) VALUES (?, ?, ?, 1, ?)
            ON CONFLICT DO UPDATE SET count = count + 1, last = excluded.last
            """,
            .int(person.value), .int(bot.value), .text(capability.rawValue), .int(now))
    }
}

extension Consent {
    /// Nil for a capability that this version of Stoa does not know.
    fileprivate init?(row: Row) throws {
        guard let capability = Capability.Name(rawValue: try row.text(6)) else { return nil }
        self.init(
            id: ConsentID(try row.int(0)), person: AccountID(try row.int(1)), bot: AccountID(try row.int(2)),
            version: AppVersionID(try row.int(3)), chat: try row.intOrNil(4).map(ChatID.init),
            conversation: ConversationID(try row.int(5)), capability: capability, detail: try row.text(7),
            perDay: try row.intOrNil(9).map { Int($0) }, askedAt: try row.int(8))
    }
}
