import AdminAPI
import Model

/// `stoa dead`: updates that an app could not handle.
struct DeadCommand: Command {
    static let spec = CommandSpec(
        path: ["dead"],
        summary: "Lists the updates that an app could not handle",
        description: """
            Lists an app's dead letters, oldest first: updates whose turn failed four times, each with its reason. They stay \
            until they are tried again with "stoa dead retry" or given up with "stoa dead drop".
            """,
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa dead shop", "Lists the dead letters of the app shop.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let asJSON = arguments[SharedOptions.json]
        try await ServerConnection.ask(AdminRequest(.dead, name: arguments.value("APP")), arguments) { reply in
            guard let letter = reply.dead else { return }
            if asJSON {
                console.out(
                    json: [
                        "id": .integer(letter.id), "kind": .string(letter.kind), "date": .integer(letter.date),
                        "attempts": .integer(Int64(letter.attempts)), "person": letter.person.map { .string($0) } ?? .null,
                        "chat": letter.chat.map { .integer($0) } ?? .null, "reason": .string(letter.reason),
                    ])
            } else {
                let who = letter.person.map { " of \($0)" } ?? ""
                console.out("\(letter.id)  \(UTCTime.text(letter.date))  \(letter.kind)\(who)")
                for line in letter.reason.split(separator: "\n") { console.out("    \(String(line).visible)") }
            }
        }
        return 0
    }
}

/// `stoa dead retry`: once more, with all tries before it.
struct DeadRetryCommand: Command {
    static let spec = DeadWork.spec(
        "retry", summary: "Tries dead letters of an app again",
        description: "Puts dead letters back into the app's inbox, for example once a mended version is deployed.",
        example: CommandExample("stoa dead retry shop --all", "Tries all dead letters of the app shop again."))

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        try await DeadWork.run(.retryDead, "will be tried again", arguments, console)
    }
}

/// `stoa dead drop`: gives them up.
struct DeadDropCommand: Command {
    static let spec = DeadWork.spec(
        "drop", summary: "Gives dead letters of an app up",
        description: "Deletes dead letters. What they would have done never happens.",
        example: CommandExample("stoa dead drop shop 3210231984", "Gives one dead letter of the app shop up."))

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        try await DeadWork.run(.dropDead, "given up", arguments, console)
    }
}

/// What the two have in common.
private enum DeadWork {
    static let all = CommandOption<Bool>.flag("all", "All dead letters of the app")

    static func spec(_ word: String, summary: String, description: String, example: CommandExample) -> CommandSpec {
        CommandSpec(
            path: ["dead", word], summary: summary, description: description,
            positionals: [
                PositionalSpec(name: "APP", help: "the app's name"),
                PositionalSpec(name: "ID", arity: .optional, help: "the dead letter's id, as \"stoa dead\" shows it; or --all"),
            ],
            options: [all.spec, SharedOptions.data.spec, SharedOptions.json.spec], examples: [example])
    }

    static func run(
        _ command: AdminRequest.Command, _ done: String, _ arguments: ParsedArguments, _ console: Console
    ) async throws -> Int32 {
        var request = AdminRequest(command, name: arguments.value("APP"))
        let given = arguments.values("ID").first
        guard (given == nil) == arguments[all] else {
            throw CommandFailure.usage("Which dead letters is not clear", "Give an id, or --all.")
        }
        if let given {
            guard let id = Int64(given) else {
                throw CommandFailure.usage("\"\(given)\" is no id", "\"stoa dead APP\" shows the ids.")
            }
            request.ids = [id]
        }
        let count = try await ServerConnection.ask(request, arguments).count ?? 0
        if arguments[SharedOptions.json] {
            console.out(json: ["count": .integer(Int64(count))])
        } else {
            console.out("\(count) \(count == 1 ? "update" : "updates") \(done)")
        }
        return 0
    }
}
