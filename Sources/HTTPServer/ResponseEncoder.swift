/// Headers every response gets unless it sets them itself.
package enum SecurityHeaders {
    package static let defaults: [(name: String, value: String)] = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    /// For pages: everything from this server, nothing inline, no frames, no plug-ins.
    package static let pagePolicy =
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; media-src 'self' blob:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

/// Writes status lines and header fields.
struct ResponseEncoder {
    let serverName: String

    private static let defaultHeaders: [UInt8] = SecurityHeaders.defaults.reduce(into: []) { bytes, field in
        append(field.name, field.value, to: &bytes)
    }
    private static let defaultNames = Set(SecurityHeaders.defaults.map { asciiLowercased($0.name) })
    /// The server sets these itself; a handler's own would contradict them.
    private static let ownNames: Set<String> = ["content-length", "connection", "transfer-encoding"]

    init(serverName: String) { self.serverName = serverName }

    /// The head of a response, the empty line included. `contentLength` nil: the status allows no body.
    func head(
        _ response: HTTPResponse, contentLength: Int?, keepAlive: Bool, isHTTP10: Bool, into bytes: inout [UInt8]
    ) {
        bytes += "HTTP/1.1 ".utf8
        bytes += String(response.status).utf8
        bytes.append(32)
        bytes += Self.reason(response.status).utf8
        bytes += "\r\n".utf8
        var overridden = false
        for field in response.headers {
            let name = asciiLowercased(field.name)
            if Self.ownNames.contains(name), !(name == "connection" && response.status == 101) { continue }
            overridden = overridden || Self.defaultNames.contains(name)
            // An empty value leaves a default one out.
            if field.value.isEmpty, Self.defaultNames.contains(name) { continue }
            Self.append(field.name, field.value, to: &bytes)
        }
        if response.status != 101 {
            if overridden {
                let set = Set(response.headers.map { asciiLowercased($0.name) })
                for field in SecurityHeaders.defaults where !set.contains(asciiLowercased(field.name)) {
                    Self.append(field.name, field.value, to: &bytes)
                }
            } else {
                bytes += Self.defaultHeaders
            }
            if !keepAlive {
                bytes += "Connection: close\r\n".utf8
            } else if isHTTP10 {
                bytes += "Connection: keep-alive\r\n".utf8
            }
        }
        if !serverName.isEmpty { Self.append("Server", serverName, to: &bytes) }
        if let contentLength { Self.append("Content-Length", String(contentLength), to: &bytes) }
        bytes += "\r\n".utf8
    }

    /// Bytes that could end a line are replaced: a value must not be able to add headers of its own.
    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        for byte in name.utf8 { bytes.append(isTokenByte(byte) ? byte : UInt8(ascii: "-")) }
        bytes.append(UInt8(ascii: ":"))
        bytes.append(32)
        if value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) {
            bytes += value.utf8
        } else {
            for byte in value.utf8 { bytes.append((byte < 32 && byte != 9) || byte == 127 ? 32 : byte) }
        }
        bytes.append(13)
        bytes.append(10)
    }

    static func reason(_ status: Int) -> String { reasons[status] ?? (status < 400 ? "OK" : "Error") }

    private static let reasons: [Int: String] = [
        100: "Continue", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content",
        206: "Partial Content", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
        307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
        402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
        413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
        422: "Unprocessable Content", 426: "Upgrade Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}
