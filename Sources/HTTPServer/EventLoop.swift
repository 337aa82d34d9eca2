import CWebSockets
import Glibc
import Synchronization

/// One thread with one libwebsockets context. Everything that touches the library or a connection happens on that thread;
/// other threads leave a `Message` and wake it.
///
/// `@unchecked Sendable` because `inbox`, `thread`, `threadID`, `counters` and `admission` guard themselves and the rest is only
/// touched on the thread.
final class EventLoop: @unchecked Sendable {
    /// What other threads ask of the loop.
    enum Message: Sendable {
        case respond(Connection, request: UInt64, HTTPResponse)
        case flush(Connection)
        case resumeUpload(Connection)
        case refuseUpload(Connection, request: UInt64, HTTPResponse)
        case stop(graceMilliseconds: Int64)
    }

    private struct Inbox {
        var messages: [Message] = []
        var wakePending = false
        /// Whether the context exists, so that it may be woken.
        var isOpen = false
    }

    let options: HTTPServerOptions
    let timing: Timing
    let handler: any HTTPHandler
    let workers: BlockingThreads
    let counters = LoopCounters()
    let encoder: ResponseEncoder
    private let inbox = Mutex(Inbox())
    private let thread = Mutex<pthread_t?>(nil)
    /// The thread's `pthread_t` once it runs.
    private let threadID = Atomic<UInt>(0)

    private var context: OpaquePointer?
    private var vhost: OpaquePointer?
    private var listener: OpaquePointer?
    private var connections: [Connection] = []
    private let admission: Admission
    /// An open file kept back, to be able to turn a client away when there is no other.
    private var spareDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    private var stopDeadline: Int64?
    private(set) var isStopping = false
    private var nextSweep: Int64 = 0
    private var peakConnections = 0
    private let timer = UnsafeMutablePointer<lws_sorted_usec_list_t>.allocate(capacity: 1)
    private let protocols = LibraryProtocols()
    var pace = Pace()
    /// Scratch memory for output that has to be put together.
    var scratch: [UInt8] = []

    private init(options: HTTPServerOptions, admission: Admission, handler: any HTTPHandler, workers: BlockingThreads) {
        self.options = options
        self.admission = admission
        self.handler = handler
        self.workers = workers
        timing = Timing(options)
        encoder = ResponseEncoder(serverName: options.serverName)
        timer.initialize(to: lws_sorted_usec_list_t())
    }

    deinit {
        timer.deallocate()
        close(spareDescriptor)
    }

    /// Makes the context and starts the thread. Takes the listening socket over, in failure too.
    static func start(
        number: Int, listener: ListenSocket, options: HTTPServerOptions, admission: Admission, handler: any HTTPHandler,
        workers: BlockingThreads
    ) throws(HTTPServerError) -> EventLoop {
        let loop = EventLoop(options: options, admission: admission, handler: handler, workers: workers)
        do throws(HTTPServerError) {
            try loop.makeContext()
        } catch {
            close(listener.descriptor)
            throw error
        }
        loop.listener = web_adopt_listener(loop.vhost, listener.descriptor, nil)
        let thread = startThread(name: "http-loop-\(number)") { loop.run() }
        guard let thread else {
            loop.destroyContext()
            throw HTTPServerError(message: "Could not start an event loop thread: \(errorText(errno)).")
        }
        loop.thread.withLock { $0 = thread }
        return loop
    }

    private func makeContext() throws(HTTPServerError) {
        LibraryLog.start()
        var info = lws_context_creation_info()
        info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        info.protocols = UnsafePointer(protocols.list)
        info.gid = -1
        info.uid = -1
        info.user = Unmanaged.passUnretained(self).toOpaque()
        info.fd_limit_per_thread = UInt32(options.maxConnections + 64)
        info.pt_serv_buf_size = 64 << 10
        info.timeout_secs = UInt32(max(1, timing.stall / 1000))
        info.options = UInt64(LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME)
        // Offering h2 would move a connection to another role of the library.
        let alpn = strdup("http/1.1")
        let certificate = options.tlsCertificatePath.flatMap { strdup($0) }
        let key = options.tlsKeyPath.flatMap { strdup($0) }
        defer { for string in [alpn, certificate, key] { free(string) } }
        if certificate != nil {
            info.options |= UInt64(LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT)
            info.alpn = UnsafePointer(alpn)
            info.ssl_cert_filepath = UnsafePointer(certificate)
            info.ssl_private_key_filepath = UnsafePointer(key)
            // TLS 1.0 and 1.1 off (SSL_OP_NO_TLSv1, SSL_OP_NO_TLSv1_1).
            info.ssl_options_set = 0x0400_0000 | 0x1000_0000
        }
        info.options |= UInt64(LWS_SERVER_OPTION_EXPLICIT_VHOSTS)
        guard let context = lws_create_context(&info) else {
            throw HTTPServerError(message: "libwebsockets could not start: \(LibraryLog.last).")
        }
        self.context = context
        guard let vhost = lws_create_vhost(context, &info) else {
            let reason = LibraryLog.last
            destroyContext()
            throw HTTPServerError(
                message: "The TLS certificate or key could not be used: "
                    + (reason.isEmpty ? "they do not fit each other." : reason))
        }
        self.vhost = vhost
        inbox.withLock { $0.isOpen = true }
    }

    private func destroyContext() {
        inbox.withLock { $0.isOpen = false }
        if let context { lws_context_destroy(context) }
        context = nil
    }

    // MARK: From other threads

    /// Leaves a message; wakes the loop when it does not know of one yet.
    func post(_ message: Message) {
        inbox.withLock { inbox in
            inbox.messages.append(message)
            if inbox.wakePending || isCurrent { return }
            inbox.wakePending = true
            if inbox.isOpen { lws_cancel_service(context) }
        }
    }

    var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

    func beginStop(grace: Duration) { post(.stop(graceMilliseconds: max(0, grace.milliseconds))) }

    func join() {
        if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }

    func stop(grace: Duration) {
        beginStop(grace: grace)
        join()
    }

    // MARK: On the thread

    private func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        signal(SIGPIPE, SIG_IGN)
        scheduleSweep()
        while !isFinished {
            lws_service(context, 0)
            drainInbox()
            if now() >= nextSweep { sweep() }
            pace.turnEnds(connections: connections.count)
        }
        destroyContext()
        for connection in connections { connection.closed() }
        connections = []
        drainInbox()
    }

    private var isFinished: Bool { isStopping && connections.isEmpty }

    private func drainInbox() {
        while true {
            let messages = inbox.withLock { inbox in
                inbox.wakePending = false
                defer { inbox.messages = [] }
                return inbox.messages
            }
            if messages.isEmpty { return }
            for message in messages { handle(message) }
        }
    }

    private func handle(_ message: Message) {
        switch message {
        case .respond(let connection, let request, let response): connection.respond(response, to: request)
        case .flush(let connection): connection.flush()
        case .resumeUpload(let connection): connection.resumeUpload()
        case .refuseUpload(let connection, let request, let response): connection.refuseUpload(response, request: request)
        case .stop(let grace): beginStop(graceMilliseconds: grace)
        }
    }

    private func beginStop(graceMilliseconds: Int64) {
        guard !isStopping else { return }
        isStopping = true
        stopDeadline = now() + graceMilliseconds
        if let listener { web_close_soon(listener) }
        for connection in connections { connection.serverStops() }
        scheduleSweep()
    }

    private func scheduleSweep() {
        let pause = isStopping ? 20 : timing.sweep
        nextSweep = now() + pause
        // A little late, so that the coarse clock has passed `nextSweep` whenever the library's timer has fired.
        lws_sul_schedule(context, 0, timer, { _ in }, (pause + 20) * 1000)
    }

    private func sweep() {
        let now = now()
        if let stopDeadline, now >= stopDeadline {
            for connection in connections { connection.kill() }
        } else {
            for connection in connections { connection.checkTime(now) }
        }
        returnMemory()
        scheduleSweep()
    }

    /// After a crowd has left, what it needed goes back to the system; the allocator would keep it.
    private func returnMemory() {
        peakConnections = max(peakConnections, connections.count)
        guard peakConnections >= 1000, connections.count < peakConnections / 4 else { return }
        peakConnections = connections.count
        web_trim_memory()
    }

    /// Takes what waits on the listening socket, at most a batch at a time so that others get their turn.
    func accept(from descriptor: Int32) {
        for _ in 0..<64 {
            guard let client = ListenSocket.accept(from: descriptor) else {
                if errno == EMFILE || errno == ENFILE { refuseOne(descriptor) }
                return
            }
            admit(client.descriptor, address: client.address)
        }
    }

    /// Out of open files: a client left waiting would keep the listening socket readable and the loop spinning.
    private func refuseOne(_ listener: Int32) {
        close(spareDescriptor)
        if let client = ListenSocket.accept(from: listener) {
            counters.rejected.count(1)
            turnAway(client.descriptor)
        }
        spareDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    }

    private func admit(_ descriptor: Int32, address: String) {
        guard !isStopping, admission.enter(address) else {
            counters.rejected.count(1)
            turnAway(descriptor)
            return
        }
        let connection = Connection(loop: self, descriptor: descriptor, remoteAddress: address, index: connections.count)
        connections.append(connection)
        counters.connections.count(1)
        counters.accepted.count(1)
        let opaque = Unmanaged.passUnretained(connection).toOpaque()
        if web_adopt_socket(vhost, descriptor, options.tlsCertificatePath == nil ? 0 : 1, opaque) == nil { connection.closed() }
    }

    /// Says why before closing; over TLS nothing can be said without a handshake.
    private func turnAway(_ descriptor: Int32) {
        if options.tlsCertificatePath == nil {
            var bytes: [UInt8] = []
            let text = "The server has no room for another connection: try again later.\n"
            encoder.head(
                HTTPResponse(status: 503, headers: [("Retry-After", "5")]), contentLength: text.utf8.count, keepAlive: false,
                isHTTP10: false, into: &bytes)
            bytes += text.utf8
            web_send_now(descriptor, bytes, bytes.count)
            shutdown(descriptor, Int32(SHUT_WR))
        }
        close(descriptor)
    }

    /// Called once for each connection, when it is gone.
    func remove(_ connection: Connection) {
        let last = connections.count - 1
        guard connection.index <= last, connections[connection.index] === connection else { return }
        connections.swapAt(connection.index, last)
        connections[connection.index].index = connection.index
        connections.removeLast()
        counters.connections.count(-1)
        admission.leave(connection.remoteAddress)
    }

    func listenerClosed() { listener = nil }
}

/// The loop's periods in milliseconds.
struct Timing {
    let idle: Int64
    let stall: Int64
    let ping: Int64
    let linger: Int64 = 2000
    let closing: Int64
    let sweep: Int64

    init(_ options: HTTPServerOptions) {
        idle = options.idleTimeout.milliseconds
        stall = options.stallTimeout.milliseconds
        ping = options.pingInterval.milliseconds
        closing = min(5000, stall)
        sweep = max(20, min(1000, min(idle, stall, ping) / 4))
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
