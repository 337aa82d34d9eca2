import Model
import Sandbox
import Synchronization

/// `stoa exec`: runs plain Lua files in a sandbox.
struct ExecCommand: Command {
    static let memory = CommandOption<Int>.integer("memory", "MiB", in: 1...1024, default: 16, "The most memory")
    static let instructions = CommandOption<Int>.integer(
        "instructions", "N", in: 1...1_000_000_000_000, default: 50_000_000, "The most Lua instructions a file")
    static let timeout = CommandOption<Double>.number(
        "timeout", "SECONDS", in: 0.01...3600, default: 5, "The longest time a file may take")

    static let spec = CommandSpec(
        path: ["exec"],
        summary: "Runs plain Lua files in a sandbox",
        description: """
            Runs Lua files one after another, as calls of one app that has no capabilities, and prints what each returns.
            A Lua error or a limit goes to stderr, which names the limit (memory limit, instruction limit, time limit), \
            and the exit code is 1.
            """,
        positionals: [PositionalSpec(name: "FILE", arity: .oneOrMore, help: "Lua files, run in this order")],
        options: [memory.spec, instructions.spec, timeout.spec, SharedOptions.isolation.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa exec sum.lua", "Runs sum.lua and prints what it returns."),
            CommandExample("stoa exec --memory 64 --timeout 0.5 a.lua b.lua", "Runs two files under other limits."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let options = ExecOptions(
            files: arguments.values("FILE"), memoryMiB: arguments[memory], instructions: UInt64(arguments[instructions]),
            timeoutMilliseconds: UInt32(arguments[timeout] * 1000),
            isolation: SandboxIsolation(rawValue: arguments[SharedOptions.isolation].rawValue) ?? .process)
        guard arguments[SharedOptions.json] else { return try await Blocking.run { ExecRunner(options).run() } }
        let lines = Mutex((output: [JSONText](), errors: [JSONText]()))
        let runner = ExecRunner(
            options, output: { line in lines.withLock { $0.output.append(.string(line)) } },
            errors: { line in lines.withLock { $0.errors.append(.string(line)) } })
        let status = try await Blocking.run { runner.run() }
        let (output, errors) = lines.withLock { $0 }
        console.out(json: ["ok": .bool(status == 0), "output": .array(output), "errors": .array(errors)])
        return status
    }
}
