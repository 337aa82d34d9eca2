import Apps
import Bridge
import Model
import Sandbox

/// `stoa check`: tells what is wrong with an app's folder without running it.
struct CheckCommand: Command {
    static let spec = CommandSpec(
        path: ["check"],
        summary: "Checks an app's folder: manifest, Lua, capabilities",
        description: """
            Checks the manifest, the files and the Lua of a folder: undeclared and unused capabilities, and parts of Lua that \
            apps do not have, each with its file, line and column. Runs nothing and needs no server.
            Exits with 1 when there are errors; warnings alone give 0.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [SharedOptions.json.spec],
        examples: [
            CommandExample("stoa check bots/echo", "Checks the echo bot."),
            CommandExample("stoa check . --json", "Prints the problems for an editor."),
        ])

    /// What is done to a package that could be read; more checks are added here.
    static let checks: [@Sendable (AppPackage) throws -> [Diagnostic]] = [
        { SourceCheck.check($0) }, GlobalCheck.check, { SecretScan.check($0, severity: .warning) },
    ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments.value("DIR")
        var result = try await Blocking.run { try check(folder) }
        if let package = result.package, !result.problems.hasErrors { result.problems += try await load(package) }
        let failed = result.problems.hasErrors
        if arguments[SharedOptions.json] {
            console.out(json: ["ok": .bool(!failed), "problems": .array(result.problems.map(json))])
            return failed ? 1 : 0
        }
        for text in result.problems.rendered(files: result.files) { console.error(text) }
        guard !failed else {
            throw CommandFailure(
                "\(folder) has \(result.problems.summary)", "Correct what is listed above and run \"stoa check \(folder)\" again."
            )
        }
        console.out("\(folder): \(result.problems.summary)")
        return 0
    }

    struct Result: Sendable {
        var problems: [Diagnostic]
        /// Those that the problems point into, at least.
        let files: [AppPackage.File]
        /// Nil when it could not be read.
        let package: AppPackage?
    }

    /// What Lua itself says: every file is compiled, and main.lua is run once as a deployment would.
    private static func load(_ package: AppPackage) async throws -> [Diagnostic] {
        let sandbox = try SandboxHost(isolation: .thread)
        defer { sandbox.shutdown() }
        do {
            return try await Inspection.run(
                package, publisher: "check", sandbox: sandbox, id: 1, now: Clock.system.now()
            ).warnings
        } catch let error as PackageError {
            return error.diagnostics
        }
    }

    static func check(_ folder: String) throws -> Result {
        do {
            let package = try AppPackage.read(folder: folder)
            let problems = try checks.flatMap { try $0(package) }
            return Result(problems: (package.warnings + problems).inOrder(), files: package.files, package: package)
        } catch let error as PackageError {
            return Result(problems: error.diagnostics, files: error.sources, package: nil)
        }
    }

    private static func json(_ problem: Diagnostic) -> JSONText {
        func number(_ value: Int?) -> JSONText { value.map { .integer(Int64($0)) } ?? .null }
        return [
            "file": .string(problem.file), "line": number(problem.line), "column": number(problem.column),
            "severity": .string(problem.severity.rawValue), "message": .string(problem.message),
            "hint": problem.hint.map { .string($0) } ?? .null,
        ]
    }
}
