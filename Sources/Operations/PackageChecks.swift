package import Apps
import Bridge
import Model
package import Sandbox
import Simulation
import Synchronization

/// What a package has to pass before an operator looks at it. Its code runs in sandboxes of its own, which end with the check.
package struct PackageChecks: Sendable {
    private let isolation: SandboxIsolation
    /// How long all tests of a package may take together.
    private let testTime: Duration

    package init(isolation: SandboxIsolation, testTime: Duration = .seconds(60)) {
        self.isolation = isolation
        self.testTime = testTime
    }

    /// - Returns: what does not keep the package from going live, for the operator to know.
    /// - Throws: ``PackageError`` with all that does, or with the tests that fail.
    package func run(_ package: AppPackage, publisher: String) async throws -> [Diagnostic] {
        let found =
            package.warnings + SourceCheck.check(package, needless: .error) + SecretScan.check(package, severity: .error)
        guard !found.hasErrors else { throw PackageError(found.inOrder(), files: package.files) }
        let sandbox = try SandboxHost(isolation: isolation)
        defer { sandbox.shutdown() }
        let tried = try await Inspection.run(
            package, publisher: publisher, sandbox: sandbox, id: 1, now: Clock.system.now())
        return found + tried.warnings + (try await test(package))
    }

    private func test(_ package: AppPackage) async throws -> [Diagnostic] {
        guard package.files.contains(where: \.isTest) else {
            return [
                Diagnostic(.warning, file: "", "the app has no tests", hint: "write some into tests; \"stoa test\" runs them")
            ]
        }
        let simulator = try Simulator(isolation: isolation)
        defer { simulator.shutdown() }
        let failures = Failures()
        let isOver = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await simulator.run(package) { result in
                    guard let problem = result.problem else { return }
                    failures.add(
                        Diagnostic(
                            .error, file: result.file, "the test \"\(result.name)\" fails: \(problem)",
                            hint: "run \"stoa test\""))
                }
                return true
            }
            group.addTask { [testTime] in
                try await Task.sleep(for: testTime)
                // Ends the tests that run, and so the task above.
                simulator.shutdown()
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        let failed = failures.all
        guard isOver else {
            throw PackageError(
                [
                    Diagnostic(
                        .error, file: "", "its tests take longer than \(testTime.components.seconds) seconds",
                        hint: "publish fewer or quicker ones")
                ], files: package.files)
        }
        guard failed.isEmpty else { throw PackageError(failed, files: package.files) }
        return []
    }
}

private final class Failures: Sendable {
    private let found = Mutex<[Diagnostic]>([])

    var all: [Diagnostic] { found.withLock { $0 } }
    func add(_ failure: Diagnostic) { found.withLock { $0.append(failure) } }
}

/// Lets work that takes much begin one at a time; the others wait their turn, and only so many.
actor WorkQueue {
    private let most: Int
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(most: Int) { self.most = most }

    /// - Throws: ``StoaError/Code/unavailable`` when too many wait already.
    func run<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        if isBusy {
            guard waiting.count < most else {
                throw StoaError(.unavailable, "Other packages are being checked. Try again in a minute.", retryAfter: 60_000)
            }
            await withCheckedContinuation { waiting.append($0) }
        }
        isBusy = true
        defer {
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        return try await body()
    }
}
