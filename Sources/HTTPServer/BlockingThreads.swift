import CWebSockets
import Glibc
import Synchronization

/// A few threads on which blocking is allowed. Jobs with the same key run one at a time, in order.
final class BlockingThreads: Sendable {
    private let threads: [WorkerThread]

    init(count: Int) { threads = (0..<count).map { WorkerThread(number: $0) } }

    func submit(key: UInt64, _ job: @escaping @Sendable () -> Void) {
        threads[Int(key % UInt64(threads.count))].submit(job)
    }

    /// Finishes what was submitted, then ends the threads. Called once.
    func stop() { for thread in threads { thread.stop() } }
}

/// A thread with a queue.
private final class WorkerThread: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var stopping = false
    }

    private let state = Mutex(State())
    private let wake = Semaphore()
    private let thread = Mutex<pthread_t?>(nil)

    init(number: Int) {
        thread.withLock { $0 = startThread(name: "http-upload-\(number)") { [self] in run() } }
    }

    func submit(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        wake.signal()
    }

    func stop() {
        state.withLock { $0.stopping = true }
        wake.signal()
        if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }

    private func run() {
        while true {
            wake.wait()
            let (jobs, stopping) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.stopping)
            }
            for job in jobs { job() }
            if stopping, state.withLock({ $0.jobs.isEmpty }) { return }
        }
    }
}

/// A POSIX semaphore.
/// `@unchecked Sendable` because `sem_t` is made for concurrent use and lives at a fixed address.
private final class Semaphore: @unchecked Sendable {
    private let handle = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(handle, 0, 0) }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    func signal() { sem_post(handle) }

    func wait() { while sem_wait(handle) != 0 {} }
}

/// Starts a joinable thread. `name` is cut to the 15 bytes that the kernel keeps.
func startThread(name: String, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
    final class Body {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(name: name, run: body))
    let result = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
            web_name_thread(body.name)
            body.run()
            return nil
        }, argument.toOpaque())
    if result != 0 { argument.release() }
    return result == 0 ? thread : nil
}
