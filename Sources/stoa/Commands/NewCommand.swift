import Apps
import Glibc
import Model

/// `stoa new`: makes an app's folder that deploys as it is.
struct NewCommand: Command {
    static let template = CommandOption<String?>.text(
        "template", "echo|conversation|shop|miniapp|web",
        "What it begins with: echo for a bot, miniapp for a mini-app when not given"
    )
    static let into = CommandOption<String>.text("into", "DIR", default: ".", "Where the new folder is made")

    static let spec = CommandSpec(
        path: ["new"],
        summary: "Makes the folder of a new bot or mini-app",
        description: """
            Makes a folder NAME with a manifest, a program, a test and a README. It passes "stoa check" and "stoa test" and can \
            be deployed as it is. Nothing that is there is overwritten.
            """,
        positionals: [
            PositionalSpec(name: "KIND", help: "what to make: bot or miniapp", choices: Manifest.Kind.allCases.map(\.rawValue)),
            PositionalSpec(name: "NAME", help: "the app's name: 1 to 32 letters, digits or underscores, a letter first"),
        ],
        options: [template.spec, into.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa new bot pizza_bot", "Makes the folder pizza_bot; try it with \"stoa test pizza_bot\"."),
            CommandExample("stoa new bot bakery --template shop", "Makes a bot that takes orders."),
            CommandExample("stoa new miniapp shop --into miniapps", "Makes the folder miniapps/shop."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let name = arguments.value("NAME")
        do throws(StoaError) {
            try Account.checkName(name)
        } catch {
            throw CommandFailure.usage("\"\(name)\" cannot be an app's name", error.message)
        }
        let kind = Manifest.Kind(rawValue: arguments.value("KIND")) ?? .bot
        let parent = arguments[into]
        let folder = parent == "." ? name : parent.hasSuffix("/") ? parent + name : "\(parent)/\(name)"
        let chosen = arguments[template].map { AppTemplate(rawValue: $0) } ?? .standard(for: kind)
        guard let chosen, chosen.kind == kind else {
            let names = AppTemplate.allCases.filter { $0.kind == kind }.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure.usage(
                "There is no template \"\(arguments[template] ?? "")\" for a \(kind.rawValue)", "There is: \(names).")
        }
        let files = chosen.files(name: name)
        try await Blocking.run { try make(folder, files: files) }
        if arguments[SharedOptions.json] {
            console.out(json: ["folder": .string(folder), "files": .array(files.map { .string($0.path) })])
        } else {
            console.out("\(folder): made \(files.map(\.path).joined(separator: ", "))")
            console.out("Next: \"stoa test \(folder)\" runs its test, \"stoa deploy \(folder)\" makes it live.")
        }
        return 0
    }

    private static func make(_ folder: String, files: [(path: String, text: String)]) throws {
        guard mkdir(folder, 0o755) == 0 else {
            let reason = errno
            if reason == EEXIST { throw CommandFailure("\(folder) is there already", "Choose another name, or move it away.") }
            throw CommandFailure(
                "the folder \(folder) cannot be made: \(message(reason))", "Choose another place with --into DIR.")
        }
        for file in files {
            if let slash = file.path.lastIndex(of: "/") { _ = mkdir("\(folder)/\(file.path[..<slash])", 0o755) }
            try write(file.text, to: "\(folder)/\(file.path)")
        }
    }

    private static func write(_ text: String, to path: String) throws {
        func failure(_ reason: Int32) -> CommandFailure {
            CommandFailure("\(path) cannot be written: \(message(reason))", "Mend that, remove the folder and try again.")
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw failure(errno) }
            bytes = bytes.dropFirst(written)
        }
    }

    private static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
