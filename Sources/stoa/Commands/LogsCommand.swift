import AdminAPI
import Model

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
        var request = AdminRequest(.logs, name: arguments.value("APP"))
        request.follow = arguments[follow]
        request.limit = min(arguments[lines], 1000)
        let asJSON = arguments[SharedOptions.json]
        try await ServerConnection.ask(request, arguments) { reply in
            guard let line = reply.log else { return }
            if asJSON {
                console.out(json: json(line))
            } else {
                let text = line.text.visibleLines.joined(separator: "\n")
                console.out("\(UTCTime.text(line.date)) \(line.level) turn \(line.turn): \(text)")
            }
        }
        return 0
    }

    private static func json(_ line: AdminReply.LogLine) -> JSONText {
        [
            "id": .integer(line.id), "turn": .integer(line.turn), "level": .string(line.level), "text": .string(line.text),
            "date": .integer(line.date),
        ]
    }
}
