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
        let found = try await Blocking.run {
            package.warnings + SourceCheck.check(package, needless: .error) + SecretScan.check(package, severity: .error)
        }
        guard !found.hasErrors else { throw PackageError(found.inOrder(), files: package.files) }
        let sandbox = try await Blocking.run { [isolation] in try SandboxHost(isolation: isolation) }
        let tried = try await Self.ending({ sandbox.shutdown() }) {
            try await Inspection.run(package, publisher: publisher, sandbox: sandbox, id: 1, now: Clock.system.now())
        }
        return found + tried.warnings + (try await test(package))
    }

    private func test(_ package: AppPackage) async throws -> [Diagnostic] {
        guard package.files.contains(where: \.isTest) else {
            return [
                Diagnostic(.warning, file: "", "the app has no tests", hint: "write some into tests; \"stoa test\" runs them")
            ]
        }
        let simulator = try await Blocking.run { [isolation] in try Simulator(isolation: isolation) }
        let outcome = TestOutcome()
        let run = await Result {
            try await Self.ending({ simulator.shutdown() }) { try await self.run(package, simulator, outcome) }
        }
        // Asked first: what is stopped at the limit fails in some way or other, and that is not what is wrong with it.
        guard !outcome.isLate else {
            throw PackageError(
                [
                    Diagnostic(
                        .error, file: "", "its tests take longer than \(testTime.components.seconds) seconds",
                        hint: "publish fewer or quicker ones")
                ], files: package.files)
        }
        try run.get()
        guard outcome.failures.isEmpty else { throw PackageError(outcome.failures, files: package.files) }
        return []
    }

    private func run(_ package: AppPackage, _ simulator: Simulator, _ outcome: TestOutcome) async throws {
        let tests = Task {
            try await simulator.run(package) { result in
                guard let problem = result.problem else { return }
                outcome.add(
                    Diagnostic(
                        .error, file: result.file, "the test \"\(result.name)\" fails: \(problem)", hint: "run \"stoa test\""))
            }
        }
        let limit = Task { [testTime] in
            try await Task.sleep(for: testTime)
            outcome.setLate()
            // The sandbox stays until then: what it is stopped in the middle of, it never answers, and who waits for that would
            // wait for ever.
            tests.cancel()
        }
        defer { limit.cancel() }
        try await tests.value
    }

    /// Ending a sandbox waits for its threads, so it has one of its own for that.
    private static func ending<T: Sendable>(
        _ end: @escaping @Sendable () -> Void, after body: () async throws -> T
    ) async throws -> T {
        let result = await Result(body)
        await Blocking.run(end)
        return try result.get()
    }
}

/// What the tests of one package came to.
private final class TestOutcome: Sendable {
    private let state = Mutex((failures: [Diagnostic](), isLate: false))

    var failures: [Diagnostic] { state.withLock { $0.failures } }
    var isLate: Bool { state.withLock { $0.isLate } }

    func add(_ failure: Diagnostic) { state.withLock { $0.failures.append(failure) } }
    /// They took too long: whatever becomes of them from now on is no failure of theirs.
    func setLate() { state.withLock { $0.isLate = true } }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
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
