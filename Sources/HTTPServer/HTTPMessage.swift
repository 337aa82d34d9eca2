/// A request method. Unknown ones arrive as they were sent; the handler answers them with 405 or 501.
package struct HTTPMethod: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package static let get = HTTPMethod("GET")
    package static let head = HTTPMethod("HEAD")
    package static let post = HTTPMethod("POST")
    package static let put = HTTPMethod("PUT")
    package static let patch = HTTPMethod("PATCH")
    package static let delete = HTTPMethod("DELETE")
    package static let options = HTTPMethod("OPTIONS")

    package var description: String { rawValue }
}

/// The header fields of a request in the order they came, looked up without regard to case.
package struct HTTPHeaders: Sendable, Sequence {
    /// Names are lowercase.
    package private(set) var fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields.map { (asciiLowercased($0.name), $0.value) }
    }

    init(lowercased fields: [(name: String, value: String)]) { self.fields = fields }

    /// The first value of that name, or nil.
    package func first(_ name: String) -> String? {
        let name = asciiLowercased(name)
        return fields.first { $0.name == name }?.value
    }

    /// Every value of that name, in order.
    package func all(_ name: String) -> [String] {
        let name = asciiLowercased(name)
        return fields.filter { $0.name == name }.map(\.value)
    }

    /// The comma-separated items of every field of that name, trimmed, empty ones left out.
    package func list(_ name: String) -> [String] {
        all(name).flatMap { value in
            value.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
        }
    }

    package func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }
}

/// A request as a handler sees it. In `HTTPHandler.route` the body is still empty.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// The path as sent, without the query, still percent-encoded: `/a%20b/c`.
    package var path: String
    /// The path split at `/` and percent-decoded: `/a%20b/c/` gives `["a b", "c"]`, `/` gives `[]`. Segments `.` and `..`,
    /// NUL bytes and invalid UTF-8 never get here: the server answers 400.
    package var pathSegments: [String]
    /// The query's pairs, decoded, in order.
    package var query: [(name: String, value: String)]
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The peer's address without its port: `127.0.0.1`, `2001:db8::1`.
    package var remoteAddress: String

    package init(
        method: HTTPMethod, path: String, pathSegments: [String], query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], remoteAddress: String = ""
    ) {
        self.method = method
        self.path = path
        self.pathSegments = pathSegments
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// The first value of that query parameter, or nil.
    package func first(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// The token of `Authorization: Bearer TOKEN`, or nil.
    package var bearerToken: String? {
        guard let value = headers.first("authorization"), value.utf8.count > 7 else { return nil }
        guard asciiLowercased(String(value.prefix(7))) == "bearer " else { return nil }
        return trimmed(value.dropFirst(7))
    }

    /// The subprotocols that a WebSocket client offers, in its order of preference.
    package var webSocketProtocols: [String] { headers.list("sec-websocket-protocol") }

    /// Whether the client asks to switch this connection to WebSocket.
    package var isWebSocketUpgrade: Bool {
        headers.list("upgrade").contains { asciiLowercased($0) == "websocket" }
            && headers.list("connection").contains { asciiLowercased($0) == "upgrade" }
    }
}

/// What a response carries.
package enum HTTPBody: Sendable {
    case empty
    case bytes([UInt8])
    /// A file streamed from disk, from `offset` for `length` bytes (nil: to its end). A request's single `Range` is honoured
    /// when the status is 200. A file that cannot be opened gives 404.
    case file(path: String, offset: Int = 0, length: Int? = nil)
}

/// An answer. The server adds `Content-Length`, `Connection` and the default `SecurityHeaders` that are not set here.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: HTTPBody

    package init(status: Int, headers: [(name: String, value: String)] = [], body: HTTPBody = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A short plain-text answer.
    package static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: .bytes(Array((text + "\n").utf8)))
    }

    /// Already encoded JSON.
    package static func json(_ status: Int = 200, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: .bytes(bytes))
    }
}
