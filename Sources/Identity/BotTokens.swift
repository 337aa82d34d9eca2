import Crypto
package import Database
package import Model

/// The secrets of bots that run elsewhere: `<account id>:<secret>`, stored as a digest.
package enum BotTokens {
    /// Makes a new token; the one before ends.
    package static func issue(for bot: AccountID, now: Int64, in tx: Transaction) throws -> String {
        let secret = SecureRandom.token()
        try tx.execute(
            """
            INSERT INTO bot_tokens (account_id, secret_digest, created_at) VALUES (?, ?, ?)
            ON CONFLICT (account_id) DO UPDATE SET secret_digest = excluded.secret_digest, created_at = excluded.created_at
            """,
            .int(bot.value), .blob(SHA256.hash(Array(secret.utf8))), .int(now))
        return "\(bot):\(secret)"
    }

    /// The bot that a token belongs to.
    package static func find(_ token: String, in tx: ReadTransaction) throws -> AccountID? {
        let parts = token.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let id = Int64(parts[0]), parts[1].utf8.count <= 128 else { return nil }
        let digest = try tx.first("SELECT secret_digest FROM bot_tokens WHERE account_id = ?", .int(id)) {
            try $0.bytes(0)
        }
        guard let digest, constantTimeEqual(digest, SHA256.hash(Array(String(parts[1]).utf8))) else { return nil }
        return AccountID(id)
    }
}
