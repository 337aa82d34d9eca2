import AdminAPI

/// `stoa user role`: who is an operator.
struct UserRoleCommand: Command {
    static let makes = CommandOption<Bool>.flag("operator", "Makes the user an operator")
    static let none = CommandOption<Bool>.flag("none", "Takes the role away; works at once")

    static let spec = CommandSpec(
        path: ["user", "role"],
        summary: "Makes a user an operator, or takes the role away",
        description: """
            Operators look after the server from the web: they review apps, suspend users, answer reports. They see no messages \
            but their own. Only this command makes operators, so that nobody does with a stolen session. The audit tells of it.
            """,
        positionals: [PositionalSpec(name: "NAME", help: "the user's name")],
        options: [makes.spec, none.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa user role alice --operator", "Makes alice an operator."),
            CommandExample("stoa user role alice --none", "Makes her a user like others."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard arguments[makes] != arguments[none] else {
            throw CommandFailure.usage("the role is missing or given twice", "Give --operator or --none.")
        }
        var request = AdminRequest(.setRole, name: arguments.value("NAME"))
        request.isOperator = arguments[makes]
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
