import Synchronization

/// Runs untrusted Lua programs: a worker per tenant, each a process of its own or a thread of this one.
///
/// Requests to one tenant are answered in the order they were made. Completions are called on the host's loop thread and
/// must be short; they may make further requests. After ``shutdown()`` nothing is called any more, unless the host answers at
/// its end.
package final class SandboxHost: Sendable {
    package typealias Completion = @Sendable (SandboxReply) -> Void
    package typealias LoadCompletion = @Sendable (Result<SandboxVM, SandboxLoadError>) -> Void
    /// Told which conversations, waiting for an answer, are gone with their worker or with a program that had to be recycled.
    package typealias LostHandler = @Sendable (SandboxVM, [UInt64]) -> Void

    private let loop: HostLoop
    private let nextID = Atomic<UInt64>(1)

    /// - Parameters:
    ///   - workerPath: the worker program; `stoa-sandbox` beside the running executable when nil.
    ///   - maxWorkers: how many may be alive at a time; idle ones are stopped for others, least recently used first.
    ///   - log: gets a line when a worker dies or cannot be started. Called on the loop thread.
    ///   - inspector: for developers' tools; sees programs on threads only.
    ///   - answersAtEnd: what is not done when the host is shut down is answered as lost, for hosts that are ended in the middle
    ///     of their work.
    ///   - onLost: called on the loop thread, before the completions of what was under way.
    /// - Throws: ``SandboxSetupError`` when the worker program is missing or the loop cannot be started.
    package init(
        isolation: SandboxIsolation, workerPath: String? = nil, maxWorkers: Int = 64,
        log: @escaping @Sendable (String) -> Void = { _ in }, inspector: SandboxInspector? = nil,
        answersAtEnd: Bool = false, onLost: @escaping LostHandler = { _, _ in }
    ) throws {
        loop = try HostLoop.start(
            HostOptions(
                isolation: isolation, workerPath: workerPath, maxWorkers: max(1, maxWorkers), log: log, inspector: inspector,
                answersAtEnd: answersAtEnd),
            onLost: onLost)
    }

    deinit { loop.shutdown() }

    /// Who is told of lost conversations. Set it before the first `start`.
    package var onLost: LostHandler {
        get { loop.onLost.withLock { $0 } }
        set { loop.onLost.withLock { $0 = newValue } }
    }

    /// Compiles a program. The error has the form `main.lua:3: ...`.
    package func load(tenant: String, package: SandboxPackage, completion: @escaping LoadCompletion) {
        let vm = SandboxVM(tenant: tenant, package: package, id: nextID.wrappingAdd(1, ordering: .relaxed).oldValue)
        loop.submit(.load(vm, completion))
    }

    /// Forgets a program and its conversations, after what was asked of it before.
    package func unload(_ vm: SandboxVM) {
        loop.submit(.unload(vm))
    }

    /// Begins a conversation by running the file `module` with `arguments`.
    package func start(
        _ vm: SandboxVM, conversation: UInt64, module: String, arguments: [BridgeValue], budget: TurnBudget,
        completion: @escaping Completion
    ) {
        loop.submit(
            .step(
                Step(
                    vm: vm, conversation: conversation, action: .start(module: module, arguments: arguments, budget: budget),
                    completion: completion)))
    }

    /// Answers the call that the conversation waits in. A failure is an ordinary Lua error there. With `newTurn` the limits begin
    /// anew.
    package func resume(
        _ vm: SandboxVM, conversation: UInt64, result: Result<[BridgeValue], BridgeFailure>, newTurn: TurnBudget?,
        completion: @escaping Completion
    ) {
        loop.submit(
            .step(
                Step(
                    vm: vm, conversation: conversation, action: .resume(result: result, newTurn: newTurn),
                    completion: completion)))
    }

    /// Forgets a conversation that waits.
    package func drop(_ vm: SandboxVM, conversation: UInt64) {
        loop.submit(.drop(vm, conversation))
    }

    /// Ends all workers and the host's threads. What is under way is not finished; its completions are called only by a host that
    /// answers at its end.
    package func shutdown() {
        loop.shutdown()
    }

    package var statistics: SandboxStatistics {
        var statistics = loop.statistics.withLock { $0 }
        statistics.replies = loop.replies.load(ordering: .relaxed)
        return statistics
    }
}
