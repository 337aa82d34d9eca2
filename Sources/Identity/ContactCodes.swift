import Crypto
package import Database
package import Model

/// A way to reach somebody that a code can be sent to.
package enum ContactKind: String, Sendable, CaseIterable {
    case email, phone

    package var attribute: Attributes.Name { self == .email ? .email : .phone }
}

/// Codes of six digits that show whose an address is: who reads what was sent there can tell the code.
package enum ContactCodes {
    package static let lifetime: Int64 = 10 * 60_000
    /// Wrong codes until the right one is gone: a guesser finds one of a million with a chance of 5 in a million.
    package static let tries: Int64 = 5

    private static let hour: Int64 = 3_600_000
    private static let pause: Int64 = 60_000
    private static let hourlyOfPerson = 3
    /// Over all persons, so that nobody can have an address flooded.
    private static let hourlyOfAddress = 5

    package struct Made: Sendable {
        /// Not kept: it can be sent now and never again.
        package let code: String
        package let expiresAt: Int64
    }

    package enum Outcome: Sendable, Equatable {
        case verified
        case wrong(triesLeft: Int64)
        /// None waits: never asked for, expired, used, or tried too often.
        case none
    }

    /// Makes a code for an address that a person says is theirs. One that waited for the same kind is void.
    /// - Throws: ``StoaError/Code/badRequest`` for what is no address, ``StoaError/Code/rateLimited``.
    package static func make(
        _ kind: ContactKind, _ address: String, of person: AccountID, now: Int64, in tx: Transaction
    ) throws -> Made {
        try check(address, kind)
        let addressDigest = SHA256.hash(Array(address.lowercased().utf8))
        try throttle(person, addressDigest, now: now, in: tx)
        try tx.execute(
            "INSERT INTO contact_sends (account_id, address_digest, sent_at) VALUES (?, ?, ?)", .int(person.value),
            .blob(addressDigest), .int(now))
        let digits = String(SecureRandom.number(below: 1_000_000))
        let code = String(repeating: "0", count: 6 - digits.utf8.count) + digits
        let salt = SecureRandom.bytes(16)
        let expiresAt = now + lifetime
        try tx.execute(
            """
            INSERT INTO contact_codes (account_id, kind, address, salt, code_digest, expires_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET address = excluded.address, salt = excluded.salt, code_digest = excluded.code_digest,
              expires_at = excluded.expires_at, tries = 0
            """,
            .int(person.value), .text(kind.rawValue), .text(address), .blob(salt), .blob(digest(code, salt)), .int(expiresAt))
        return Made(code: code, expiresAt: expiresAt)
    }

    /// Compares, and with the right code records the address as the person's.
    ///
    /// Tells what it found rather than throwing: a wrong try must be counted, and what throws is rolled back.
    package static func confirm(
        _ kind: ContactKind, code: String, of person: AccountID, now: Int64, in tx: Transaction
    ) throws -> Outcome {
        let waiting = try tx.first(
            "SELECT address, salt, code_digest, tries FROM contact_codes WHERE account_id = ? AND kind = ? AND expires_at > ?",
            .int(person.value), .text(kind.rawValue), .int(now)
        ) { (address: try $0.text(0), salt: try $0.bytes(1), digest: try $0.bytes(2), tries: try $0.int(3)) }
        guard let waiting else { return .none }
        guard constantTimeEqual(waiting.digest, digest(code, waiting.salt)) else {
            let left = tries - waiting.tries - 1
            if left > 0 {
                try tx.execute(
                    "UPDATE contact_codes SET tries = tries + 1 WHERE account_id = ? AND kind = ?", .int(person.value),
                    .text(kind.rawValue))
            } else {
                try drop(kind, of: person, in: tx)
            }
            return .wrong(triesLeft: max(0, left))
        }
        try drop(kind, of: person, in: tx)
        try Attributes.set(kind.attribute, to: waiting.address, of: person, by: .code, now: now, in: tx)
        return .verified
    }

    /// Gives up a code that could not be sent. That it was asked for still counts.
    package static func drop(_ kind: ContactKind, of person: AccountID, in tx: Transaction) throws {
        try tx.execute(
            "DELETE FROM contact_codes WHERE account_id = ? AND kind = ?", .int(person.value), .text(kind.rawValue))
    }

    package static func removeExpired(now: Int64, in tx: Transaction) throws {
        try tx.execute("DELETE FROM contact_codes WHERE expires_at <= ?", .int(now))
        try tx.execute("DELETE FROM contact_sends WHERE sent_at <= ?", .int(now - hour))
    }

    /// Besides what an attribute has to be: nothing that a program which sends could take for an option or for several
    /// addresses.
    private static func check(_ address: String, _ kind: ContactKind) throws {
        try Attributes.check(address, for: kind.attribute)
        let special = Array(",;:<>()[]\\\"'".utf8)
        guard address.utf8.first != UInt8(ascii: "-"), !address.utf8.contains(where: special.contains) else {
            throw StoaError(
                .badRequest, "\(kind.rawValue) must be one plain address: not quoted, not a list, no hyphen at its beginning.")
        }
    }

    private static func throttle(_ person: AccountID, _ addressDigest: [UInt8], now: Int64, in tx: Transaction) throws {
        let ofPerson = try tx.query(
            "SELECT sent_at FROM contact_sends WHERE account_id = ? AND sent_at > ? ORDER BY sent_at DESC", .int(person.value),
            .int(now - hour)
        ) { try $0.int(0) }
        if let last = ofPerson.first, now - last < pause { throw tooOften(until: last + pause, now) }
        // Once the oldest of those is an hour old, there is room for one more.
        if ofPerson.count >= hourlyOfPerson { throw tooOften(until: ofPerson[hourlyOfPerson - 1] + hour, now) }
        let ofAddress = try tx.query(
            "SELECT sent_at FROM contact_sends WHERE address_digest = ? AND sent_at > ? ORDER BY sent_at DESC",
            .blob(addressDigest), .int(now - hour)
        ) { try $0.int(0) }
        if ofAddress.count >= hourlyOfAddress { throw tooOften(until: ofAddress[hourlyOfAddress - 1] + hour, now) }
    }

    private static func tooOften(until: Int64, _ now: Int64) -> StoaError {
        let wait = max(1000, until - now)
        return StoaError(
            .rateLimited, "Too many codes were asked for. Try again in \((wait + 999) / 1000) s.", retryAfter: wait)
    }

    /// Of a million codes anybody finds the right one from its digest: it keeps codes from being seen by chance. What
    /// protects them is that they end soon.
    private static func digest(_ code: String, _ salt: [UInt8]) -> [UInt8] { SHA256.hash(salt + Array(code.utf8)) }
}
