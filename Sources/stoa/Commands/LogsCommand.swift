/// `stoa logs`: what an app wrote to its log, and what its turns ended with.
struct LogsCommand: Command {
    static let follow = CommandOption<Bool>.flag(
        "follow", short: "f", "Goes on with what is logged from now on, until interrupted")
    static let lines = CommandOption<Int>.integer("lines", "N", in: 1...10_000, default: 100, "How many lines to begin with")

    static let spec = CommandSpec(
        path: ["logs"],
        summary: "Shows what an app logged, and its errors",
        description: "Shows an app's latest log lines and errors, oldest first. Needs the running server of the data folder.",
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [follow.spec, lines.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa logs echo", "Shows the last 100 lines."),
            CommandExample("stoa logs echo -f --lines 10", "Shows the last 10 lines and goes on."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        throw CommandFailure.notYet(spec)
    }
}
