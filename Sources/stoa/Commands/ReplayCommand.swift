import Apps
import Bridge
import Model
import Runtime

/// `stoa replay`: a recorded turn once more, offline.
struct ReplayCommand: Command {
    static let against = CommandOption<String?>.text("against", "DIR", "Runs this folder's code instead of the version that ran")

    static let step = CommandOption<Bool>.flag("step", "Waits for Enter after each bridge call; q and Enter ends it")

    static let spec = CommandSpec(
        path: ["replay"],
        summary: "Runs a recorded turn again and shows each bridge call",
        description: """
            Runs a turn again from its conversation's journal, with the code that ran then, and shows each bridge call with the \
            answer it got, where it was made and the local variables there. Nothing is sent or stored. With --against it runs \
            changed code on the same journal and shows the first difference. Exits with 1 when there is one. Reads the data \
            folder itself, so no server is needed.
            """,
        positionals: [
            PositionalSpec(name: "APP", help: "the app's name"),
            PositionalSpec(name: "TURN", help: "the turn's id, as \"stoa logs\" and \"stoa trace\" show it"),
        ],
        options: [against.spec, step.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa replay shop 115868437991424", "Shows what that turn did."),
            CommandExample("stoa replay shop 115868437991424 --against .", "Shows where this folder's code does otherwise."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        try await OperatorReading.note(
            "turn \(arguments.value("TURN").prefix(32)), replayed", of: arguments.value("APP"),
            folder: arguments[SharedOptions.data])
        let (app, way, version, stored) = try await Blocking.run { try find(arguments) }
        var (manifest, files) = (version.manifest, stored)
        if let folder = arguments[against] {
            let package = try await Blocking.run { try AppPackage.read(folder: folder) }
            (manifest, files) = (package.manifest, package.files)
        }
        let replay = try await OfflineReplay(files: files, manifest: manifest, bot: app.account)
        defer { replay.shutdown() }
        let waits = arguments[step]
        do {
            let isSame = try await replay.run(way) { step in
                for line in lines(step) { console.out(line) }
                if waits, case .call = step, try await Blocking.run({ readLine() == "q" }) { throw Quit() }
            }
            return isSame ? 0 : 1
        } catch is Quit {
            return 0
        }
    }

    /// The developer has seen enough.
    private struct Quit: Error {}

    private static func find(
        _ arguments: ParsedArguments
    ) throws -> (app: App, way: [TurnRecord], version: AppVersion, files: [AppPackage.File]) {
        let given = arguments.value("TURN")
        guard let id = Int64(given) else {
            throw CommandFailure.usage("\"\(given)\" is no id of a turn", "\"stoa trace APP\" shows the ids.")
        }
        let store = try TurnStore(folder: arguments[SharedOptions.data])
        let app = try store.app(arguments.value("APP"))
        let record = try store.record(id, of: app)
        let way = OfflineReplay.way(to: record.id, among: try store.records(of: record.conversation) + [record])
        let (version, files) = try store.version(record.version)
        return (app, way, version, files)
    }

    private static func lines(_ step: OfflineReplay.Step) -> [String] {
        switch step {
        case .turn(let turn): ["turn \(turn.id)  \(TurnText.title(turn))"]
        case .call(let call, let frames):
            [TurnText.isWait(call.name) ? "    waits" : "    " + TurnText.call(call)] + frames.flatMap(TurnText.frame)
        case .effect(let effect): ["    → " + TurnText.effect(effect)]
        case .difference(let expected, let found):
            ["    ≠ journal: \(TurnText.short(expected))", "      code:    \(found)"]
        case .ended(let how): how.split(separator: "\n").map { "    \($0)" }
        }
    }
}
