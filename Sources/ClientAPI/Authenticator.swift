import Database
package import Identity
import Messaging
package import Model
import Synchronization

/// Who is behind a token: the session it opens and the account of that session.
package struct Principal: Sendable, Equatable {
    package let session: Session
    package let account: Account
}

/// Finds out who a token belongs to, in memory after the first time.
final class Authenticator: Sendable {
    /// The cache has two halves: when the young one is full it becomes the old one, and what is not asked for by the next
    /// turn is forgotten.
    private struct Cache {
        var young: [String: Principal] = [:]
        var old: [String: Principal] = [:]
        /// Sessions that ended a short while ago, so that a look-up under way does not bring one back.
        var ended: [Int64] = []
        /// Counts changes of accounts: what was looked up before one is not remembered after it.
        var changes = 0
    }

    private static let halfSize = 10_000
    private static let rememberedEnds = 1_000

    private let database: Database
    private let messaging: Messaging
    private let sessions: Sessions
    private let cache = Mutex(Cache())

    init(database: Database, messaging: Messaging, sessions: Sessions) {
        self.database = database
        self.messaging = messaging
        self.sessions = sessions
    }

    /// Answers from memory; nil says nothing about the token.
    func cached(_ token: String) -> Principal? {
        let found = cache.withLock { cache -> Principal? in
            if let principal = cache.young[token] { return principal }
            guard let principal = cache.old[token] else { return nil }
            Self.insert(principal, token, into: &cache)
            return principal
        }
        guard let found, !hasExpired(found) else { return nil }
        return found
    }

    /// Nil when the token opens no session. `completion` runs at once or on a database thread.
    func find(_ token: String, completion: @escaping @Sendable (Result<Principal?, any Error>) -> Void) {
        if let principal = cached(token) { return completion(.success(principal)) }
        let changes = changes
        database.read { [self] tx in
            try look(up: token, since: changes, in: tx)
        } completion: {
            completion($0)
        }
    }

    func find(_ token: String) async throws -> Principal? {
        if let principal = cached(token) { return principal }
        let changes = changes
        return try await database.read { [self] tx in try look(up: token, since: changes, in: tx) }
    }

    func hasExpired(_ principal: Principal) -> Bool { principal.session.expiresAt <= messaging.clock.now() }

    /// Forgets a session that was revoked.
    func sessionEnded(_ id: Int64) {
        cache.withLock { cache in
            if cache.ended.count >= Self.rememberedEnds { cache.ended.removeFirst(Self.rememberedEnds / 2) }
            cache.ended.append(id)
            for (token, principal) in cache.young where principal.session.id == id { cache.young[token] = nil }
            for (token, principal) in cache.old where principal.session.id == id { cache.old[token] = nil }
        }
    }

    /// Forgets what an account looked like.
    func accountChanged(_ id: AccountID) {
        cache.withLock { cache in
            cache.changes += 1
            for (token, principal) in cache.young where principal.account.id == id { cache.young[token] = nil }
            for (token, principal) in cache.old where principal.account.id == id { cache.old[token] = nil }
        }
    }

    private var changes: Int { cache.withLock { $0.changes } }

    func hasEnded(_ id: Int64) -> Bool { cache.withLock { $0.ended.contains(id) } }

    private func look(up token: String, since changes: Int, in tx: ReadTransaction) throws -> Principal? {
        guard let session = try sessions.find(token: token, in: tx),
            let account = try messaging.account(session.account, in: tx)
        else { return nil }
        let principal = Principal(session: session, account: account)
        return cache.withLock { cache in
            guard !cache.ended.contains(session.id) else { return nil }
            if cache.changes == changes { Self.insert(principal, token, into: &cache) }
            return principal
        }
    }

    private static func insert(_ principal: Principal, _ token: String, into cache: inout Cache) {
        if cache.young.count >= halfSize {
            cache.old = cache.young
            cache.young = [:]
        }
        cache.young[token] = principal
    }
}
