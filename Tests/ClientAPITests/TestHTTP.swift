import Foundation
import Glibc

/// Runs blocking work on a thread of its own: Dispatch adds threads too slowly when many block.
func offThePool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

func offThePool(_ work: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            work()
            continuation.resume()
        }
    }
}

struct TestFailure: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

struct TestAnswer: Sendable {
    let status: Int
    /// Names are lowercase.
    let headers: [String: String]
    let body: [UInt8]

    var json: JSONValue { get throws { try JSONValue(body) } }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A blocking TCP connection that gives up after ten seconds of silence.
final class TestConnection: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("connect: \(errno)") }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw TestFailure("send: \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Empty at the end.
    func read() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw TestFailure("nothing came: \(errno)") }
        return Array(buffer[..<count])
    }
}

enum TestHTTP {
    static func call(
        port: Int, _ method: String, _ path: String, token: String? = nil, json: String? = nil,
        headers: [String] = [], body: [UInt8] = []
    ) async throws -> TestAnswer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if json != nil { lines.append("Content-Type: application/json") }
        let body = json.map { Array($0.utf8) } ?? body
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
        return try await offThePool {
            let connection = try TestConnection(port: port)
            try connection.write(request)
            var answer: [UInt8] = []
            while true {
                let piece = try connection.read()
                if piece.isEmpty { break }
                answer += piece
            }
            return try parse(answer)
        }
    }

    static func parse(_ bytes: [UInt8]) throws -> TestAnswer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw TestFailure("no answer") }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ").dropFirst().first ?? "") else {
            throw TestFailure("no status")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        return TestAnswer(status: status, headers: headers, body: Array(bytes[end.upperBound...]))
    }
}

/// A WebSocket client that knows just enough: text frames out, text and close frames in.
final class TestSocket: Sendable {
    enum Frame: Sendable {
        case text(JSONValue)
        case closed(UInt16)
    }

    private let connection: TestConnection
    private let buffer = Box()
    let subprotocol: String?

    /// Because one call of `next` at a time uses it, which a test awaits, it needs no lock.
    private final class Box: @unchecked Sendable {
        var bytes: [UInt8] = []
    }

    private init(_ connection: TestConnection, rest: [UInt8], subprotocol: String?) {
        self.connection = connection
        self.subprotocol = subprotocol
        buffer.bytes = rest
    }

    static func open(
        port: Int, path: String, token: String? = nil, protocols: [String] = []
    ) async throws -> TestSocket {
        var lines = [
            "GET \(path) HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        if let token { lines.append("Authorization: Bearer \(token)") }
        if !protocols.isEmpty { lines.append("Sec-WebSocket-Protocol: " + protocols.joined(separator: ", ")) }
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return try await offThePool {
            let connection = try TestConnection(port: port)
            try connection.write(request)
            var bytes: [UInt8] = []
            while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
                let piece = try connection.read()
                if piece.isEmpty { break }
                bytes += piece
            }
            let answer = try TestHTTP.parse(bytes)
            guard answer.status == 101 else { throw TestFailure("status \(answer.status)") }
            return TestSocket(connection, rest: answer.body, subprotocol: answer.headers["sec-websocket-protocol"])
        }
    }

    func send(_ text: String) async throws {
        let payload = Array(text.utf8)
        var frame: [UInt8] = [0x81]
        if payload.count < 126 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        }
        // A mask of zeros is a mask too.
        frame += [0, 0, 0, 0] + payload
        let bytes = frame
        try await offThePool { [connection] in try connection.write(bytes) }
    }

    func next() async throws -> Frame {
        try await offThePool { [self] in
            while true {
                if let frame = try take() { return frame }
                let piece = try connection.read()
                if piece.isEmpty { return .closed(1006) }
                buffer.bytes += piece
            }
        }
    }

    /// The next frame, which must be text.
    func json() async throws -> JSONValue {
        switch try await next() {
        case .text(let json): return json
        case .closed(let code): throw TestFailure("closed with \(code)")
        }
    }

    private func take() throws -> Frame? {
        let bytes = buffer.bytes
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7F)
        var start = 2
        if length >= 126 {
            let extra = length == 126 ? 2 : 8
            guard bytes.count >= 2 + extra else { return nil }
            length = bytes[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) }
            start += extra
        }
        guard bytes.count >= start + length else { return nil }
        let payload = Array(bytes[start..<start + length])
        buffer.bytes.removeFirst(start + length)
        switch bytes[0] & 0x0F {
        case 1: return .text(try JSONValue(payload))
        case 8: return .closed(payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : 1005)
        default: return try take()
        }
    }
}
