import Crypto
package import Database
package import Model

/// Codes with which people who cannot sign in any more set a new password. An operator hands them out.
package enum SignInResets {
    package static let lifetime: Int64 = 24 * 3_600_000

    /// Without those that look like others, on paper or when read out.
    private static let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ")
    private static let group = 4
    private static let groups = 4

    /// Makes a code of 73 random bits, such as `KXQT-MWRB-HFPZ-ANCE`; one before it is void.
    package static func make(for user: AccountID, now: Int64, in tx: Transaction) throws -> (code: String, expiresAt: Int64) {
        let words = (0..<groups).map { _ in
            String((0..<group).map { _ in letters[Int(SecureRandom.number(below: UInt32(letters.count)))] })
        }
        let code = words.joined(separator: "-")
        let expiresAt = now + lifetime
        try tx.execute(
            """
            INSERT INTO sign_in_resets (account_id, code_digest, expires_at) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET code_digest = excluded.code_digest, expires_at = excluded.expires_at
            """,
            .int(user.value), .blob(digest(code)), .int(expiresAt))
        return (code, expiresAt)
    }

    /// Whether this is the user's code, which stays good.
    package static func matches(_ code: String, of user: AccountID, now: Int64, in tx: ReadTransaction) throws -> Bool {
        let digest = try tx.first(
            "SELECT code_digest FROM sign_in_resets WHERE account_id = ? AND expires_at > ?", .int(user.value), .int(now)
        ) { try $0.bytes(0) }
        guard let digest else { return false }
        return constantTimeEqual(digest, Self.digest(code))
    }

    /// Uses the code up. False when it is not the user's, or no longer: of two who use it at once, one does.
    package static func use(_ code: String, of user: AccountID, now: Int64, in tx: Transaction) throws -> Bool {
        guard try matches(code, of: user, now: now, in: tx) else { return false }
        return try tx.execute("DELETE FROM sign_in_resets WHERE account_id = ?", .int(user.value)) > 0
    }

    package static func removeExpired(now: Int64, in tx: Transaction) throws {
        try tx.execute("DELETE FROM sign_in_resets WHERE expires_at <= ?", .int(now))
    }

    /// Of the letters alone: people type blanks for hyphens, and small letters. So many random bits need no salt.
    private static func digest(_ code: String) -> [UInt8] {
        SHA256.hash(code.utf8.prefix(200).map { $0 & 0xDF }.filter { (0x41...0x5A).contains($0) })
    }
}
