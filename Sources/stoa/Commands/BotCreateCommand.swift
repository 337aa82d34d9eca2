import AdminAPI

/// `stoa bot create`: makes an account for a bot that runs elsewhere.
struct BotCreateCommand: Command {
    static let spec = CommandSpec(
        path: ["bot", "create"],
        summary: "Makes an account for a bot that runs elsewhere, over HTTP",
        description: """
            Makes a bot's account and prints {"id":…,"name":…,"token":"<id>:<secret>"}. The program that is the bot \
            signs in with the token: keep it secret.
            For a bot that runs inside Stoa use "stoa deploy". Needs the running server of the data folder.
            """,
        positionals: [PositionalSpec(name: "NAME", help: "1 to 32 letters, digits or underscores, a letter first")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa bot create weather_bot", "Makes weather_bot and prints its token.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let reply = try await ServerConnection.ask(AdminRequest(.createBot, name: arguments.value("NAME")), arguments)
        return try CreatedAccount.report(reply, console)
    }
}
