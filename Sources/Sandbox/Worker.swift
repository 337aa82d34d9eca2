/// The way to a worker, whichever wall stands around it. Used on the loop thread.
protocol WorkerLink: AnyObject {
    /// What `poll` can wait for; nil when the worker wakes the loop itself.
    var descriptor: Int32? { get }
    var processID: Int32? { get }
    /// Whether the worker says READY before it may be sent work.
    var announcesReady: Bool { get }

    /// Sends what it can now and consumes that. False when the worker is gone.
    func send(_ bytes: ByteBuffer) -> Bool
    /// Appends what has come. False when the worker has closed its end.
    func receive(into bytes: ByteBuffer) -> Bool
    /// Asks the step with this number (counted from 0 over all that are answered) to stop, if it runs.
    func interrupt(step: UInt64)
    /// Ends the worker, whatever it does. To be called once.
    func kill()
    /// After `kill`: how it ended, nil while it has not yet.
    func reap() -> String?
}

/// A worker and what it was asked. Loop thread only.
final class Worker {
    enum State {
        /// Not locked down yet.
        case starting
        case ready
        /// Its socket is closed; only how it ended is not known yet.
        case dying
        case gone
    }

    let link: any WorkerLink
    let tenant: Tenant
    var state: State
    let startedAt: Int64
    let out = ByteBuffer()
    let input = ByteBuffer()
    var sent = FIFO<Sent>()
    /// Loads among `sent`.
    var loading = 0
    /// Steps that are done.
    var answered: UInt64 = 0
    var hasAnswered = false
    var loaded: [UInt32: SandboxVM] = [:]
    var nextWireID: UInt32 = 1
    /// When the head of `sent` must be answered, or the worker be ready, or it has to be reaped: nanoseconds.
    var deadline: Int64 = .max
    /// When the head is asked to stop by itself.
    var interruptAt: Int64 = .max
    var lastUsed: Int64
    /// No more work: it makes room for another tenant as soon as it is done.
    var isDraining = false
    /// The largest frame that it may send.
    var largestReply = 1 << 20

    init(link: any WorkerLink, tenant: Tenant, now: Int64) {
        self.link = link
        self.tenant = tenant
        state = link.announcesReady ? .starting : .ready
        startedAt = now
        lastUsed = now
    }

    var isIdle: Bool { state == .ready && sent.isEmpty && tenant.queue.isEmpty }
}

/// Whose programs share a worker. Loop thread only.
final class Tenant {
    let name: String
    var queue = FIFO<Operation>()
    var worker: Worker?
    /// Deaths without a longer life between them.
    var failures = 0
    /// When the next worker may be started: nanoseconds.
    var notBefore: Int64 = 0
    var isDirty = false
    /// Waits until there may be another worker.
    var waitsForRoom = false
    var hadWorker = false

    init(name: String) { self.name = name }

    /// The pauses before another try: 0, 100 ms, 200 ms, ... 5 s.
    func countFailure(now: Int64) {
        failures += 1
        let milliseconds = failures < 2 ? 0 : min(5000, 100 << min(failures - 2, 6))
        notBefore = now + Int64(milliseconds) * 1_000_000
    }
}
