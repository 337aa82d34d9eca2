import Glibc

/// How the body of a request is delimited.
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
}

/// A parsed request head and what the connection needs to know of it.
struct RequestHead {
    var request: HTTPRequest
    var framing: BodyFraming
    var keepAlive: Bool
    var expectsContinue: Bool
    var isHTTP10: Bool
}

/// A refusal to read on: the status and the sentence for the client. The connection closes after it.
struct ParseFailure: Error, Equatable {
    var status: Int
    var message: String
}

/// Reads HTTP/1 request heads from the front of a byte buffer. It takes nothing that two readers could understand differently
/// (request smuggling): bare line feeds, folded headers, spaces before a colon, two lengths, length and chunks together.
struct RequestParser {
    enum Step {
        /// The head is not complete yet.
        case needMore
        case head(RequestHead, consumed: Int)
        case failure(ParseFailure)
    }

    let maxRequestLine: Int
    let maxHeader: Int
    let maxFields: Int

    /// How far earlier calls have looked for the head's end, so that a head sent byte by byte costs no quadratic time.
    private var scanned = 0

    init(maxRequestLine: Int, maxHeader: Int, maxFields: Int) {
        self.maxRequestLine = maxRequestLine
        self.maxHeader = maxHeader
        self.maxFields = maxFields
    }

    /// Looks at all bytes not consumed so far; `buffer` must start where it started in the last call that said `needMore`.
    mutating func parse(_ buffer: UnsafeBufferPointer<UInt8>, remoteAddress: String) -> Step {
        var start = 0
        // RFC 9112 2.2: an empty line before a request is ignored.
        while start + 1 < buffer.count, start < 4, buffer[start] == 13, buffer[start + 1] == 10 { start += 2 }
        guard start < buffer.count else { return .needMore }
        if buffer[start] != 13, !isTokenByte(buffer[start]) {
            return .failure(ParseFailure(status: 400, message: "This is no HTTP request."))
        }
        guard let end = headEnd(buffer, from: max(start, scanned - 3)) else {
            scanned = buffer.count
            return incomplete(UnsafeBufferPointer(rebasing: buffer[start...]))
        }
        scanned = 0
        do throws(ParseFailure) {
            let lines = UnsafeBufferPointer(rebasing: buffer[start..<(end + 2)])
            return .head(try head(lines, remoteAddress: remoteAddress), consumed: end + 4)
        } catch {
            return .failure(error)
        }
    }

    /// Where the line end before the empty line is.
    private func headEnd(_ buffer: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        var at = from
        while let end = lineEnd(buffer, from: at), end + 3 < buffer.count {
            if buffer[end + 1] == 10, buffer[end + 2] == 13, buffer[end + 3] == 10 { return end }
            at = end + 1
        }
        return nil
    }

    private func incomplete(_ buffer: UnsafeBufferPointer<UInt8>) -> Step {
        if buffer.count > maxRequestLine, lineEnd(buffer, from: 0).map({ $0 > maxRequestLine }) ?? true {
            return .failure(requestLineTooLong)
        }
        if buffer.count > maxHeader { return .failure(headTooLong) }
        return .needMore
    }

    private var requestLineTooLong: ParseFailure {
        ParseFailure(status: 414, message: "The request line is longer than \(maxRequestLine) bytes.")
    }

    private var headTooLong: ParseFailure {
        ParseFailure(status: 431, message: "The request's header is longer than \(maxHeader) bytes.")
    }

    private func lineEnd(_ buffer: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        guard let base = buffer.baseAddress, from < buffer.count else { return nil }
        guard let found = memchr(base + from, 13, buffer.count - from) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Parses a head of which every line, the last one too, ends in CR LF.
    private func head(_ lines: UnsafeBufferPointer<UInt8>, remoteAddress: String) throws(ParseFailure) -> RequestHead {
        guard let first = lineEnd(lines, from: 0) else { throw bad("The request line has no end.") }
        if first > maxRequestLine { throw requestLineTooLong }
        if lines.count > maxHeader { throw headTooLong }
        let line = try RequestLine(UnsafeBufferPointer(rebasing: lines[..<first]))
        let fields = try self.fields(lines, from: first)
        guard let segments = PercentDecoding.segments(line.path.utf8) else {
            throw bad("The path has a bad percent escape, a dot segment or is not UTF-8.")
        }
        guard let query = PercentDecoding.query(line.query.utf8) else {
            throw bad("The query has a bad percent escape or is not UTF-8.")
        }
        let headers = HTTPHeaders(lowercased: fields)
        if !line.isHTTP10, headers.all("host").count != 1 { throw bad("A request needs exactly one Host header.") }
        let connection = headers.list("connection").map(asciiLowercased)
        return RequestHead(
            request: HTTPRequest(
                method: HTTPMethod(line.method), path: String(line.path), pathSegments: segments, query: query,
                headers: headers, remoteAddress: remoteAddress),
            framing: try framing(headers, isHTTP10: line.isHTTP10),
            keepAlive: line.isHTTP10 ? connection.contains("keep-alive") : !connection.contains("close"),
            expectsContinue: !line.isHTTP10 && headers.first("expect").map(asciiLowercased) == "100-continue",
            isHTTP10: line.isHTTP10)
    }

    private func fields(
        _ lines: UnsafeBufferPointer<UInt8>, from requestLineEnd: Int
    ) throws(ParseFailure) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(12)
        var at = requestLineEnd
        while true {
            guard at + 1 < lines.count, lines[at + 1] == 10 else { throw bad("A header line ends in a bare carriage return.") }
            let start = at + 2
            guard start < lines.count else { return fields }
            guard let end = lineEnd(lines, from: start) else { throw bad("A header line has no end.") }
            guard fields.count < maxFields else {
                throw ParseFailure(status: 431, message: "The request has more than \(maxFields) header fields.")
            }
            fields.append(try field(UnsafeBufferPointer(rebasing: lines[start..<end])))
            at = end
        }
    }

    private func field(_ line: UnsafeBufferPointer<UInt8>) throws(ParseFailure) -> (name: String, value: String) {
        var colon = 0
        while colon < line.count, isTokenByte(line[colon]) { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else {
            throw bad("A header line is not of the form `Name: value`.")
        }
        var start = colon + 1
        var end = line.count
        while start < end, line[start] == 32 || line[start] == 9 { start += 1 }
        while end > start, line[end - 1] == 32 || line[end - 1] == 9 { end -= 1 }
        for byte in line[start..<end] where (byte < 32 && byte != 9) || byte == 127 {
            throw bad("A header value has a control character.")
        }
        let name = String(unsafeUninitializedCapacity: colon) { target in
            for index in 0..<colon {
                let byte = line[index]
                target[index] = byte >= 65 && byte <= 90 ? byte | 0x20 : byte
            }
            return colon
        }
        return (name, String(decoding: line[start..<end], as: UTF8.self))
    }

    private func framing(_ headers: HTTPHeaders, isHTTP10: Bool) throws(ParseFailure) -> BodyFraming {
        let encodings = headers.list("transfer-encoding").map(asciiLowercased)
        let lengths = headers.list("content-length")
        if headers.first("transfer-encoding") != nil {
            if isHTTP10 || headers.first("content-length") != nil {
                throw bad("Transfer-Encoding goes neither with Content-Length nor with HTTP/1.0.")
            }
            if encodings != ["chunked"] {
                throw ParseFailure(status: 501, message: "The only Transfer-Encoding understood is chunked.")
            }
            return .chunked
        }
        guard headers.first("content-length") != nil else { return .none }
        guard let first = lengths.first, lengths.allSatisfy({ $0 == first }), first.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
            let length = Int(first)
        else { throw bad("Content-Length is not one number.") }
        return length == 0 ? .none : .length(length)
    }

    private func bad(_ message: String) -> ParseFailure { ParseFailure(status: 400, message: message) }
}

/// `GET /path?query HTTP/1.1`, split.
private struct RequestLine {
    let method: String
    let path: Substring
    let query: Substring
    let isHTTP10: Bool

    init(_ line: UnsafeBufferPointer<UInt8>) throws(ParseFailure) {
        let parts = line.split(separator: 32, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].count <= 32, parts[0].allSatisfy(isTokenByte) else {
            throw ParseFailure(status: 400, message: "The request line is not of the form `METHOD /path HTTP/1.1`.")
        }
        switch String(decoding: parts[2], as: UTF8.self) {
        case "HTTP/1.1": isHTTP10 = false
        case "HTTP/1.0": isHTTP10 = true
        case let version where version.utf8.starts(with: "HTTP/".utf8):
            throw ParseFailure(status: 505, message: "This server speaks HTTP/1.1 and HTTP/1.0.")
        default: throw ParseFailure(status: 400, message: "The request line does not end in a protocol version.")
        }
        guard parts[1].allSatisfy({ $0 > 32 && $0 != 127 }),
            let target = String(validating: parts[1], as: UTF8.self)
        else { throw ParseFailure(status: 400, message: "The request target has a control character or is not UTF-8.") }
        method = String(decoding: parts[0], as: UTF8.self)
        var rest = Self.withoutAuthority(target)
        if rest == "*", method == "OPTIONS" { rest = "/" }
        if let fragment = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
        guard rest.utf8.first == UInt8(ascii: "/") else {
            throw ParseFailure(status: 400, message: "The request target must start with a slash.")
        }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = rest[..<mark]
            query = rest[rest.utf8.index(after: mark)...]
        } else {
            path = rest
            query = ""
        }
    }

    /// `http://host/path` is allowed as a target (RFC 9112 3.2.2) and means `/path`.
    private static func withoutAuthority(_ target: String) -> Substring {
        for scheme in ["http://", "https://"] where target.utf8.starts(with: scheme.utf8) {
            let rest = target.utf8.dropFirst(scheme.utf8.count)
            guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return "/" }
            return target[slash...]
        }
        return Substring(target)
    }
}
