package import Apps
package import Database
package import Identity
package import Messaging
package import Model
import Synchronization

/// What operators do about people: the role, suspensions, sign-ins that are lost. Never anything with what they write.
///
/// Every step is one transaction with its entry in the audit, which the person sees too.
package final class People: Sendable {
    let database: Database
    let messaging: Messaging
    let sessions: Sessions
    let audit: Audit
    private let onSessionEnd = Mutex<@Sendable (Int64) -> Void>({ _ in })

    package init(database: Database, messaging: Messaging, sessions: Sessions, audit: Audit) {
        self.database = database
        self.messaging = messaging
        self.sessions = sessions
        self.audit = audit
    }

    /// To be told by whoever keeps sessions in memory or has sockets open for them.
    package func whenSessionEnds(_ body: @escaping @Sendable (Int64) -> Void) { onSessionEnd.withLock { $0 = body } }

    /// With the console alone: with a stolen session of an operator nobody makes more operators.
    package func setRole(of name: String, isOperator: Bool, by actor: Actor) async throws {
        guard case .console = actor else {
            throw StoaError(.forbidden, "Operators are made on the server: \"stoa user role NAME --operator\".")
        }
        try await database.write { [messaging, audit] tx in
            let user = try Self.user(name, messaging, in: tx)
            let now = messaging.clock.now()
            guard try Operators.set(user.id, isOperator: isOperator, now: now, in: tx) else { return }
            let details = isOperator ? "is an operator now" : "is no operator any more"
            try audit.append(Audit.Entry(.roleChanged, by: actor.name, person: user.id, details), now: now, in: tx)
        }
    }

    /// Ends all sessions, and lets none begin until the user is reinstated.
    package func suspend(_ name: String, reason: String, by actor: Actor) async throws {
        let ended = try await change(name, .suspended, "because: \(reason)", by: actor) { [sessions] user, now, tx in
            try Suspensions.begin(user.id, reason: reason, by: actor.name, now: now, in: tx)
            return try sessions.revokeAll(of: user.id, in: tx)
        }
        tell(ended)
    }

    /// The user can sign in again. Sessions from before do not come back.
    package func reinstate(_ name: String, by actor: Actor) async throws {
        try await change(name, .reinstated, "can sign in again", by: actor) { user, _, tx in
            try Suspensions.end(user.id, in: tx)
        }
    }

    /// For who has lost the password, or whose sessions somebody else may have: ends those and the password.
    /// - Returns: a code with which a new password can be set, once.
    package func resetSignIn(of name: String, by actor: Actor) async throws -> (code: String, expiresAt: Int64) {
        let details = "all sessions and the password ended; a code for a new one was handed out"
        let (ended, code, expiresAt) = try await change(name, .signInReset, details, by: actor) { [sessions] user, now, tx in
            let ended = try sessions.revokeAll(of: user.id, in: tx)
            try sessions.removePassword(of: user.id, in: tx)
            let made = try SignInResets.make(for: user.id, now: now, in: tx)
            return (ended, made.code, made.expiresAt)
        }
        tell(ended)
        return (code, expiresAt)
    }

    /// Part of the transaction that sets the new password: the person sees when it was done, also if it was not by them.
    package func noteResetUsed(by user: Account, in tx: Transaction) throws {
        try audit.append(
            Audit.Entry(.signInReset, by: user.name, person: user.id, "a new password was set with the code"),
            now: messaging.clock.now(), in: tx)
    }

    private func change<T: Sendable>(
        _ name: String, _ kind: Audit.Kind, _ details: String, by actor: Actor,
        _ body: @escaping @Sendable (Account, Int64, Transaction) throws -> T
    ) async throws -> T {
        try actor.requireOperator()
        return try await database.write { [messaging, audit] tx in
            let user = try Self.user(name, messaging, in: tx)
            try Self.check(actor, mayChange: user, in: tx)
            let now = messaging.clock.now()
            let value = try body(user, now, tx)
            try audit.append(Audit.Entry(kind, by: actor.name, person: user.id, details), now: now, in: tx)
            return value
        }
    }

    /// One operator's stolen session must not lock the others out, or let anybody sign in as one of them.
    private static func check(_ actor: Actor, mayChange user: Account, in tx: ReadTransaction) throws {
        guard case .operator = actor, try Operators.contains(user.id, in: tx) else { return }
        throw StoaError(
            .forbidden, "\(user.name) is an operator. That is done on the server only: \"stoa user --help\" shows how.")
    }

    private static func user(_ name: String, _ messaging: Messaging, in tx: ReadTransaction) throws -> Account {
        let account = try messaging.requireAccount(named: name, in: tx)
        guard account.kind == .user else { throw StoaError(.badRequest, "\(account.name) is a bot, no user.") }
        return account
    }

    private func tell(_ ended: [Int64]) {
        let body = onSessionEnd.withLock { $0 }
        for id in ended { body(id) }
    }
}

// MARK: - Looking

extension People {
    package struct Listed: Sendable {
        package let account: Account
        package let createdAt: Int64
        package let isOperator: Bool
        package let suspension: Suspension?
        package let sessions: Int64
    }

    /// Users by name.
    /// - Parameters:
    ///   - search: part of a name or display name, in any case; empty for all.
    ///   - after: the name that the page before ended with.
    /// - Returns: `next`, where the next page goes on after; nil on the last.
    package func list(
        search: String = "", after: String = "", limit: Int, by actor: Actor
    ) async throws -> (users: [Listed], next: String?) {
        try actor.requireOperator()
        let search = search.lowercased()
        return try await database.read { [self] tx in
            var found: [(account: Account, createdAt: Int64)] = []
            var last = after
            while found.count <= limit {
                let page = try messaging.users(after: last, limit: Self.scanned, in: tx)
                found += page.filter { search.isEmpty || Self.matches($0.account, search) }
                guard page.count == Self.scanned, let end = page.last else { break }
                last = end.account.name
            }
            let users = try found.prefix(limit).map { user in
                Listed(
                    account: user.account, createdAt: user.createdAt,
                    isOperator: try Operators.contains(user.account.id, in: tx),
                    suspension: try Suspensions.of(user.account.id, in: tx),
                    sessions: try sessions.count(of: user.account.id, in: tx))
            }
            return (users, found.count > limit ? users.last?.account.name : nil)
        }
    }

    /// Read at once. Compared here, since SQLite knows upper and lower case of ASCII only.
    private static var scanned: Int { 500 }

    private static func matches(_ account: Account, _ search: String) -> Bool {
        account.name.lowercased().contains(search) || account.display.lowercased().contains(search)
    }
}
