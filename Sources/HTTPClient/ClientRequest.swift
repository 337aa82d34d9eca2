/// A request to another server.
package struct ClientRequest: Sendable {
    package struct Header: Sendable {
        package let name: String
        package let value: String
        /// Not sent on when a redirect leads to another server.
        package let isSecret: Bool

        package init(_ name: String, _ value: String, isSecret: Bool = false) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    package var method: String
    package var url: String
    package var headers: [Header]
    package var body: [UInt8]?
    /// For the whole exchange, redirects included.
    package var timeoutMilliseconds = 30_000
    package var maxResponseBytes = 1 << 20
    package var maxRedirects = 5

    package init(method: String = "GET", url: String, headers: [Header] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What a request asks for: what may be judged before anything is resolved or connected.
package struct RequestTarget: Sendable, Hashable {
    /// `https` or `http`.
    package let scheme: String
    /// In small letters and without a final dot; an IPv6 address without its brackets.
    package let host: String
    package let port: Int
}

package struct ClientResponse: Sendable {
    package let status: Int
    /// In order, names in small letters.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// The one that answered, after redirects.
    package let url: String
}

/// Why there is no answer.
package struct ClientFailure: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case badURL, badRequest, forbidden, privateAddress, unresolved, unreachable, tls, timeout, tooLarge
        case tooManyRedirects, protocolError, shutdown
    }

    package let kind: Kind
    /// A sentence that names the server.
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}

extension ClientRequest {
    /// Whom it asks first; nil when its URL cannot be read.
    package var target: RequestTarget? {
        do throws(ClientFailure) { return try ClientURL(url).target } catch { return nil }
    }

    /// What the exchange itself decides.
    private static let reserved: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "keep-alive",
        "proxy-connection", "proxy-authorization",
    ]

    /// - Throws: ``ClientFailure/Kind/badRequest``.
    func check() throws(ClientFailure) {
        guard Self.isToken(method), method.utf8.count <= 16 else {
            throw ClientFailure(.badRequest, "The method \"\(method.prefix(32))\" is no HTTP method.")
        }
        if body != nil, method == "GET" || method == "HEAD" {
            throw ClientFailure(.badRequest, "A \(method) request has no body. Use POST, PUT or PATCH.")
        }
        var bytes = 0
        for header in headers {
            guard Self.isToken(header.name) else {
                throw ClientFailure(.badRequest, "\"\(header.name.prefix(64))\" is no name of a header.")
            }
            guard !Self.reserved.contains(header.name.lowercased()) else {
                throw ClientFailure(.badRequest, "The header \(header.name) is set by the server itself. Leave it out.")
            }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw ClientFailure(
                    .badRequest, "The header \(header.name) holds a line break or another control character.")
            }
            bytes += header.name.utf8.count + header.value.utf8.count + 4
        }
        guard headers.count <= 100, bytes <= 32 << 10 else {
            throw ClientFailure(.badRequest, "A request has at most 100 headers of 32 KiB together.")
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        let others = Set("!#$%&'*+-.^_`|~".utf8)
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || others.contains(byte)
            }
    }
}
