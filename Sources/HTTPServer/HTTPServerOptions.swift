/// How a server listens and what it tolerates. Sizes are in bytes.
package struct HTTPServerOptions: Sendable {
    /// An IPv4 or IPv6 address. `0.0.0.0` and `::` listen on every interface.
    package var host = "127.0.0.1"
    /// 0 picks a free port; see `HTTPServer.port`.
    package var port = 0
    /// Event loops, a thread each, 1 to 64. The kernel spreads new connections over them.
    package var threads = 1
    /// PEM files; both or neither.
    package var tlsCertificatePath: String?
    package var tlsKeyPath: String?
    /// Longest request line; a longer one is answered with 414.
    package var maxRequestLineBytes = 64 << 10
    /// Longest request head, the request line included; a longer one is answered with 431.
    package var maxHeaderBytes = 80 << 10
    /// Header fields of a request; more are answered with 431.
    package var maxHeaderFields = 128
    /// Open connections; more are answered with 503 and closed.
    package var maxConnections = 12_000
    /// Open connections from one address; nil: no limit of its own.
    package var maxConnectionsPerAddress: Int?
    /// How long a connection may be open between requests.
    package var idleTimeout: Duration = .seconds(60)
    /// How long a request's head may take in all, and how long its body or a response may make no progress.
    package var stallTimeout: Duration = .seconds(10)
    /// A WebSocket that was silent this long is pinged; one silent for twice as long is dropped.
    package var pingInterval: Duration = .seconds(30)
    /// Bytes queued for one WebSocket; with more it is closed with 1013.
    package var maxQueuedBytes = 1 << 20
    /// Longest WebSocket message, put together; a longer one closes with 1009.
    package var maxFrame = 64 << 10
    /// Sent as the `Server` header when not empty.
    package var serverName = ""

    package init() {}

    package init(host: String = "127.0.0.1", port: Int = 0, threads: Int = 1) {
        self.host = host
        self.port = port
        self.threads = threads
    }
}

/// Why a server could not start.
package struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    package let message: String

    package var description: String { message }
}
