import Apps
import Foundation
import Model
import Runtime
import Simulation
import Synchronization

/// `stoa test`: runs a package's own tests.
struct TestCommand: Command {
    static let evict = CommandOption<Bool>.flag("evict", "Replays each conversation from its journal whenever it goes on")
    static let conflictEvery = CommandOption<Int?>.integer(
        "conflict-every", "N", in: 1...1_000_000, "Lets every Nth commit meet a conflict")
    static let crashEvery = CommandOption<Int?>.integer(
        "crash-every", "N", in: 2...1_000_000, "Lets every Nth turn lose its worker before it commits")
    static let coverage = CommandOption<Bool>.flag("coverage", "Tells which lines of the app's files the tests ran")
    static let update = CommandOption<Bool>.flag("update", "Keeps the transcripts as they are now as snapshots")

    static let spec = CommandSpec(
        path: ["test"],
        summary: "Runs an app's tests in a simulated chat",
        description: """
            Runs the folder's tests/*.lua, each in a simulated chat with a virtual clock. No server is needed and nothing is kept.
            With --evict, --conflict-every and --crash-every faults are made on purpose; a sound app passes all the same.
            Exits with 1 when a test fails.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [evict.spec, conflictEvery.spec, crashEvery.spec, coverage.spec, update.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa test bots/poll", "Runs the tests of the poll bot."),
            CommandExample("stoa test bots/poll --coverage", "Runs them and lists the lines that none of them reached."),
            CommandExample(
                "stoa test bots/shop --evict --conflict-every 3 --crash-every 5", "Runs them while everything goes wrong."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments.value("DIR")
        let package = try await Blocking.run { try AppPackage.read(folder: folder) }
        guard package.files.contains(where: \.isTest) else {
            throw CommandFailure("\(folder) has no tests", "Write tests/main_test.lua; \"stoa new bot NAME\" shows one.")
        }
        let coverage = arguments[coverage] ? Coverage() : nil
        let simulator = try Simulator(coverage: coverage)
        defer { simulator.shutdown() }
        let asJSON = arguments[SharedOptions.json]
        let tally = Tally()
        var options = Simulator.Options()
        options.faults.evictsAlways = arguments[evict]
        options.faults.conflictEvery = arguments[conflictEvery]
        options.faults.crashEvery = arguments[crashEvery]
        options.updatesSnapshots = arguments[update]
        try await simulator.run(package, options: options) { result in
            tally.count(result)
            if asJSON {
                console.out(
                    json: [
                        "file": .string(result.file), "name": .string(result.name), "ok": .bool(result.problem == nil),
                        "problem": result.problem.map { .string($0) } ?? .null,
                        "printed": .array(result.printed.map { .string($0) }),
                    ])
            } else {
                console.out("\(result.problem == nil ? "ok  " : "FAIL") \(result.file): \(result.name)")
                for line in result.printed { console.out("     \(line)") }
                if let problem = result.problem { console.out(problem) }
            }
        }
        for snapshot in tally.snapshots {
            try await Blocking.run { try write(snapshot, in: folder) }
            console.error("\(folder)/\(snapshot.path): kept")
        }
        let (passed, failed) = tally.numbers
        if !asJSON { console.out("\(passed) passed, \(failed) failed") }
        if let coverage {
            for file in try await Blocking.run({ coverage.files(of: package) }) {
                if asJSON { console.out(json: json(file)) } else { console.out(text(file)) }
            }
        }
        return failed == 0 ? 0 : 1
    }

    private static func json(_ file: Coverage.File) -> JSONText {
        [
            "coverage": .string(file.path), "lines": .integer(Int64(file.lines.count)),
            "missed": .array(file.missed.map { .integer(Int64($0)) }),
        ]
    }

    /// `main.lua: 93 % of 41 lines ran, not 12, 30-32`
    private static func text(_ file: Coverage.File) -> String {
        let missed = file.missed.isEmpty ? "" : ", not " + runs(of: file.missed, among: file.lines).joined(separator: ", ")
        return "\(file.path): \(file.percent) % of \(file.lines.count) lines ran\(missed)"
    }

    /// Neighbours in the code become one: between 3 and 7 there may be lines without any.
    static func runs(of missed: [Int], among lines: [Int]) -> [String] {
        let missed = Set(missed)
        let runs = lines.split { !missed.contains($0) }
        return runs.compactMap { run in
            guard let first = run.first, let last = run.last else { return nil }
            return first == last ? "\(first)" : "\(first)-\(last)"
        }
    }

    private static func write(_ snapshot: Simulator.Snapshot, in folder: String) throws {
        let path = "\(folder)/\(snapshot.path)"
        try FileManager.default.createDirectory(
            atPath: "\(folder)/tests/snapshots", withIntermediateDirectories: true)
        try Data(snapshot.text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private final class Tally: Sendable {
        private let state = Mutex((passed: 0, failed: 0, snapshots: [Simulator.Snapshot]()))

        var numbers: (passed: Int, failed: Int) { state.withLock { ($0.passed, $0.failed) } }
        /// The last one under each path.
        var snapshots: [Simulator.Snapshot] {
            let all = state.withLock { $0.snapshots }
            return Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { $1 }).values.sorted { $0.path < $1.path }
        }

        func count(_ result: Simulator.Result) {
            state.withLock { state in
                state.snapshots += result.snapshots
                if result.problem == nil { state.passed += 1 } else { state.failed += 1 }
            }
        }
    }
}
