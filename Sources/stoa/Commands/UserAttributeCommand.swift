import AdminAPI

/// `stoa user attribute`: what the operator has verified about somebody.
struct UserAttributeCommand: Command {
    static let spec = CommandSpec(
        path: ["user", "attribute"],
        summary: "Records what was verified about a user",
        description: """
            Records a user's birth_date (1990-05-01), email or phone (+4915112345678) after it was verified; without VALUE it is \
            removed. Apps never read it: with the user's consent they get answers such as "at least 18: yes". The audit tells that \
            it was set, not the value. Needs the running server of the data folder.
            """,
        positionals: [
            PositionalSpec(name: "NAME", help: "the user's name"),
            PositionalSpec(name: "ATTRIBUTE", help: "birth_date, email or phone"),
            PositionalSpec(name: "VALUE", arity: .optional, help: "what was verified"),
        ],
        options: [SharedOptions.data.spec],
        examples: [CommandExample("stoa user attribute alice birth_date 1990-05-01", "Lets alice show that she is over 18.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.setAttribute, name: arguments.value("NAME"))
        request.attribute = arguments.value("ATTRIBUTE")
        request.value = arguments.optional("VALUE")
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
