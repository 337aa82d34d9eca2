import Database
import Identity
import Model
import Operations

/// Who asks, as far as it decides what they may do.
extension ClientAPI {
    /// The role is read from the database each time, never remembered: taking it away works at once.
    func actor(_ request: UserRequest) async throws -> Actor {
        let account = request.account
        let isOperator = try await database.read { try Operators.contains(account.id, in: $0) }
        return isOperator ? .operator(account) : .person(account)
    }

    /// - Throws: ``StoaError/Code/forbidden`` to who is no operator.
    func requireOperator(_ request: UserRequest) async throws -> Actor {
        let actor = try await self.actor(request)
        try actor.requireOperator()
        return actor
    }
}
