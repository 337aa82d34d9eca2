/// Where the body of the current request goes.
final class BodyReader {
    enum Target {
        case buffer([UInt8], @Sendable (HTTPRequest, HTTPResponder) -> Void)
        case pump(UploadPump)
        /// The answer is known; the body is only read to find the next request.
        case discard(HTTPResponse)
    }

    var target: Target
    let limit: Int
    /// Bytes still to come; nil: chunked.
    var remaining: Int?
    var chunks = ChunkedDecoder()
    var received = 0

    init(target: Target, limit: Int, framing: BodyFraming) {
        self.target = target
        self.limit = limit
        if case .length(let length) = framing { remaining = length }
        if case .none = framing { remaining = 0 }
    }

    func abort() { if case .pump(let pump) = target { pump.abort() } }
}

extension Connection {
    /// The most that is read of a body nobody wants, to keep the connection.
    private static let discardLimit = 256 << 10

    func begin(_ head: RequestHead) {
        self.head = head
        requestNumber += 1
        loop.counters.requests.count(1)
        switch loop.handler.route(head.request) {
        case .respond(let response): answerAtOnce(response, head)
        case .webSocket(let subprotocol, let delegate): upgrade(head, subprotocol: subprotocol, delegate: delegate)
        case .buffered(let limit, let body):
            if head.framing == .none {
                mode = .waiting
                body(head.request, responder())
            } else {
                startBody(.buffer([], body), limit: limit, head)
            }
        case .streamed(let sink):
            let number = requestNumber
            let loop = loop
            let pump = UploadPump(
                sink: sink, key: number &+ UInt64(UInt(bitPattern: ObjectIdentifier(self).hashValue) >> 4),
                workers: loop.workers,
                resume: { [self] in loop.post(.resumeUpload(self)) },
                refuse: { [self] in loop.post(.refuseUpload(self, request: number, $0)) })
            if head.framing == .none {
                mode = .waiting
                pump.finish(responder())
            } else {
                startBody(.pump(pump), limit: sink.limit, head)
            }
        }
    }

    private func answerAtOnce(_ response: HTTPResponse, _ head: RequestHead) {
        if head.framing == .none {
            mode = .waiting
            respond(response, to: requestNumber)
        } else if head.expectsContinue {
            finish(response, keepAlive: false)
        } else {
            startBody(.discard(response), limit: Self.discardLimit, head)
        }
    }

    private func startBody(_ target: BodyReader.Target, limit: Int, _ head: RequestHead) {
        let reader = BodyReader(target: target, limit: limit, framing: head.framing)
        if case .length(let length) = head.framing, length > limit { return bodyTooLong(reader) }
        if head.expectsContinue { output.append(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        mode = .body(reader)
    }

    private func bodyTooLong(_ reader: BodyReader) {
        reader.abort()
        if case .discard(let response) = reader.target { return finish(response, keepAlive: false) }
        refuse(413, "The request's body is longer than the \(reader.limit) bytes allowed here.")
    }

    func readBody(_ reader: BodyReader, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let used: Int
        let isComplete: Bool
        if let remaining = reader.remaining {
            used = min(remaining, bytes.count)
            reader.remaining = remaining - used
            isComplete = used == remaining
            take(UnsafeBufferPointer(rebasing: bytes[..<used]), reader)
        } else {
            var payload: [UInt8] = []
            do throws(ParseFailure) {
                used = try reader.chunks.decode(bytes, into: &payload)
            } catch {
                reader.abort()
                refuse(error.status, error.message)
                return bytes.count
            }
            isComplete = reader.chunks.finished
            if reader.received + payload.count > reader.limit {
                bodyTooLong(reader)
                return bytes.count
            }
            payload.withUnsafeBufferPointer { take($0, reader) }
        }
        if isComplete { bodyComplete(reader) }
        return used
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, _ reader: BodyReader) {
        reader.received += bytes.count
        switch reader.target {
        case .buffer(var body, let handler):
            // Taken out while it grows, so that it is not copied.
            reader.target = .buffer([], handler)
            if body.isEmpty { body.reserveCapacity(bytes.count + min(reader.remaining ?? 0, 64 << 10)) }
            body += bytes
            reader.target = .buffer(body, handler)
        case .pump(let pump): if !bytes.isEmpty, !pump.feed(Array(bytes)) { uploadPaused = true }
        case .discard: break
        }
    }

    private func bodyComplete(_ reader: BodyReader) {
        mode = .waiting
        uploadPaused = false
        switch reader.target {
        case .buffer(let body, let handler):
            guard var request = head?.request else { return }
            request.body = body
            handler(request, responder())
        case .pump(let pump): pump.finish(responder())
        case .discard(let response): respond(response, to: requestNumber)
        }
    }

    func resumeUpload() {
        guard uploadPaused, !isDead else { return }
        uploadPaused = false
        lastReceived = now()
        flush()
    }

    func refuseUpload(_ response: HTTPResponse, request: UInt64) {
        guard request == requestNumber, !isDead else { return }
        uploadPaused = false
        switch mode {
        case .body: finish(response, keepAlive: false)
        case .waiting: finish(response, keepAlive: head?.keepAlive ?? false)
        default: return
        }
        flush()
    }

    private func responder() -> HTTPResponder {
        let number = requestNumber
        return HTTPResponder { [self] response in
            if loop.isCurrent, isProcessingRequest(number) {
                respond(response, to: number)
            } else {
                loop.post(.respond(self, request: number, response))
            }
        }
    }

    /// A handler's answer; ignored when the client is gone or the request is not the current one.
    func respond(_ response: HTTPResponse, to number: UInt64) {
        guard number == requestNumber, case .waiting = mode, !isDead, let head else { return }
        finish(response, keepAlive: head.keepAlive && !loop.isStopping)
        if !isProcessingRequest(number) {
            flush()
        }
    }

    /// Answers for the server itself and closes: what follows in the stream cannot be trusted.
    func refuse(_ status: Int, _ message: String) {
        if case .body(let reader) = mode { reader.abort() }
        var response = HTTPResponse.text(status, message)
        // Nothing here needs cookies. Those that another site has set for a common parent domain must not keep people out.
        if status == 431 { response.headers.append(("Clear-Site-Data", "\"cookies\"")) }
        finish(response, keepAlive: false)
    }

    /// Queues a response and decides how the connection goes on.
    func finish(_ response: HTTPResponse, keepAlive: Bool) {
        let request = head
        head = nil
        uploadPaused = false
        closeAfterOutput = !keepAlive
        mode = .flushing
        var response = response
        let body = PreparedBody(&response, request: request?.request)
        let withoutBody = request?.request.method == .head
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + body.inlineCount)
        loop.encoder.head(
            response, contentLength: body.contentLength, keepAlive: keepAlive, isHTTP10: request?.isHTTP10 ?? false,
            into: &bytes)
        if !withoutBody, case .bytes(let content) = response.body, body.contentLength != nil {
            if content.count <= 32 << 10 {
                bytes += content
                output.append(bytes)
            } else {
                output.append(bytes)
                output.append(content)
            }
        } else {
            output.append(bytes)
            if !withoutBody, let file = body.file { output.append(file) }
        }
    }
}
