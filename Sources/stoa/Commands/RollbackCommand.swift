import AdminAPI

/// `stoa rollback`: goes back to the version before.
struct RollbackCommand: Command {
    static let spec = CommandSpec(
        path: ["rollback"],
        summary: "Goes back to an app's version before the active one",
        description: """
            Makes the version before the active one active; once more goes back further. Conversations that have begun stay on \
            their version. Needs the running server of the data folder.
            """,
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa rollback echo", "Takes back the last deployment of echo.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let reply = try await ServerConnection.ask(AdminRequest(.rollback, name: arguments.value("APP")), arguments)
        return try Deployment.report(reply, arguments, console)
    }
}
