import Dispatch
import Glibc
import Synchronization

struct HostOptions: Sendable {
    let isolation: SandboxIsolation
    var workerPath: String?
    let maxWorkers: Int
    let log: @Sendable (String) -> Void
    var inspector: SandboxInspector?
    /// What is under way when the host is shut down, and what is asked of it later, is answered as lost; else never.
    var answersAtEnd = false

    /// Requests that a worker may have at a time; the others wait in the host, where its death does not touch them.
    static let window = 64
    /// Bytes that may wait to be written to a worker before it gets more requests.
    static let windowBytes = 1 << 20
    /// What a turn may take beyond its limit before its worker is killed: nanoseconds.
    static let grace: Int64 = 500_000_000
    /// A thread cannot be killed, only given up.
    static let threadGrace: Int64 = 2_000_000_000
    /// How long a busy worker keeps its place while others wait.
    static let leastLife: Int64 = 50_000_000
    static let readyTime: Int64 = 5_000_000_000
    static let loadTime: Int64 = 10_000_000_000
    /// A worker that lived so long was not part of a series of deaths.
    static let healthyLife: Int64 = 10_000_000_000
}

/// The one thread that owns all workers, their sockets and what is asked of them.
///
/// `@unchecked Sendable` because `inbox`, `statistics`, `replies`, `onLost` and `thread` guard themselves; all else is
/// only touched on the thread.
final class HostLoop: @unchecked Sendable {
    private struct Inbox {
        var operations: [Operation] = []
        /// The thread waits in `poll`, and nobody has woken it yet.
        var isAsleep = false
        /// A worker on a thread has answers.
        var hasAnswers = false
        var mustStop = false
    }

    let options: HostOptions
    let onLost: Mutex<SandboxHost.LostHandler>
    let statistics = Mutex(SandboxStatistics())
    let replies = Atomic<Int>(0)
    private let inbox = Mutex(Inbox())
    private let thread = Mutex<pthread_t?>(nil)
    /// Wakes the thread out of `poll`.
    private let alarm: (read: Int32, write: Int32)

    // Only on the thread.
    var tenants: [String: Tenant] = [:]
    var workers: [Worker] = []
    var corpses: [Worker] = []
    /// Tenants with something new to do.
    var dirty: [Tenant] = []
    /// Tenants that wait for the pause to pass.
    var paused: [Tenant] = []
    /// Tenants that wait for another's worker to end.
    var crowded: [Tenant] = []
    var now: Int64 = 0
    /// When something may be overdue; may be too early, never too late.
    var nextCheck: Int64 = .max
    var nextSerial: UInt64 = 1
    private var polled: [pollfd] = []
    private var polledWorkers: [Worker] = []
    var workersChanged = true

    private init(_ options: HostOptions, onLost: @escaping SandboxHost.LostHandler, alarm: (read: Int32, write: Int32)) {
        self.options = options
        self.onLost = Mutex(onLost)
        self.alarm = alarm
    }

    deinit {
        close(alarm.read)
        close(alarm.write)
    }

    static func start(
        _ options: HostOptions, onLost: @escaping SandboxHost.LostHandler
    ) throws(SandboxSetupError) -> HostLoop {
        var options = options
        if options.isolation == .process {
            let path: String
            if let given = options.workerPath { path = given } else { path = try defaultWorkerPath() }
            guard access(path, X_OK) == 0 else {
                throw SandboxSetupError(
                    message:
                        "The sandbox worker \(path) cannot be run: \(errorText(errno)). It belongs beside the server's program.")
            }
            options.workerPath = path
        }
        guard let alarm = connectedSockets() else {
            throw SandboxSetupError(message: "No socket for the sandbox: \(errorText(errno)). Raise the limit of open files.")
        }
        makeNonBlocking(alarm.0)
        makeNonBlocking(alarm.1)
        let loop = HostLoop(options, onLost: onLost, alarm: alarm)
        guard let thread = startThread(name: "sandbox-host", { loop.run() }) else {
            throw SandboxSetupError(message: "A thread for the sandbox could not be started: \(errorText(errno)).")
        }
        loop.thread.withLock { $0 = thread }
        return loop
    }

    private static func defaultWorkerPath() throws(SandboxSetupError) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), bytes.count) } ?? -1
        }
        guard count > 0, let slash = buffer[..<count].lastIndex(of: UInt8(ascii: "/")) else {
            throw SandboxSetupError(message: "The running program's folder is unknown: \(errorText(errno)).")
        }
        return String(decoding: buffer[...slash], as: UTF8.self) + "stoa-sandbox"
    }

    // MARK: From any thread

    func submit(_ operation: Operation) {
        let (mustWake, isOver) = inbox.withLock { inbox in
            if inbox.mustStop { return (false, true) }
            inbox.operations.append(operation)
            return (inbox.isAsleep.take(), false)
        }
        if mustWake { wake() }
        // Elsewhere: who asks again for each answer must not grow the stack.
        if isOver && options.answersAtEnd { DispatchQueue.global().async { operation.lose(Self.isOver, culprit: true) } }
    }

    private static let isOver = "The sandbox was shut down."

    /// A worker on a thread has answers.
    private func hasAnswers() {
        let mustWake = inbox.withLock { inbox in
            inbox.hasAnswers = true
            return inbox.isAsleep.take()
        }
        if mustWake { wake() }
    }

    func makeLink() throws(SandboxSetupError) -> any WorkerLink {
        switch options.isolation {
        case .process: try ProcessLink(path: options.workerPath ?? "")
        case .thread: try ThreadLink(inspector: options.inspector) { [weak self] in self?.hasAnswers() }
        }
    }

    private func wake() {
        var byte: UInt8 = 0
        // A full one wakes as well.
        _ = write(alarm.write, &byte, 1)
    }

    func shutdown() {
        let mustWake = inbox.withLock { inbox in
            inbox.mustStop = true
            return inbox.isAsleep.take()
        }
        if mustWake { wake() }
        guard let thread = thread.withLock({ $0.take() }) else { return }
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    // MARK: On the thread

    private func run() {
        while true {
            now = monotonicNanoseconds()
            guard takeOperations() else { break }
            pumpDirty()
            if now >= nextCheck { check() }
            if !corpses.isEmpty { reapCorpses() }
            if !crowded.isEmpty { relieveCrowd() }
            if !dirty.isEmpty { continue }
            waitForEvents()
        }
        var left = endAll()
        inbox.withLock { inbox in
            left += inbox.operations
            inbox.operations = []
        }
        if options.answersAtEnd { for operation in left { operation.lose(Self.isOver, culprit: true) } }
    }

    /// False when it is time to stop.
    private func takeOperations() -> Bool {
        var operations: [Operation] = []
        let mustStop = inbox.withLock { inbox in
            inbox.isAsleep = false
            // What came with the end stays where it is: there it is found and answered.
            if !inbox.mustStop { swap(&operations, &inbox.operations) }
            return inbox.mustStop
        }
        if mustStop { return false }
        for operation in operations {
            let tenant = owner(of: operation.vm)
            tenant.queue.append(operation)
            mark(tenant)
        }
        return true
    }

    private func owner(of vm: SandboxVM) -> Tenant {
        if let owner = vm.owner { return owner }
        let tenant = tenants[vm.tenant] ?? Tenant(name: vm.tenant)
        tenants[vm.tenant] = tenant
        vm.owner = tenant
        return tenant
    }

    func mark(_ tenant: Tenant) {
        if tenant.isDirty { return }
        tenant.isDirty = true
        dirty.append(tenant)
    }

    private func pumpDirty() {
        let tenants = dirty
        dirty.removeAll(keepingCapacity: true)
        for tenant in tenants {
            tenant.isDirty = false
            pump(tenant)
        }
    }

    private func waitForEvents() {
        let isQuiet = inbox.withLock { inbox in
            inbox.isAsleep = inbox.operations.isEmpty && !inbox.hasAnswers && !inbox.mustStop
            inbox.hasAnswers = false
            return inbox.isAsleep
        }
        preparePoll()
        let count = poll(&polled, nfds_t(polled.count), isQuiet ? timeout() : 0)
        now = monotonicNanoseconds()
        if isQuiet { inbox.withLock { $0.isAsleep = false } }
        if count > 0 && polled[0].revents != 0 { drainAlarm() }
        let events = polled
        for (index, worker) in polledWorkers.enumerated() {
            if worker.link.descriptor == nil {
                if worker.state == .ready { receive(worker) }
            } else if count > 0 {
                react(worker, to: events[index + 1].revents)
            }
        }
    }

    private func react(_ worker: Worker, to events: Int16) {
        guard events != 0, worker.state == .starting || worker.state == .ready else { return }
        if events & Int16(POLLIN | POLLHUP | POLLERR) != 0 { receive(worker) }
        if events & Int16(POLLOUT) != 0, worker.state == .ready {
            flush(worker)
            if !worker.tenant.queue.isEmpty { mark(worker.tenant) }
        }
    }

    private func preparePoll() {
        if workersChanged {
            workersChanged = false
            polledWorkers = workers
            polled = [pollfd(fd: alarm.read, events: Int16(POLLIN), revents: 0)]
            // A negative descriptor is passed over.
            polled += workers.map { pollfd(fd: $0.link.descriptor ?? -1, events: 0, revents: 0) }
        }
        for (index, worker) in polledWorkers.enumerated() {
            polled[index + 1].fd = worker.state == .dying ? -1 : worker.link.descriptor ?? -1
            polled[index + 1].events = Int16(worker.out.isEmpty ? POLLIN : POLLIN | POLLOUT)
            polled[index + 1].revents = 0
        }
        polled[0].revents = 0
    }

    /// Milliseconds until something may be overdue.
    private func timeout() -> Int32 {
        // A process is gone at once; a thread that was given up may take long.
        let reaping: Int64 = corpses.isEmpty ? .max : corpses.contains { $0.link.processID != nil } ? 1 : 20
        let checking = nextCheck == .max ? Int64.max : max(0, (nextCheck - now + 999_999) / 1_000_000)
        return min(reaping, checking) == .max ? -1 : Int32(clamping: min(reaping, checking))
    }

    private func drainAlarm() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(alarm.read, &bytes, 16) == 16 {}
    }
}

extension Bool {
    /// Its value; it is false afterwards.
    fileprivate mutating func take() -> Bool {
        defer { self = false }
        return self
    }
}
