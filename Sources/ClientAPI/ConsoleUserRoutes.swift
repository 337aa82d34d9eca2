import HTTPServer
import Identity
import Messaging
import Model
import Operations

/// What operators do about people, from the web. Never anything with what they write.
extension ClientAPI {
    static let consoleUserRoutes: [Route] = [
        Route(.get, "/v1/console/users", .operator { try await $0.listUsers($1, $2) }),
        Route(.post, "/v1/console/users/:name/suspend", .operator { try await $0.suspendUser($1, $2) }),
        Route(.post, "/v1/console/users/:name/reinstate", .operator { try await $0.reinstateUser($1, $2) }),
        Route(.post, "/v1/console/users/:name/reset", .operator { try await $0.resetUser($1, $2) }),
    ]

    private static let usersOfPage = 50

    private func listUsers(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let query = request.request.http
        let (users, next) = try await people.list(
            search: String((query.first("q") ?? "").prefix(64)), after: query.first("after") ?? "", limit: Self.usersOfPage,
            by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("users", users) { $0.listed($1) }
            writer.field("next", next)
            writer.closeObject()
        }
    }

    private struct Reason: Decodable {
        let reason: String
    }

    private func suspendUser(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        try await people.suspend(
            request.request.parameters[0], reason: try request.body(Reason.self).reason, by: actor)
        return .noContent
    }

    private func reinstateUser(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        try await people.reinstate(request.request.parameters[0], by: actor)
        return .noContent
    }

    private func resetUser(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let (code, expires) = try await people.resetSignIn(
            of: request.request.parameters[0], by: actor)
        var response = HTTPResponse.json { writer in
            writer.openObject()
            writer.field("code", code)
            writer.field("expires", expires)
            writer.closeObject()
        }
        response.headers.append(("Cache-Control", "no-store"))
        return response
    }
}

extension JSONWriter {
    fileprivate mutating func listed(_ user: People.Listed) {
        openObject()
        field("id", user.account.id.value)
        field("name", user.account.name)
        field("display", user.account.display)
        field("created", user.createdAt)
        field("operator", user.isOperator)
        key("suspended")
        if let suspension = user.suspension {
            openObject()
            field("date", suspension.date)
            field("reason", suspension.reason)
            closeObject()
        } else {
            null()
        }
        field("sessions", user.sessions)
        closeObject()
    }
}
