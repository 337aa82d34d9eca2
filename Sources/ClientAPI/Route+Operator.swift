import HTTPServer
import Operations

extension Route.Action {
    /// For operators alone: anybody else gets 403, whatever they ask.
    static func `operator`(
        _ handle: @escaping @Sendable (ClientAPI, UserRequest, Actor) async throws -> HTTPResponse
    ) -> Route.Action {
        .user { api, request in try await handle(api, request, try await api.requireOperator(request)) }
    }
}
