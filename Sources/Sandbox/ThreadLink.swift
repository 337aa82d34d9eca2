import Glibc
import SandboxCore
import Synchronization

/// A worker on a thread of this process. What it runs can be asked to stop but not be killed: a single C call that
/// works for long goes on, with nobody waiting for it.
///
/// `@unchecked Sendable` because what both threads touch is under `lock`; `thread` and `ending` are the loop's.
final class ThreadLink: WorkerLink, @unchecked Sendable {
    private let lock = Mutex(())
    private var requests = ByteBuffer()
    private var replies = ByteBuffer()
    /// The vm inside of which the thread is.
    private var running: OpaquePointer?
    private var stepsDone: UInt64 = 0
    private var isStopped = false

    private let pending = Semaphore()
    private let exited = Semaphore()
    private let inspector: SandboxInspector?
    private let wake: @Sendable () -> Void
    private var thread: pthread_t?
    private var ending: String?

    /// Several times what Lua can be made to use; what is not used costs address space only.
    private static let stackBytes = 16 << 20
    /// How long a finished answer may wait for others.
    private static let gathering: Int64 = 200_000

    var descriptor: Int32? { nil }
    var processID: Int32? { nil }
    var announcesReady: Bool { false }

    /// - Parameter wake: called on the worker's thread when there are answers.
    init(inspector: SandboxInspector?, wake: @escaping @Sendable () -> Void) throws(SandboxSetupError) {
        self.inspector = inspector
        self.wake = wake
        guard let thread = startThread(name: "sandbox-worker", stackBytes: Self.stackBytes, { [self] in run() }) else {
            throw SandboxSetupError(message: "A thread for the sandbox could not be started: \(errorText(errno)).")
        }
        self.thread = thread
    }

    // MARK: On the loop thread

    func send(_ bytes: ByteBuffer) -> Bool {
        let wasIdle = lock.withLock { _ in
            let wasIdle = requests.isEmpty
            requests.append(bytes.bytes)
            return wasIdle
        }
        bytes.removeAll()
        if wasIdle { pending.signal() }
        return true
    }

    func receive(into bytes: ByteBuffer) -> Bool {
        lock.withLock { _ in
            bytes.append(replies.bytes)
            replies.removeAll()
            return !isStopped
        }
    }

    func interrupt(step: UInt64) {
        lock.withLock { _ in
            if let running, stepsDone == step { sc_interrupt(running) }
        }
    }

    func kill() {
        lock.withLock { _ in
            isStopped = true
            if let running { sc_interrupt(running) }
        }
        pending.signal()
    }

    func reap() -> String? {
        if let thread, exited.wait(milliseconds: 0) {
            pthread_join(thread, nil)
            self.thread = nil
            ending = "end of the thread"
        }
        return ending
    }

    // MARK: On the worker's thread

    private func run() {
        // Destroyed with its programs before the loop may join.
        work()
        exited.signal()
        wake()
    }

    private func work() {
        let core = CoreRunner(inspector: inspector) { [self] vm in
            lock.withLock { _ in
                running = vm
                if let vm, isStopped { sc_interrupt(vm) }
                if vm == nil { stepsDone += 1 }
            }
        }
        var batch = ByteBuffer()
        let answers = ByteBuffer()
        while true {
            pending.wait()
            let isStopped = lock.withLock { _ in
                swap(&batch, &requests)
                return self.isStopped
            }
            if isStopped || !process(batch, core, answers) { break }
        }
        lock.withLock { _ in self.isStopped = true }
    }

    /// False when the worker has to end.
    private func process(_ batch: ByteBuffer, _ core: CoreRunner, _ answers: ByteBuffer) -> Bool {
        var firstAnswer: Int64 = 0
        do {
            while let frame = try Frame.first(in: batch.bytes, maximum: .max) {
                let before = answers.count
                try core.handle(frame, replies: answers)
                batch.consume(frame.size)
                let now = monotonicNanoseconds()
                if before == 0 { firstAnswer = now }
                if now - firstAnswer > Self.gathering && !publish(answers) { return false }
            }
        } catch {
            // The frames come from this very process, so this is a fault of the host's; it ends like any dead worker.
            return false
        }
        return publish(answers)
    }

    private func publish(_ answers: ByteBuffer) -> Bool {
        if answers.isEmpty { return true }
        let isStopped = lock.withLock { _ in
            replies.append(answers.bytes)
            return self.isStopped
        }
        answers.removeAll()
        wake()
        return !isStopped
    }
}
