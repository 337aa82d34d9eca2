import AdminAPI

/// `stoa deploy`: makes a folder the active version of its app.
struct DeployCommand: Command {
    static let spec = CommandSpec(
        path: ["deploy"],
        summary: "Checks and deploys a bot's or mini-app's folder",
        description: """
            Checks the folder as "stoa check" does and makes it the active version of the app that its manifest names. \
            Conversations that have begun stay on their version. A folder that has not changed gives no new version.
            Prints {"app":…,"version":…}. Needs the running server of the data folder.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa deploy bots/echo", "Deploys the echo bot."),
            CommandExample("stoa deploy . --data /var/lib/stoa", "Deploys this folder to the server of /var/lib/stoa."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = AbsolutePath.of(arguments.value("DIR"))
        let reply = try await ServerConnection.ask(AdminRequest(.deploy, path: folder), arguments)
        return try Deployment.report(reply, arguments, console)
    }
}
