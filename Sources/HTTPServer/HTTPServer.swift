import Glibc

/// An HTTP/1.1 and WebSocket server on libwebsockets' event loop.
///
/// libwebsockets polls, speaks TLS and buffers output; the protocols above the byte stream are value types in this target
/// (`RequestParser`, `ChunkedDecoder`, `WebSocketDecoder`). Its own HTTP role is not used: in 4.1 it neither reads chunked
/// bodies, nor keeps paths as they were sent, nor names refusals (413, 414, 431), and the distribution builds it with
/// assertions on that a request can reach.
///
/// Starting a server makes the process ignore SIGPIPE and raises its soft limit of open files. A client that shuts its sending
/// side down before it has the answer counts as gone.
package final class HTTPServer: Sendable {
    /// The port that is listened on.
    package let port: Int
    private let loops: [EventLoop]
    private let workers: BlockingThreads

    private init(port: Int, loops: [EventLoop], workers: BlockingThreads) {
        self.port = port
        self.loops = loops
        self.workers = workers
    }

    /// Binds, starts the threads and returns; connections are accepted from then on.
    /// Throws `HTTPServerError` when the address is taken or invalid, or the certificate cannot be used.
    package static func start(options: HTTPServerOptions, handler: any HTTPHandler) throws -> HTTPServer {
        try check(options)
        var options = options
        options.maxConnections = Descriptors.raiseLimit(for: options.maxConnections)
        let admission = Admission(limit: options.maxConnections, limitPerAddress: options.maxConnectionsPerAddress)
        let workers = BlockingThreads(count: 2)
        var loops: [EventLoop] = []
        var port = options.port
        do {
            for index in 0..<options.threads {
                let listener = try ListenSocket(host: options.host, port: port, shared: options.threads > 1)
                port = listener.port
                loops.append(
                    try EventLoop.start(
                        number: index, listener: listener, options: options, admission: admission, handler: handler,
                        workers: workers))
            }
        } catch {
            for loop in loops { loop.stop(grace: .zero) }
            workers.stop()
            throw error
        }
        return HTTPServer(port: port, loops: loops, workers: workers)
    }

    /// Stops listening, closes WebSockets with 1001 and idle connections at once, lets answers under way finish within `grace`,
    /// then closes what is left and ends the threads. Blocks until all is done: call it neither on an event loop thread nor on
    /// Swift's pool. A second call does nothing.
    package func stop(grace: Duration) {
        for loop in loops { loop.beginStop(grace: grace) }
        for loop in loops { loop.join() }
        workers.stop()
    }

    package var statistics: HTTPServerStatistics {
        loops.reduce(into: HTTPServerStatistics()) { $0.add($1.counters) }
    }

    private static func check(_ options: HTTPServerOptions) throws(HTTPServerError) {
        guard (0...65_535).contains(options.port) else {
            throw HTTPServerError(message: "Port \(options.port) is out of range: use 0 to 65535.")
        }
        guard (1...64).contains(options.threads) else {
            throw HTTPServerError(message: "\(options.threads) threads are out of range: use 1 to 64.")
        }
        guard (options.tlsCertificatePath == nil) == (options.tlsKeyPath == nil) else {
            throw HTTPServerError(message: "TLS needs both a certificate file and a key file; only one was given.")
        }
        for path in [options.tlsCertificatePath, options.tlsKeyPath].compactMap({ $0 }) where access(path, R_OK) != 0 {
            throw HTTPServerError(message: "The TLS file \(path) cannot be read: \(errorText(errno)).")
        }
    }
}

/// The system's words for an error number.
func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }
