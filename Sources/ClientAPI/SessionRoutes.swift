import Crypto
import Database
import HTTPServer
import Identity
import Messaging
import Model
import Operations

extension ClientAPI {
    static let sessionRoutes: [Route] = [
        Route(.post, "/v1/sessions", .open { try await $0.signIn($1) }),
        Route(.get, "/v1/sessions", .user { try await $0.listSessions($1) }),
        Route(.post, "/v1/sessions/reset", .open { try await $0.signInAnew($1) }),
        Route(.delete, "/v1/sessions/current", .user { try await $0.endSession($1, id: $1.principal.session.id) }),
        Route(.delete, "/v1/sessions/:id", .user { try await $0.endSession($1, id: try $1.request.id(0, "session")) }),
    ]

    private struct SignIn: Decodable {
        let username: String
        let password: String
    }

    private func signIn(_ request: APIRequest) async throws -> HTTPResponse {
        let body = try request.body(SignIn.self)
        let address = request.http.remoteAddress
        let found = try await database.read { [messaging, sessions] tx in
            try messaging.account(named: body.username, in: tx).map { account in
                (account: account, hash: try sessions.passwordHash(of: account.id, in: tx))
            }
        }
        let matches = try await passwords.run { [throttle, sessions] in
            // Asked here rather than before waiting, so that guesses sent all at once are counted one after another.
            try throttle.check(name: body.username, address: address)
            let matches = sessions.verify(body.password, hash: found?.hash)
            if !matches { throttle.failed(name: body.username, address: address) }
            return matches
        }
        let wrong = StoaError(.unauthorized, "The user name or the password is wrong.")
        guard matches, let account = found?.account else { throw wrong }
        throttle.succeeded(name: body.username)
        let token = try await database.write { [sessions] tx in
            // The password may have ended while it was compared.
            guard try sessions.passwordHash(of: account.id, in: tx) == found?.hash else { throw wrong }
            return try sessions.open(for: account.id, in: tx).token
        }
        return Self.signedIn(account, token)
    }

    private struct Reset: Decodable {
        let username: String
        let code: String
        let password: String
    }

    /// Sets a new password with a code from an operator. Guesses are slowed down as those of passwords are.
    private func signInAnew(_ request: APIRequest) async throws -> HTTPResponse {
        let body = try request.body(Reset.self)
        try Self.checkNewPassword(body.password)
        let address = request.http.remoteAddress
        let account = try await database.read { [messaging] tx -> Account? in
            guard let account = try messaging.account(named: body.username, in: tx) else { return nil }
            let now = messaging.clock.now()
            return try SignInResets.matches(body.code, of: account.id, now: now, in: tx) ? account : nil
        }
        let hash = try await passwords.run { [throttle] () -> String? in
            try throttle.check(name: body.username, address: address)
            if account == nil { throttle.failed(name: body.username, address: address) }
            return try account.map { _ in try Password.hash(body.password) }
        }
        guard let account, let hash else { throw Self.wrongReset }
        let token = try await database.write { [messaging, sessions, people] tx in
            // Looked at again: somebody else may have used it meanwhile.
            let now = messaging.clock.now()
            guard try SignInResets.use(body.code, of: account.id, now: now, in: tx) else { throw Self.wrongReset }
            try sessions.setPassword(hash: hash, of: account.id, in: tx)
            try people.noteResetUsed(by: account, in: tx)
            return try sessions.open(for: account.id, in: tx).token
        }
        throttle.succeeded(name: body.username)
        return Self.signedIn(account, token)
    }

    private static let wrongReset = StoaError(
        .unauthorized, "The user name or the code is wrong, or the code was used or is over. Ask an operator for a new one.")

    static func signedIn(_ account: Account, _ token: String) -> HTTPResponse {
        var response = HTTPResponse.json(201) { writer in
            writer.openObject()
            writer.field("token", token)
            writer.key("user")
            writer.user(account)
            writer.closeObject()
        }
        response.headers.append(("Cache-Control", "no-store"))
        return response
    }

    private func listSessions(_ request: UserRequest) async throws -> HTTPResponse {
        let list = try await database.read { [sessions] tx in try sessions.list(of: request.account.id, in: tx) }
        return .json { writer in
            writer.openObject()
            writer.list("sessions", list) { writer, listed in
                let (session, createdAt) = listed
                writer.openObject()
                writer.field("id", session.id)
                writer.field("created", createdAt)
                writer.field("expires", session.expiresAt)
                writer.field("current", session.id == request.principal.session.id)
                writer.closeObject()
            }
            writer.closeObject()
        }
    }

    private func endSession(_ request: UserRequest, id: Int64) async throws -> HTTPResponse {
        let revoked = try await database.write { [sessions] tx in
            try sessions.revoke(id, of: request.account.id, in: tx)
        }
        guard revoked else { throw StoaError(.notFound, "You have no session \(id).") }
        sessionEnded(id)
        return .noContent
    }
}
