import AdminAPI

/// `stoa user create`: makes a user and signs them in.
struct UserCreateCommand: Command {
    static let password = CommandOption<String?>.text(
        "password", "P", "The password to sign in with; without one only the token works")
    static let display = CommandOption<String?>.text("display", "TEXT", "The name others see (default: NAME)")

    static let spec = CommandSpec(
        path: ["user", "create"],
        summary: "Makes a user",
        description: """
            Makes a user and prints {"id":…,"name":…,"token":…}. The token is a session of the client API: keep it secret.
            Needs the running server of the data folder.
            """,
        positionals: [PositionalSpec(name: "NAME", help: "1 to 32 letters, digits or underscores, a letter first")],
        options: [password.spec, display.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [
            CommandExample(
                "stoa user create carol --password 'a long one' --display \"Carol K.\"", "Makes carol, who can sign in.")
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let request = AdminRequest(
            .createUser, name: arguments.value("NAME"), password: arguments[password], display: arguments[display])
        let reply = try await ServerConnection.ask(request, arguments)
        return try CreatedAccount.report(reply, console)
    }
}
