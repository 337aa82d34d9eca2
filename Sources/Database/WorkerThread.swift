import CSQLite
import Glibc
import Synchronization

/// A thread with a queue of jobs. Jobs run in order, one at a time; the thread ends when it is told to and the queue is empty.
///
/// `@unchecked Sendable` because the queue and the flag are read and written under `mutex` only.
final class WorkerThread<Job: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [Job] = []
    private var isStopping = false
    private var thread = pthread_t()
    private var isStarted = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    /// - Parameter body: takes jobs with `next` until that gives none.
    func start(name: String, _ body: @escaping @Sendable (WorkerThread) -> Void) throws {
        let box = Unmanaged.passRetained(
            ThreadStart {
                csqlite_name_thread(name)
                body(self)
            })
        let code = pthread_create(&thread, nil, threadMain, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw DatabaseError(
                .io, "No thread could be started: \(String(cString: strerror(code))). Raise the limits of the process.")
        }
        isStarted = true
    }

    /// False when the thread is stopping: the job was not taken.
    func add(_ job: Job) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isStopping else { return false }
        queue.append(job)
        if queue.count == 1 { pthread_cond_signal(condition) }
        return true
    }

    /// Waits for jobs and takes up to `limit` of them. Empty when the thread is to end.
    func next(limit: Int) -> [Job] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while queue.isEmpty {
            if isStopping { return [] }
            pthread_cond_wait(condition, mutex)
        }
        guard queue.count > limit else {
            let jobs = queue
            queue = []
            return jobs
        }
        let jobs = Array(queue.prefix(limit))
        queue.removeFirst(limit)
        return jobs
    }

    /// Lets the thread finish what is queued, then joins it.
    func stop() {
        pthread_mutex_lock(mutex)
        let mustJoin = isStarted && !isStopping
        isStopping = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
        if mustJoin { pthread_join(thread, nil) }
    }
}

private final class ThreadStart: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().body() }
    return nil
}
