import CWebSockets
import Glibc

/// One client: takes bytes, runs the protocol, gives bytes. It handles one request at a time; what a client sends ahead
/// (pipelining) waits in `input`.
///
/// `@unchecked Sendable` because it is only touched on its loop's thread; others pass it along in `EventLoop.Message`.
final class Connection: @unchecked Sendable {
    /// What the next byte from the client means.
    enum Mode {
        /// A request head, or its beginning.
        case head
        case body(BodyReader)
        /// A handler has the request and owes the answer.
        case waiting
        /// The answer is being written; what follows depends on `closeAfterOutput`.
        case flushing
        case webSocket(WebSocketState)
        /// The last byte is written; the client is given time to read it before the socket closes.
        case lingering
    }

    let loop: EventLoop
    let remoteAddress: String
    /// Position in the loop's table.
    var index: Int
    private let descriptor: Int32
    private(set) var socket: OpaquePointer?
    private(set) var isDead = false

    var mode = Mode.head
    var parser: RequestParser
    /// Bytes that came and were not used yet.
    var input: [UInt8] = []
    var head: RequestHead?
    /// Numbers the requests, so that a late answer finds only its own.
    var requestNumber: UInt64 = 0
    var output = OutputQueue()
    var closeAfterOutput = false
    /// Whether libwebsockets holds bytes that the kernel did not take.
    private(set) var isBlocked = false
    private var isReading = true
    private var isProcessing = false
    /// An upload's sink is behind.
    var uploadPaused = false
    /// When something last came or went, in milliseconds.
    var lastReceived: Int64
    private var lastSent: Int64
    /// When the first byte of the current head came, or lingering began.
    var phaseBegan: Int64

    init(loop: EventLoop, descriptor: Int32, remoteAddress: String, index: Int) {
        self.loop = loop
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        self.index = index
        parser = RequestParser(
            maxRequestLine: loop.options.maxRequestLineBytes, maxHeader: loop.options.maxHeaderBytes,
            maxFields: loop.options.maxHeaderFields)
        lastReceived = now()
        lastSent = lastReceived
        phaseBegan = lastReceived
    }

    // MARK: What the library tells

    func adopted(_ socket: OpaquePointer?) { self.socket = socket }

    func received(_ bytes: UnsafeBufferPointer<UInt8>) {
        lastReceived = now()
        loop.pace.events += 1
        loop.counters.bytesIn.count(bytes.count)
        if input.isEmpty {
            if case .head = mode { phaseBegan = lastReceived }
            let used = process(bytes)
            if used < bytes.count { input = Array(bytes[used...]) }
        } else {
            input += bytes
            processInput()
        }
        flush()
    }

    func writable() {
        isBlocked = false
        lastSent = now()
        flush()
    }

    /// The socket is gone. Idempotent.
    func closed() {
        guard socket != nil || !isDead else { return }
        isDead = true
        socket = nil
        loop.remove(self)
        output.clear()
        enterLingering()
    }

    /// Leaves the protocol for good and tells who followed it.
    private func enterLingering() {
        let last = mode
        mode = .lingering
        input = []
        head = nil
        switch last {
        case .body(let reader): reader.abort()
        case .webSocket(let state):
            loop.counters.webSockets.count(-1)
            state.session.end()
            state.delegate.closed(state.session)
        default: break
        }
    }

    /// Closes without more ado.
    func kill() {
        guard let socket, !isDead else { return }
        isDead = true
        web_close_soon(socket)
    }

    // MARK: Input

    /// Uses what waits in `input`, if it may be used now.
    func processInput() {
        guard !isProcessing, !input.isEmpty else { return }
        let bytes = input
        input = []
        let used = bytes.withUnsafeBufferPointer { process($0) }
        if used < bytes.count { input = Array(bytes[used...]) }
    }

    private func process(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        isProcessing = true
        defer { isProcessing = false }
        var used = 0
        while used < bytes.count, !isDead {
            let rest = UnsafeBufferPointer(rebasing: bytes[used...])
            switch mode {
            case .head:
                switch parser.parse(rest, remoteAddress: remoteAddress) {
                case .needMore: return used
                case .failure(let failure):
                    refuse(failure.status, failure.message)
                case .head(let head, let consumed):
                    used += consumed
                    begin(head)
                }
            case .body(let reader): used += readBody(reader, rest)
            case .flushing:
                // Answers to pipelined requests leave together as long as they are small.
                guard output.isSmall, !closeAfterOutput, !isBlocked, !loop.isStopping else { return used }
                mode = .head
                phaseBegan = lastReceived
            case .waiting: return used
            case .webSocket(let state):
                state.decode(rest, on: self)
                used = bytes.count
            case .lingering: used = bytes.count
            }
        }
        return used
    }

    // MARK: Output

    /// Writes what can be written, and goes on to the next request when all is.
    func flush() {
        guard let socket, !isDead else { return }
        repeat { writeOut(socket) } while goesOn()
        updateReading()
    }

    private func writeOut(_ socket: OpaquePointer) {
        for _ in 0..<4 {
            guard !isBlocked, !isDead, let count = writeSome(socket) else { return }
            loop.counters.bytesOut.count(count)
        }
        // Others have their turn first.
        if !isBlocked { lws_callback_on_writable(socket) }
    }

    /// Decides what follows when everything is written; whether that gave something new to write.
    private func goesOn() -> Bool {
        guard !isBlocked, output.isEmpty, !isDead, !isProcessing else { return false }
        if case .lingering = mode { return false }
        if closeAfterOutput {
            linger()
            return false
        }
        guard case .flushing = mode else { return false }
        if loop.isStopping {
            linger()
            return false
        }
        mode = .head
        phaseBegan = now()
        processInput()
        return !output.isEmpty
    }

    /// Hands some bytes to the library; nil when there are none.
    private func writeSome(_ socket: OpaquePointer) -> Int? {
        if case .webSocket(let state) = mode { state.collect(into: &output, closing: &closeAfterOutput) }
        let written: Int
        do {
            written = try output.writeSome(scratch: &loop.scratch) { bytes in
                web_write_raw(socket, bytes.baseAddress, bytes.count) >= 0
            }
        } catch {
            kill()
            return nil
        }
        guard written > 0 else { return nil }
        if lws_partial_buffered(socket) != 0 {
            isBlocked = true
        } else {
            lastSent = now()
        }
        return written
    }

    /// Nothing more is written; the client may still be sending, and a socket closed on unread bytes would cost it the answer.
    private func linger() {
        enterLingering()
        phaseBegan = now()
        if loop.options.tlsCertificatePath == nil { shutdown(descriptor, Int32(SHUT_WR)) }
    }

    /// Reads only while there is room for what comes. While output is blocked the library ignores input, so polling for it
    /// would spin.
    private func updateReading() {
        guard let socket, !isDead else { return }
        var wanted = !isBlocked && !uploadPaused
        switch mode {
        case .waiting, .flushing: wanted = wanted && input.count < 64 << 10
        default: break
        }
        guard wanted != isReading else { return }
        isReading = wanted
        lws_rx_flow_control(socket, wanted ? 1 : 0)
    }

    // MARK: Time

    /// Called every second or so.
    func checkTime(_ now: Int64) {
        guard socket != nil, !isDead else { return }
        let timing = loop.timing
        if isBlocked, now - lastSent > timing.stall * (isWebSocket ? 3 : 1) { return kill() }
        switch mode {
        case .head:
            if input.isEmpty {
                if now - lastReceived > timing.idle { kill() }
            } else if now - phaseBegan > timing.stall {
                refuse(408, "The request's header did not arrive in time.")
                flush()
            }
        case .body:
            if !uploadPaused, now - lastReceived > timing.stall {
                refuse(408, "The request's body stopped arriving.")
                flush()
            }
        case .waiting: break
        case .flushing: if now - lastSent > timing.stall { kill() }
        case .webSocket(let state):
            switch state.checkTime(now, lastReceived: lastReceived, timing: timing) {
            case .fine: break
            case .ping:
                output.append(WebSocketFrame.encode(.ping, []))
                flush()
            case .dead: kill()
            }
        case .lingering: if now - phaseBegan > timing.linger { kill() }
        }
    }

    /// Whether this is called from within the work on that request, which flushes when it is done.
    func isProcessingRequest(_ number: UInt64) -> Bool { isProcessing && number == requestNumber }

    private var isWebSocket: Bool {
        if case .webSocket = mode { return true }
        return false
    }

    func serverStops() {
        switch mode {
        case .head where input.isEmpty && output.isEmpty: kill()
        case .webSocket(let state): state.session.close(code: 1001, reason: "server stops")
        default: break
        }
    }
}
