package import Database
package import Model

/// What people set for themselves. Kept apart from ``Model/Account``, which goes along with every message.
package struct Profile: Sendable, Equatable {
    package enum Language: String, Sendable, CaseIterable {
        case english = "en"
        case russian = "ru"
    }

    /// Nil follows the client's.
    package var language: Language?
    package var picture: FileID?

    package init(language: Language? = nil, picture: FileID? = nil) {
        self.language = language
        self.picture = picture
    }
}

package enum Profiles {
    /// An empty one for who has set nothing.
    package static func of(_ account: AccountID, in tx: ReadTransaction) throws -> Profile {
        try tx.first("SELECT language, picture FROM profiles WHERE account_id = ?", .int(account.value)) { row in
            Profile(
                language: try row.textOrNil(0).flatMap(Profile.Language.init(rawValue:)),
                picture: try row.intOrNil(1).map { FileID($0) })
        } ?? Profile()
    }

    package static func set(_ profile: Profile, of account: AccountID, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO profiles (account_id, language, picture) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET language = excluded.language, picture = excluded.picture
            """,
            .int(account.value), .optional(profile.language?.rawValue), .optional(profile.picture?.value))
    }
}
