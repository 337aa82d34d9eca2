import AdminAPI

/// `stoa webapp token`: with what an app's server checks launch data.
struct WebAppTokenCommand: Command {
    static let new = CommandOption<Bool>.flag(
        "new", "Makes another one; what the old one has signed is worth nothing from then on")

    static let spec = CommandSpec(
        path: ["webapp", "token"],
        summary: "Prints the token with which an app checks its launch data",
        description: """
            Prints the token of a web mini-app, which the server makes at first need. The app's own server checks initData with \
            it. Who has it can make up launch data of this app, so keep it as you keep a password. To use one that you have \
            already, such as that of a Telegram bot: stoa secret set APP WEB_APP_TOKEN. \
            Needs the running server of the data folder.
            """,
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [new.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa webapp token pizza", "Prints the token of the app pizza.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.webAppToken, name: arguments.value("APP"))
        request.value = arguments[new] ? "new" : nil
        let reply = try await ServerConnection.ask(request, arguments)
        console.out(reply.token ?? "")
        return 0
    }
}
