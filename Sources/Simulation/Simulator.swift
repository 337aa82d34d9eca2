package import Apps
import Bridge
import Model
package import Runtime
package import Sandbox
import Synchronization

/// Runs a package's `tests/*.lua` against the package itself, in simulated chats on a virtual clock. No server is needed.
package final class Simulator: Sendable {
    package struct Result: Sendable {
        package let file: String
        package let name: String
        /// Nil when the test passed.
        package let problem: String?
        /// What it printed, a line each.
        package let printed: [String]
        /// What was said in it.
        package let transcript: String
        /// To be written beside the tests: transcripts that were compared with none, or with another on purpose.
        package let snapshots: [Snapshot]
    }

    package struct Snapshot: Sendable {
        /// Inside the app's folder, `tests/snapshots/NAME.txt`.
        package let path: String
        package let text: String
    }

    package struct Options: Sendable {
        /// Made on purpose; a sound app's tests pass all the same, with the same transcripts.
        package var faults = Faults.Plan()
        /// Snapshots that differ are taken for right.
        package var updatesSnapshots = false

        package init() {}
    }

    private let sandbox: SandboxHost

    /// - Parameter coverage: learns which lines run. Tests take longer for it.
    package init(coverage: Coverage? = nil) throws {
        let inspector = coverage.map { coverage in SandboxInspector(onLines: { coverage.add($0, $1) }) }
        sandbox = try SandboxHost(isolation: .thread, inspector: inspector)
    }

    /// For packages of others, whose tests are no more to be trusted than their apps.
    package init(isolation: SandboxIsolation) throws {
        sandbox = try SandboxHost(isolation: isolation, answersAtEnd: true)
    }

    package func shutdown() { sandbox.shutdown() }

    /// Ends at the next step of a test when its task is cancelled; no step is longer than its budget.
    /// - Parameter report: hears of each test as it ends.
    /// - Throws: ``CancellationError``, and ``PackageError`` when the package cannot be deployed or a test file does not compile.
    package func run(
        _ package: AppPackage, options: Options = Options(), report: @escaping @Sendable (Result) -> Void
    ) async throws {
        for file in package.files where file.isTest {
            try Task.checkCancellation()
            let run = TestRun(package: package, file: file, options: options, sandbox: sandbox, report: report)
            try await run.run()
        }
    }
}

/// One test file: a program in a sandbox whose bridge calls move a world.
private final class TestRun: Sendable {
    private let package: AppPackage
    private let file: AppPackage.File
    private let options: Simulator.Options
    private let sandbox: SandboxHost
    private let report: @Sendable (Simulator.Result) -> Void

    init(
        package: AppPackage, file: AppPackage.File, options: Simulator.Options, sandbox: SandboxHost,
        report: @escaping @Sendable (Simulator.Result) -> Void
    ) {
        self.package = package
        self.file = file
        self.options = options
        self.sandbox = sandbox
        self.report = report
    }

    func run() async throws {
        let vm = try await load()
        defer { sandbox.unload(vm) }
        let module = String(file.path.dropLast(4).map { $0 == "/" ? "." : $0 })
        var stage = Stage(package: package, sandbox: sandbox, options: options)
        var name = file.path
        var printed: [String] = []
        var reply = await withCheckedContinuation { continuation in
            sandbox.start(
                vm, conversation: 1, module: "run.lua", arguments: [.string(module), .string(file.path)],
                budget: TurnBudget(seed: 1)
            ) { continuation.resume(returning: $0) }
        }
        while case .called(let call, let arguments) = reply.outcome {
            guard !Task.isCancelled else {
                await stage.close()
                throw CancellationError()
            }
            printed += Self.printed(by: reply)
            var result: Swift.Result<[BridgeValue], BridgeFailure>
            if call == "sim.result" {
                let passed = arguments.count > 1 && arguments[1] == .bool(true)
                let problem = passed ? stage.takeFailure() : explain(arguments.last?.stringValue ?? "it failed")
                report(try await self.result(arguments.first?.stringValue ?? "", problem, printed, stage))
                printed = []
                result = .success([])
            } else {
                if call == "sim.begin" { name = arguments.first?.stringValue ?? name }
                do {
                    result = .success(try await stage.perform(call, arguments))
                } catch let error as PackageError {
                    throw error
                } catch {
                    result = .failure(BridgeFailure(message: (error as? StoaError)?.message ?? "\(error)"))
                }
            }
            reply = await withCheckedContinuation { continuation in
                // Each step of a test has the whole budget: tests are the developer's own code.
                sandbox.resume(vm, conversation: 1, result: result, newTurn: TurnBudget(seed: 1)) {
                    continuation.resume(returning: $0)
                }
            }
        }
        printed += Self.printed(by: reply)
        switch reply.outcome {
        case .failed(let message, let traceback): report(try await result(name, explain(message, traceback), printed, stage))
        case .stopped(_, let message): report(try await result(name, message, printed, stage))
        case .lost(let reason, _): report(try await result(name, reason, printed, stage))
        default: break
        }
        await stage.close()
    }

    /// A log entry is a level and a text.
    private static func printed(by reply: SandboxReply) -> [String] {
        reply.effects.filter { $0.name == "log" }
            .map { $0.arguments.dropFirst().map(\.plainText).joined(separator: "\t") }
    }

    /// A failed test tells what the app logged, too.
    private func result(
        _ name: String, _ problem: String?, _ printed: [String], _ stage: Stage
    ) async throws -> Simulator.Result {
        var problem = problem
        if let text = problem {
            let logged = try await stage.logged()
            if !logged.isEmpty { problem = text + "\nWhat the app logged:\n" + logged.joined(separator: "\n") }
        }
        return Simulator.Result(
            file: file.path, name: name, problem: problem, printed: printed, transcript: stage.transcript,
            snapshots: stage.snapshots)
    }

    private func explain(_ message: String, _ traceback: String = "") -> String {
        LuaErrorReport(message: message, traceback: traceback, files: package.files).text
    }

    private func load() async throws -> SandboxVM {
        var files = SimulationFiles.all
        for file in package.files where file.isProgram || file.isTest {
            // On the first line, so that the others keep their numbers.
            let prefix = file.isTest ? Array("local sim, test = require('sim').sim, require('sim').test ".utf8) : []
            files.append(SandboxFile(name: file.path, text: prefix + file.content, privileged: false))
        }
        var limits = SandboxLimits()
        limits.memoryBytes = 64 << 20
        let loaded = await withCheckedContinuation { continuation in
            sandbox.load(tenant: "tests", package: SandboxPackage(files: files, limits: limits)) {
                continuation.resume(returning: $0)
            }
        }
        switch loaded {
        case .success(let vm): return vm
        case .failure(let error):
            throw PackageError([Diagnostic(.error, file: file.path, error.message)], files: package.files)
        }
    }
}

enum SimulationFiles {
    static let all =
        SDKFiles.pure + [
            SandboxFile(name: "sim.lua", text: PackageResources.sim_lua, privileged: true),
            SandboxFile(name: "run.lua", text: PackageResources.run_lua, privileged: true),
            SandboxFile(name: "stoa.lua", text: PackageResources.stoa_lua, privileged: true),
        ]
}
