import AdminAPI

/// `stoa deploy`: makes a folder the active version of its app.
struct DeployCommand: Command {
    static let migrate = CommandOption<Bool>.flag(
        "migrate", "Waiting conversations of older versions go over to this one, each if its journal allows")

    static let spec = CommandSpec(
        path: ["deploy"],
        summary: "Checks and deploys a bot's or mini-app's folder",
        description: """
            Checks the folder as "stoa check" does and makes it the active version of the app that its manifest names. \
            Conversations that have begun stay on their version; it tells how many do. With --migrate they go over to the new \
            one where its code takes the way that their journals hold; the others are handed to the app's stoa.on_upgrade, or \
            stay. A folder that has not changed gives no new version.
            Prints {"app":…,"version":…,"older":…}. Needs the running server of the data folder.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [migrate.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa deploy bots/echo", "Deploys the echo bot."),
            CommandExample("stoa deploy . --data /var/lib/stoa", "Deploys this folder to the server of /var/lib/stoa."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = AbsolutePath.of(arguments.value("DIR"))
        var request = AdminRequest(.deploy, path: folder)
        request.migrate = arguments[migrate]
        let reply = try await ServerConnection.ask(request, arguments)
        return try Deployment.report(reply, arguments, console)
    }
}
