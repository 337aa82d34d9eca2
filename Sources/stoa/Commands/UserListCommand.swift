import AdminAPI
import Model
import Synchronization

/// `stoa user list`: all users.
struct UserListCommand: Command {
    static let spec = CommandSpec(
        path: ["user", "list"],
        summary: "Lists the users",
        description: "Lists the users by name: who is an operator, who is suspended and why, and how many sessions each has.",
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa user list", "Lists them, one on a line.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let asJSON = arguments[SharedOptions.json]
        let found = Mutex<[JSONText]>([])
        try await ServerConnection.ask(AdminRequest(.users), arguments) { reply in
            guard let user = reply.user else { return }
            if asJSON {
                found.withLock { $0.append(json(user)) }
            } else {
                let role = user.isOperator ? "  operator" : ""
                let suspended = user.suspended.map { "  suspended: \($0)" } ?? ""
                let sessions = user.sessions == 1 ? "1 session" : "\(user.sessions) sessions"
                console.out("\(user.name)  \(user.display.visible)  \(sessions)\(role)\(suspended)")
            }
        }
        if asJSON { console.out(json: .array(found.withLock { $0 })) }
        return 0
    }

    private static func json(_ user: AdminReply.UserLine) -> JSONText {
        [
            "id": .integer(user.id), "name": .string(user.name), "display": .string(user.display),
            "created": .integer(user.created), "operator": .bool(user.isOperator),
            "suspended": user.suspended.map { .string($0) } ?? .null, "sessions": .integer(user.sessions),
        ]
    }
}
