import AdminAPI
import Model

/// A release's number, as the commands on releases take it.
private enum ReleaseNumber {
    static let positional = PositionalSpec(name: "RELEASE", help: "the release's number, from \"stoa review list\"")

    static func request(_ command: AdminRequest.Command, _ arguments: ParsedArguments) throws -> AdminRequest {
        guard let number = Int64(arguments.value("RELEASE")), number > 0 else {
            throw CommandFailure.usage(
                "\"\(arguments.value("RELEASE"))\" is no release", "\"stoa review list\" shows their numbers.")
        }
        var request = AdminRequest(command)
        request.release = number
        return request
    }
}

/// `stoa review list`: what waits for an operator.
struct ReviewListCommand: Command {
    static let spec = CommandSpec(
        path: ["review", "list"],
        summary: "Lists the releases that wait for review or are staged",
        description: """
            Lists the releases that wait for an operator, and those that run in some of the chats, the oldest first; then \
            appeals, reports and keys that wait. With --json, the releases alone.
            """,
        positionals: [], options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa review list", "Lists what there is to decide on.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let reply = try await ServerConnection.ask(AdminRequest(.releases), arguments)
        ReleaseText.print(reply.releases ?? [], arguments, console)
        if !arguments[SharedOptions.json] { for line in reply.waiting ?? [] { console.out(line.visible) } }
        return 0
    }
}

/// `stoa review show`: how a release differs from what people have.
struct ReviewShowCommand: Command {
    static let spec = CommandSpec(
        path: ["review", "show"],
        summary: "Shows how a release differs from what people have",
        description: """
            Shows what the release's manifest says otherwise (capabilities first), and how its files differ. Characters that are \
            not seen, or change how others are seen, are written out as ⟨U+…⟩.
            """,
        positionals: [ReleaseNumber.positional], options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa review show 42", "Shows the release 42.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let reply = try await ServerConnection.ask(try ReleaseNumber.request(.review, arguments), arguments)
        guard let difference = reply.difference else { return 1 }
        if arguments[SharedOptions.json] {
            console.out(json: json(difference))
            return 0
        }
        ReleaseText.print([difference.release], arguments, console)
        console.out(difference.before.map { "compared with \($0), which people have" } ?? "the first version of the app")
        if !difference.release.notes.isEmpty {
            console.out("notes:")
            for line in difference.release.notes.visibleLines { console.out("    \(line)") }
        }
        for statement in difference.statements {
            console.out("")
            console.out(statement.what.visible)
            for line in statement.before?.visibleLines ?? [] { console.out("  - \(line)") }
            for line in statement.now?.visibleLines ?? [] { console.out("  + \(line)") }
        }
        for file in difference.files {
            console.out("")
            console.out("\(file.path.visible) (\(file.change), \(file.size) bytes)")
            for line in file.lines { console.out(line) }
        }
        return 0
    }

    private static func json(_ difference: AdminReply.Difference) -> JSONText {
        func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
        let statements = difference.statements.map { statement -> JSONText in
            ["what": .string(statement.what), "before": optional(statement.before), "now": optional(statement.now)]
        }
        let files = difference.files.map { file -> JSONText in
            [
                "path": .string(file.path), "change": .string(file.change), "size": .integer(Int64(file.size)),
                "lines": .array(file.lines.map { .string($0) }),
            ]
        }
        return [
            "release": ReleaseText.json(difference.release), "before": optional(difference.before),
            "statements": .array(statements), "files": .array(files),
        ]
    }
}

/// `stoa review admit`: lets a release run.
struct ReviewAdmitCommand: Command {
    static let percent = CommandOption<Int>.integer(
        "percent", "N", in: 1...100, default: 100, "In how many of 100 chats; the others keep the version that they have")

    static let spec = CommandSpec(
        path: ["review", "admit"],
        summary: "Lets a release run, in all chats or in some",
        description: """
            Conversations that begin from now on run the release, in this share of the chats; a chat keeps its answer while the \
            share grows. "stoa rollback APP" takes it back. An app's first version can only be admitted to all.
            """,
        positionals: [ReleaseNumber.positional], options: [percent.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa review admit 42 --percent 10", "The release 42 runs in every tenth chat.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = try ReleaseNumber.request(.admit, arguments)
        request.percent = arguments[percent]
        ReleaseText.print(try await ServerConnection.ask(request, arguments).releases ?? [], arguments, console)
        return 0
    }
}

/// `stoa review reject`: sends a release back.
struct ReviewRejectCommand: Command {
    static let reason = CommandOption<String?>.text("reason", "TEXT", "Why; the publisher reads it")

    static let spec = CommandSpec(
        path: ["review", "reject"],
        summary: "Sends a release back to its publisher",
        description: "The release will not run. Its publisher reads the reason, and can send in another.",
        positionals: [ReleaseNumber.positional], options: [reason.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa review reject 42 --reason \"Asks for more than it needs\"", "Sends the release 42 back.")]
    )

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard let reason = arguments[reason] else {
            throw CommandFailure.usage("--reason is missing", "Say why: the publisher reads it.")
        }
        var request = try ReleaseNumber.request(.reject, arguments)
        request.value = reason
        ReleaseText.print(try await ServerConnection.ask(request, arguments).releases ?? [], arguments, console)
        return 0
    }
}

/// `stoa takedown`: stops an app.
struct TakedownCommand: Command {
    static let reason = CommandOption<String?>.text("reason", "TEXT", "Why; the publisher reads it")
    static let lift = CommandOption<String?>.text("lift", "TEXT", "Lets the app run again, with this word to its publisher")
    static let uphold = CommandOption<String?>.text("uphold", "TEXT", "Answers an appeal: the app stays stopped")
    static let appeal = CommandOption<String?>.text("appeal", "TEXT", "Notes what the publisher says against it")

    static let spec = CommandSpec(
        path: ["takedown"],
        summary: "Stops an app, or lets it run again",
        description: """
            With --reason: nothing of the app runs any more, in no chat. What it is sent waits, and is given to it if the \
            takedown is lifted. With --appeal, --uphold or --lift: the publisher's say, and the answer to it.
            """,
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [reason.spec, appeal.spec, uphold.spec, lift.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa takedown shop --reason \"Sells what is forbidden\"", "Stops the app shop."),
            CommandExample("stoa takedown shop --lift \"Thank you for mending it\"", "Lets it run again."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let steps: [(AdminRequest.Command, String?, Bool?)] = [
            (.takeDown, arguments[reason], nil), (.appeal, arguments[appeal], nil), (.answerAppeal, arguments[uphold], false),
            (.answerAppeal, arguments[lift], true),
        ]
        let given = steps.filter { $0.1 != nil }
        guard let step = given.first, given.count == 1 else {
            throw CommandFailure.usage(
                given.isEmpty ? "There is nothing to do" : "One thing at a time",
                "Give one of --reason, --appeal, --uphold, --lift.")
        }
        var request = AdminRequest(step.0, name: arguments.value("APP"))
        request.value = step.1
        request.lifts = step.2
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
