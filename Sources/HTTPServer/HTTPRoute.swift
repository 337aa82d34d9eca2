import Synchronization

/// Decides what happens to each request. Called on an event loop thread: it must not block.
package protocol HTTPHandler: Sendable {
    /// `head` is the request with an empty body.
    func route(_ head: HTTPRequest) -> HTTPRoute
}

/// What is to happen to a request.
package enum HTTPRoute: Sendable {
    /// Answer at once. A body that follows is read and thrown away.
    case respond(HTTPResponse)
    /// Collect the body up to `limit` bytes (else 413), then call the closure on the event loop thread.
    case buffered(limit: Int, @Sendable (HTTPRequest, HTTPResponder) -> Void)
    /// Hand the body over piece by piece, off the event loop.
    case streamed(any HTTPBodySink)
    /// Switch to WebSocket. `subprotocol` is echoed to the client as it stands: choose it from `head.webSocketProtocols`.
    /// A request that is no valid upgrade is answered with 426.
    case webSocket(subprotocol: String?, any WebSocketDelegate)
}

/// Takes an upload. Its methods are called one at a time on a thread where blocking is allowed (not an event loop, not Swift's
/// pool). While more than 1 MiB waits for it, the server stops reading from that client.
/// Exactly one of `finish` and `abort` ends it.
package protocol HTTPBodySink: AnyObject, Sendable {
    /// The most bytes this sink takes; a longer body is answered with 413 and aborted. Default: 1 GiB.
    var limit: Int { get }
    /// The next bytes, in order. Throwing aborts the upload: `HTTPFailure` sets the answer, any other error gives 500.
    func receive(_ bytes: [UInt8]) throws
    /// The body is complete.
    func finish(_ responder: HTTPResponder)
    /// The client went away, the body was malformed or too long, `receive` threw, or the server stops.
    func abort()
}

extension HTTPBodySink {
    package var limit: Int { 1 << 30 }
}

/// An error that carries the answer to give.
package struct HTTPFailure: Error, Sendable {
    package let response: HTTPResponse

    package init(_ response: HTTPResponse) { self.response = response }
}

/// The means to answer one request: once, from any thread, at any later time. Answers after the first are ignored, as are
/// answers to a client that has gone. When every copy is dropped unused, the client gets 500.
package struct HTTPResponder: Sendable {
    private let box: Box

    init(_ deliver: @escaping @Sendable (HTTPResponse) -> Void) { box = Box(deliver) }

    package func send(_ response: HTTPResponse) { box.send(response) }

    package func callAsFunction(_ response: HTTPResponse) { box.send(response) }

    private final class Box: Sendable {
        private let deliver: Mutex<(@Sendable (HTTPResponse) -> Void)?>

        init(_ deliver: @escaping @Sendable (HTTPResponse) -> Void) { self.deliver = Mutex(deliver) }

        func send(_ response: HTTPResponse) {
            let deliver = deliver.withLock { $0.take() }
            deliver?(response)
        }

        deinit { send(.text(500, "The request was not answered: the server dropped it. This is a bug of the server.")) }
    }
}
