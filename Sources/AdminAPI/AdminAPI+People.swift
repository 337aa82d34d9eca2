import Identity
import Model
import Operations

/// The role of operators, suspensions, and sign-ins that are lost.
extension AdminAPI {
    func changePerson(_ request: AdminRequest, _ reply: inout AdminReply) async throws {
        let name = try required(request.name, "a user's name")
        switch request.command {
        case .setRole:
            guard let isOperator = request.isOperator else { throw StoaError(.badRequest, "The command needs a role.") }
            try await people.setRole(of: name, isOperator: isOperator, by: .console)
        case .suspendUser:
            try await people.suspend(name, reason: try required(request.value, "a reason"), by: .console)
        case .reinstateUser: try await people.reinstate(name, by: .console)
        case .resetUser:
            let (code, expires) = try await people.resetSignIn(of: name, by: .console)
            reply.reset = .init(code: code, expires: expires)
        default: throw StoaError(.badRequest, "The request is not one that this server knows.")
        }
    }

    func listUsers(send: AdminSocket.Send) async throws {
        var after = ""
        while true {
            let (users, next) = try await people.list(after: after, limit: 200, by: .console)
            for user in users {
                var reply = AdminReply()
                reply.user = Self.line(user)
                guard send(reply) else { return }
            }
            guard let next else { return }
            after = next
        }
    }

    private static func line(_ user: People.Listed) -> AdminReply.UserLine {
        AdminReply.UserLine(
            id: user.account.id.value, name: user.account.name, display: user.account.display, created: user.createdAt,
            isOperator: user.isOperator, suspended: user.suspension?.reason, sessions: user.sessions)
    }
}
