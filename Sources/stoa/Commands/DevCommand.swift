import AdminAPI
import Apps
import Foundation
import Model
import Runtime

/// `stoa dev`: deploys a folder whenever it is saved, and shows what the app does.
struct DevCommand: Command {
    static let spec = CommandSpec(
        path: ["dev"],
        summary: "Deploys a folder at every save and shows each turn live",
        description: """
            Deploys the folder now and whenever a file of it is saved, to the running server of the data folder. What is wrong \
            is shown with its file and line, and the version before stays. Meanwhile it shows each turn of the app: what came \
            in, every bridge call with its answer, capability and time, what went out, and what the app logs. Waiting \
            conversations go over to the new code where their journals allow. Ends with Ctrl-C.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [SharedOptions.data.spec],
        examples: [CommandExample("stoa dev bots/poll", "Works on the poll bot: save, and try it in the chat.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = AbsolutePath.of(arguments.value("DIR"))
        let data = arguments[SharedOptions.data]
        let stopped = StopSignals()
        // Says at once when no server runs.
        _ = try await ServerConnection.ask(AdminRequest(.status), arguments)
        let watch = Task {
            var deployed: FolderState?
            var name: String?
            var turns = try await Blocking.run { try TurnStore(folder: data).newestTurn() }
            var logged: Int64?
            while !Task.isCancelled {
                let state = try await Blocking.run { FolderState(folder) }
                if state != deployed {
                    deployed = state
                    let before = name
                    name = await deploy(folder, arguments, console) ?? name
                    if let name, name != before {
                        try await OperatorReading.note("its turns as they happen", of: name, folder: data)
                    }
                }
                if let name { (turns, logged) = try await show(name, data, after: turns, logged, console) }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        await stopped.wait()
        watch.cancel()
        _ = await watch.result
        return 0
    }

    /// - Returns: the app's name; nil when the folder could not be deployed.
    private static func deploy(_ folder: String, _ arguments: ParsedArguments, _ console: Console) async -> String? {
        var request = AdminRequest(.deploy, path: folder)
        request.migrate = true
        do {
            guard let done = try await ServerConnection.ask(request, arguments).deployment else { return nil }
            for warning in done.warnings { console.error(warning) }
            let moved = done.migration.map { $0.moved > 0 ? ", \($0.moved) waiting conversations moved" : "" } ?? ""
            console.out("── \(done.app) \(done.version), number \(done.number)\(moved)")
            for older in done.olderVersions {
                console.error("\(older.conversations) conversations go on on number \(older.number).")
            }
            return done.app
        } catch {
            console.error("\(error)")
            return nil
        }
    }

    private static func show(
        _ name: String, _ data: String, after turn: TurnID, _ logged: Int64?, _ console: Console
    ) async throws -> (TurnID, Int64?) {
        let (turns, logs) = try await Blocking.run { () -> ([TurnRecord], [Logs.Entry]) in
            let store = try TurnStore(folder: data)
            let app = try store.app(name)
            return (try store.records(of: app, after: turn, limit: 100), try store.logs(of: app, after: logged))
        }
        for turn in turns {
            for line in TurnText.lines(turn) { console.out(line) }
            for entry in logs where entry.turn == turn.id && turn.error == nil {
                console.out("    \(entry.level): \(entry.text)")
            }
        }
        return (turns.last?.id ?? turn, logs.last?.id ?? logged)
    }
}

/// What a folder's files were at a moment: enough to tell that one was saved.
private struct FolderState: Equatable, Sendable {
    private let files: [String: String]

    init(_ folder: String) {
        var files: [String: String] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
                let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + path),
                attributes[.type] as? FileAttributeType == .typeRegular
            else { continue }
            let date = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            files[path] = "\(attributes[.size] ?? 0) \(date)"
        }
        self.files = files
    }
}
