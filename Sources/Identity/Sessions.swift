import Crypto
package import Database
package import Model

/// A signed-in client of a user.
package struct Session: Sendable, Equatable {
    package let id: Int64
    package let account: AccountID
    /// Milliseconds since 1970 UTC.
    package let expiresAt: Int64
}

/// Passwords and the sessions they open. Tokens and passwords are stored as digests only.
package struct Sessions: Sendable {
    /// A session ends after 90 days.
    package static let lifetime: Int64 = 90 * 24 * 3600 * 1000

    private let ids: IDGenerator
    private let clock: Clock
    /// Checked when no such user exists, so that the answer takes as long as for a wrong password.
    private let decoy: String

    package init(ids: IDGenerator, clock: Clock) throws {
        self.ids = ids
        self.clock = clock
        decoy = try Password.hash(SecureRandom.token())
    }

    /// - Parameter hash: from ``Crypto/Password/hash(_:)``; hashing takes tens of milliseconds and is the caller's to place.
    package func setPassword(hash: String, of account: AccountID, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO passwords (account_id, hash, changed_at) VALUES (?, ?, ?)
            ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
            """,
            .int(account.value), .text(hash), .int(clock.now()))
    }

    package func passwordHash(of account: AccountID, in tx: ReadTransaction) throws -> String? {
        try tx.first("SELECT hash FROM passwords WHERE account_id = ?", .int(account.value)) { try $0.text(0) }
    }

    /// Takes tens of milliseconds: call it off the event loops and the cooperative pool.
    package func verify(_ password: String, hash: String?) -> Bool {
        let matches = Password.verify(password, against: hash ?? decoy)
        return matches && hash != nil
    }

    /// - Returns: the token, which is not kept and cannot be shown again.
    /// - Throws: ``StoaError/Code/forbidden`` with the reason when the account is suspended: asked here, so that no way of
    ///   signing in can forget to.
    package func open(for account: AccountID, in tx: Transaction) throws -> (token: String, session: Session) {
        try Suspensions.check(account, in: tx)
        let token = SecureRandom.token()
        let session = Session(id: ids.next(), account: account, expiresAt: clock.now() + Self.lifetime)
        try tx.execute(
            "INSERT INTO sessions (id, account_id, token_digest, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            .int(session.id), .int(account.value), .blob(Self.digest(token)), .int(clock.now()),
            .int(session.expiresAt))
        return (token, session)
    }

    /// The session that a token opens, unless it was revoked or has expired.
    package func find(token: String, in tx: ReadTransaction) throws -> Session? {
        guard (16...128).contains(token.utf8.count) else { return nil }
        return try tx.first(
            "SELECT id, account_id, expires_at FROM sessions WHERE token_digest = ? AND expires_at > ?",
            .blob(Self.digest(token)), .int(clock.now())
        ) { Session(id: try $0.int(0), account: AccountID(try $0.int(1)), expiresAt: try $0.int(2)) }
    }

    package func list(of account: AccountID, in tx: ReadTransaction) throws -> [(session: Session, createdAt: Int64)] {
        try tx.query(
            "SELECT id, expires_at, created_at FROM sessions WHERE account_id = ? AND expires_at > ? ORDER BY id DESC",
            .int(account.value), .int(clock.now())
        ) { (Session(id: try $0.int(0), account: account, expiresAt: try $0.int(1)), try $0.int(2)) }
    }

    /// False when the account has no such session.
    package func revoke(_ id: Int64, of account: AccountID, in tx: Transaction) throws -> Bool {
        try tx.execute("DELETE FROM sessions WHERE id = ? AND account_id = ?", .int(id), .int(account.value)) == 1
    }

    /// - Returns: the sessions that ended, so that whoever holds one in memory can be told.
    package func revokeAll(of account: AccountID, in tx: Transaction) throws -> [Int64] {
        try tx.query("DELETE FROM sessions WHERE account_id = ? RETURNING id", .int(account.value)) { try $0.int(0) }
    }

    /// How many are open.
    package func count(of account: AccountID, in tx: ReadTransaction) throws -> Int64 {
        try tx.first(
            "SELECT count(*) FROM sessions WHERE account_id = ? AND expires_at > ?", .int(account.value), .int(clock.now())
        ) { try $0.int(0) } ?? 0
    }

    package func removePassword(of account: AccountID, in tx: Transaction) throws {
        try tx.execute("DELETE FROM passwords WHERE account_id = ?", .int(account.value))
    }

    package func removeExpired(in tx: Transaction) throws {
        try tx.execute("DELETE FROM sessions WHERE expires_at <= ?", .int(clock.now()))
    }

    /// A token is 256 random bits, so one unsalted hash is enough to keep a stolen table useless.
    private static func digest(_ token: String) -> [UInt8] { SHA256.hash(Array(token.utf8)) }
}
