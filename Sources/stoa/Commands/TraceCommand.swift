import Foundation
import Model
import Runtime

/// `stoa trace`: a conversation as a timeline.
struct TraceCommand: Command {
    static let html = CommandOption<String?>.text("html", "FILE", "Writes the timeline as an HTML page instead")
    static let last = CommandOption<Int>.integer("last", "N", in: 1...1000, default: 10, "How many conversations to list")

    static let spec = CommandSpec(
        path: ["trace"],
        summary: "Shows a conversation of an app as a timeline",
        description: """
            Shows each turn of a conversation: what came in, every bridge call with its answer, capability and time, what went \
            out, what it waits for. Without a conversation it lists the newest of the app. Shows what people wrote to the app; \
            reads the data folder itself, so no server is needed.
            """,
        positionals: [
            PositionalSpec(name: "APP", help: "the app's name"),
            PositionalSpec(name: "CONVERSATION", arity: .optional, help: "its id, or that of any of its turns"),
        ],
        options: [html.spec, last.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa trace shop", "Lists the newest conversations of the app shop."),
            CommandExample("stoa trace shop 115868437991424 --html trace.html", "Writes one of them as a page."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let what =
            arguments.optional("CONVERSATION").map { "conversation \($0.prefix(32)), traced" } ?? "its newest conversations"
        try await OperatorReading.note(what, of: arguments.value("APP"), folder: arguments[SharedOptions.data])
        let turns = try await Blocking.run { try records(arguments) }
        switch turns {
        case .list(let first):
            for turn in first { console.out("\(turn.conversation)  \(UTCTime.text(turn.now))  \(TurnText.title(turn))") }
            if first.isEmpty { console.error("\(arguments.value("APP")) has had no conversations.") }
        case .conversation(let turns):
            if let path = arguments[html] {
                let page = TraceHTML.page(app: arguments.value("APP"), turns)
                try await Blocking.run { try Data(page.utf8).write(to: URL(filePath: path), options: .atomic) }
                console.error("\(path): written")
            } else {
                for turn in turns { for line in TurnText.lines(turn) { console.out(line) } }
            }
        }
        return 0
    }

    private enum Found: Sendable {
        case list([TurnRecord])
        case conversation([TurnRecord])
    }

    private static func records(_ arguments: ParsedArguments) throws -> Found {
        let store = try TurnStore(folder: arguments[SharedOptions.data])
        let app = try store.app(arguments.value("APP"))
        guard let given = arguments.optional("CONVERSATION") else {
            let newest = try store.conversations(of: app, limit: arguments[last])
            return .list(try newest.reversed().compactMap { try store.records(of: $0).first })
        }
        guard let id = Int64(given) else {
            throw CommandFailure.usage("\"\(given)\" is no id", "\"stoa trace APP\" lists the conversations.")
        }
        return .conversation(try store.records(of: try store.record(id, of: app).conversation))
    }
}
