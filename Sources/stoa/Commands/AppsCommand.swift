import AdminAPI
import Model

/// `stoa apps`: lists what is deployed.
struct AppsCommand: Command {
    static let spec = CommandSpec(
        path: ["apps"],
        summary: "Lists the deployed apps and their versions",
        description: "Lists the deployed apps with their active versions. Needs the running server of the data folder.",
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa apps", "Lists them as a table.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let apps = try await ServerConnection.ask(AdminRequest(.apps), arguments).apps ?? []
        if arguments[SharedOptions.json] {
            console.out(json: .array(apps.map(json)))
        } else if apps.isEmpty {
            console.out("No app is deployed. \"stoa deploy DIR\" deploys one.")
        } else {
            for app in apps { console.out("\(app.name)  \(app.version) (#\(app.number))  \(app.kind)  \(app.title.visible)") }
        }
        return 0
    }

    private static func json(_ app: AdminReply.AppLine) -> JSONText {
        [
            "app": .string(app.name), "title": .string(app.title), "kind": .string(app.kind),
            "version": .string(app.version), "number": .integer(app.number), "bot": .integer(app.bot),
            "publisher": .string(app.publisher),
        ]
    }
}
