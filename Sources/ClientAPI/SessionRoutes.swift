import Database
import HTTPServer
import Identity
import Messaging
import Model

extension ClientAPI {
    static let sessionRoutes: [Route] = [
        Route(.post, "/v1/sessions", .open { try await $0.signIn($1) }),
        Route(.get, "/v1/sessions", .user { try await $0.listSessions($1) }),
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
        guard matches, let account = found?.account else {
            throw StoaError(.unauthorized, "The user name or the password is wrong.")
        }
        throttle.succeeded(name: body.username)
        let token = try await database.write { [sessions] tx in try sessions.open(for: account.id, in: tx).token }
        return Self.signedIn(account, token)
    }

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
            writer.key("sessions")
            writer.openArray()
            for (session, createdAt) in list {
                writer.element()
                writer.openObject()
                writer.field("id", session.id)
                writer.field("created", createdAt)
                writer.field("expires", session.expiresAt)
                writer.field("current", session.id == request.principal.session.id)
                writer.closeObject()
            }
            writer.closeArray()
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
