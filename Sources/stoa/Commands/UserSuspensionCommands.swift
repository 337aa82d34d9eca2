import AdminAPI

private let userName = PositionalSpec(name: "NAME", help: "the user's name")

/// `stoa user suspend`: keeps somebody out.
struct UserSuspendCommand: Command {
    static let reason = CommandOption<String?>.text("reason", "TEXT", "Why; the user reads it")

    static let spec = CommandSpec(
        path: ["user", "suspend"],
        summary: "Keeps a user from signing in, and ends their sessions",
        description: """
            Ends all sessions of the user at once and lets none begin. Who signs in with the right password reads the reason. \
            What the user has written stays. The audit tells of it, also to the user.
            """,
        positionals: [userName], options: [reason.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa user suspend mallory --reason \"Sends spam\"", "Keeps mallory out.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard let reason = arguments[reason] else {
            throw CommandFailure.usage("--reason is missing", "Say why: the user reads it.")
        }
        var request = AdminRequest(.suspendUser, name: arguments.value("NAME"))
        request.value = reason
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}

/// `stoa user reinstate`: lets them in again.
struct UserReinstateCommand: Command {
    static let spec = CommandSpec(
        path: ["user", "reinstate"],
        summary: "Lets a suspended user sign in again",
        description: "The user can sign in again. Sessions from before the suspension do not come back.",
        positionals: [userName], options: [SharedOptions.data.spec],
        examples: [CommandExample("stoa user reinstate mallory", "Lets mallory in.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        _ = try await ServerConnection.ask(AdminRequest(.reinstateUser, name: arguments.value("NAME")), arguments)
        return 0
    }
}

/// `stoa user reset`: for a lost password.
struct UserResetCommand: Command {
    static let spec = CommandSpec(
        path: ["user", "reset"],
        summary: "Ends a user's sessions and password; prints a code for a new one",
        description: """
            For who has lost the password, or whose sessions somebody else may have. Prints a code with which the user sets a \
            new password, once and within 24 hours. Whoever has the code can sign in as the user: make sure to whom you give it.
            """,
        positionals: [userName], options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa user reset bob", "Prints a code for bob.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let reply = try await ServerConnection.ask(AdminRequest(.resetUser, name: arguments.value("NAME")), arguments)
        guard let reset = reply.reset else {
            throw CommandFailure("The server's answer lacks the code", "Is it of another version?")
        }
        if arguments[SharedOptions.json] {
            console.out(json: ["code": .string(reset.code), "expires": .integer(reset.expires)])
        } else {
            console.out(reset.code)
            console.error("It can be used once, until \(UTCTime.text(reset.expires)).")
        }
        return 0
    }
}
