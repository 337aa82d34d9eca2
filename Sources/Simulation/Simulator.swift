package import Apps
import Bridge
import Model
import Runtime
import Sandbox
import Synchronization

/// Runs a package's `tests/*.lua` against the package itself, in simulated chats on a virtual clock. No server is needed.
package final class Simulator: Sendable {
    package struct Result: Sendable {
        package let file: String
        package let name: String
        /// Nil when the test passed.
        package let problem: String?
    }

    private let sandbox: SandboxHost

    package init() throws {
        sandbox = try SandboxHost(isolation: .thread)
    }

    package func shutdown() { sandbox.shutdown() }

    /// - Parameter report: hears of each test as it ends.
    /// - Throws: ``PackageError`` when the package cannot be deployed or a test file does not compile.
    package func run(_ package: AppPackage, report: @escaping @Sendable (Result) -> Void) async throws {
        for file in package.files where file.isTest {
            let run = TestRun(package: package, file: file, sandbox: sandbox, report: report)
            try await run.run()
        }
    }
}

/// One test file: a program in a sandbox whose bridge calls move a world.
private final class TestRun: Sendable {
    private let package: AppPackage
    private let file: AppPackage.File
    private let sandbox: SandboxHost
    private let report: @Sendable (Simulator.Result) -> Void

    init(
        package: AppPackage, file: AppPackage.File, sandbox: SandboxHost,
        report: @escaping @Sendable (Simulator.Result) -> Void
    ) {
        self.package = package
        self.file = file
        self.sandbox = sandbox
        self.report = report
    }

    func run() async throws {
        let vm = try await load()
        defer { sandbox.unload(vm) }
        let module = String(file.path.dropLast(4).map { $0 == "/" ? "." : $0 })
        var stage = Stage(package: package, sandbox: sandbox)
        var name = file.path
        var reply = await withCheckedContinuation { continuation in
            sandbox.start(
                vm, conversation: 1, module: "run.lua", arguments: [.string(module), .string(file.path)],
                budget: TurnBudget(seed: 1)
            ) { continuation.resume(returning: $0) }
        }
        while case .called(let call, let arguments) = reply.outcome {
            var result: Swift.Result<[BridgeValue], BridgeFailure>
            if call == "sim.result" {
                let passed = arguments.count > 1 && arguments[1] == .bool(true)
                report(
                    Simulator.Result(
                        file: file.path, name: arguments.first?.stringValue ?? "",
                        problem: passed ? nil : arguments.last?.stringValue ?? "it failed"))
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
        await stage.close()
        switch reply.outcome {
        case .failed(let message, _), .stopped(_, let message):
            report(Simulator.Result(file: file.path, name: name, problem: message))
        case .lost(let reason, _): report(Simulator.Result(file: file.path, name: name, problem: reason))
        default: break
        }
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
    static let all = [
        SandboxFile(name: "sim.lua", text: PackageResources.sim_lua, privileged: true),
        SandboxFile(name: "run.lua", text: PackageResources.run_lua, privileged: true),
    ]
}
