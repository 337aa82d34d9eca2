import Apps
import Simulation
import Synchronization

/// `stoa test`: runs a package's own tests.
struct TestCommand: Command {
    static let spec = CommandSpec(
        path: ["test"],
        summary: "Runs an app's tests in a simulated chat",
        description: """
            Runs the folder's tests/*.lua, each in a simulated chat with a virtual clock. No server is needed and nothing is kept.
            Exits with 1 when a test fails.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [SharedOptions.json.spec],
        examples: [CommandExample("stoa test bots/poll", "Runs the tests of the poll bot.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments.value("DIR")
        let package = try await blocking { try AppPackage.read(folder: folder) }
        guard package.files.contains(where: \.isTest) else {
            throw CommandFailure("\(folder) has no tests", "Write tests/main_test.lua; \"stoa new bot NAME\" shows one.")
        }
        let simulator = try Simulator()
        defer { simulator.shutdown() }
        let asJSON = arguments[SharedOptions.json]
        let tally = Tally()
        try await simulator.run(package) { result in
            tally.count(result)
            if asJSON {
                console.out(
                    json: [
                        "file": .string(result.file), "name": .string(result.name), "ok": .bool(result.problem == nil),
                        "problem": result.problem.map { .string($0) } ?? .null,
                    ])
            } else {
                console.out("\(result.problem == nil ? "ok  " : "FAIL") \(result.file): \(result.name)")
                if let problem = result.problem { console.out(problem) }
            }
        }
        let (passed, failed) = tally.numbers
        if !asJSON { console.out("\(passed) passed, \(failed) failed") }
        return failed == 0 ? 0 : 1
    }

    private final class Tally: Sendable {
        private let state = Mutex((passed: 0, failed: 0))

        var numbers: (passed: Int, failed: Int) { state.withLock { $0 } }

        func count(_ result: Simulator.Result) {
            state.withLock { state in
                if result.problem == nil { state.passed += 1 } else { state.failed += 1 }
            }
        }
    }
}
