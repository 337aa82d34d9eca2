import CWebSockets

/// An upgraded connection: the decoder, the session others hold, and what keeps it alive.
final class WebSocketState {
    enum Pulse { case fine, ping, dead }

    let session: WebSocketSession
    let delegate: any WebSocketDelegate
    private var decoder: WebSocketDecoder
    private var pinged = false
    /// When our close frame was queued.
    private var closeBegan: Int64?
    private var peerClosed = false

    init(session: WebSocketSession, delegate: any WebSocketDelegate, maxMessage: Int) {
        self.session = session
        self.delegate = delegate
        decoder = WebSocketDecoder(maxMessage: maxMessage)
    }

    func decode(_ bytes: UnsafeBufferPointer<UInt8>, on connection: Connection) {
        pinged = false
        var pongs: [UInt8] = []
        // Taken out while it runs, so that what it holds is not copied.
        var decoder = WebSocketDecoder(maxMessage: 0)
        swap(&decoder, &self.decoder)
        decoder.decode(bytes) { event in
            switch event {
            case .text(let text):
                guard closeBegan == nil else { return }
                connection.loop.counters.messagesIn.count(1)
                delegate.text(session, text)
            case .ping(let payload): if closeBegan == nil { pongs += WebSocketFrame.encode(.pong, payload) }
            case .pong: break
            case .close(let code):
                peerClosed = true
                connection.answerClose(self, code: code ?? 1000)
            case .violation(let code, let reason): session.close(code: code, reason: reason)
            }
        }
        self.decoder = decoder
        connection.output.append(pongs)
    }

    /// Moves waiting messages into the output, a batch at a time.
    func collect(into output: inout OutputQueue, closing: inout Bool) {
        guard output.isEmpty, closeBegan == nil else { return }
        var batch: [UInt8] = []
        let taken = session.take(upTo: 64 << 10, into: &batch)
        if let close = taken.close {
            closeBegan = now()
            batch += WebSocketFrame.close(code: close.code, reason: close.reason)
            // When the peer has already closed, or must not be listened to any more, this is the last we write.
            closing = peerClosed || decoder.failed
        }
        output.append(batch)
    }

    /// The peer began the close, or answered ours.
    func peerBeganClose(code: UInt16) -> Bool {
        if closeBegan != nil { return true }
        session.close(code: code, reason: "")
        return false
    }

    func checkTime(_ now: Int64, lastReceived: Int64, timing: Timing) -> Pulse {
        if let closeBegan { return now - closeBegan > timing.closing ? .dead : .fine }
        let silent = now - lastReceived
        if silent > 2 * timing.ping { return .dead }
        if silent > timing.ping, !pinged {
            pinged = true
            return .ping
        }
        return .fine
    }
}

extension Connection {
    func upgrade(_ head: RequestHead, subprotocol: String?, delegate: any WebSocketDelegate) {
        let headers = head.request.headers
        guard head.request.isWebSocketUpgrade, head.request.method == .get, head.framing == .none, !head.isHTTP10,
            headers.list("sec-websocket-version") == ["13"], let key = headers.first("sec-websocket-key"),
            key.utf8.count == 24
        else {
            var response = HTTPResponse.text(426, "This address speaks WebSocket (RFC 6455, version 13).")
            response.headers += [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
            return finish(response, keepAlive: false)
        }
        if loop.isStopping { return refuse(503, "The server stops.") }
        var fields: [(name: String, value: String)] = [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", Self.acceptValue(key)),
        ]
        if let subprotocol { fields.append(("Sec-WebSocket-Protocol", subprotocol)) }
        var bytes: [UInt8] = []
        loop.encoder.head(
            HTTPResponse(status: 101, headers: fields), contentLength: nil, keepAlive: true, isHTTP10: false, into: &bytes)
        output.append(bytes)
        let session = WebSocketSession(
            id: SessionNumber.next(), remoteAddress: remoteAddress, subprotocol: subprotocol,
            maxQueuedBytes: loop.options.maxQueuedBytes, counters: loop.counters
        ) { [self] in loop.post(.flush(self)) }
        let state = WebSocketState(session: session, delegate: delegate, maxMessage: loop.options.maxFrame)
        self.head = nil
        mode = .webSocket(state)
        loop.counters.webSockets.count(1)
        delegate.opened(session)
    }

    /// The peer's close frame: answer it, or, when it answers ours, finish.
    func answerClose(_ state: WebSocketState, code: UInt16) {
        if state.peerBeganClose(code: code) { closeAfterOutput = true }
    }

    private static func acceptValue(_ key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        lws_SHA1(text, text.count, &digest)
        var encoded = [CChar](repeating: 0, count: 40)
        let count = digest.withUnsafeBytes { digest in
            lws_b64_encode_string(digest.bindMemory(to: CChar.self).baseAddress, 20, &encoded, 40)
        }
        return String(decoding: encoded.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
