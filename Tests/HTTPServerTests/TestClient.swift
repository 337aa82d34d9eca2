import Glibc
import Synchronization
import Testing

@testable import HTTPServer

/// Runs blocking code on a thread of its own: tests share Swift's pool, which must not be blocked.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        let thread = startThread(name: "test") { continuation.resume(with: Result(catching: body)) }
        if let thread { pthread_detach(thread) } else { continuation.resume(throwing: ClientError("no thread")) }
    }
}

struct ClientError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

struct TestResponse: Sendable {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
}

struct TestFrame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]
    var text: String { String(decoding: payload, as: UTF8.self) }
    var closeCode: Int { payload.count < 2 ? 0 : Int(payload[0]) << 8 | Int(payload[1]) }
}

/// A blocking client that sends exactly the bytes it is told to. It waits at most ten seconds for anything.
final class TestClient {
    let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ server: HTTPServer, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(server.port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ClientError("connect: \(errorText(errno))") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, UnsafeRawBufferPointer(rebasing: $0[sent...]).baseAddress, bytes.count - sent, Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw ClientError("send: \(errorText(errno))") }
            sent += count
        }
    }

    /// Sends as much as fits without waiting; false when the connection no longer takes anything.
    func sendSome(_ bytes: [UInt8]) -> Bool {
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        return count > 0 || errno == EAGAIN
    }

    /// Reads more; false at the end of the stream (a reset counts as the end).
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 { buffer += chunk[..<count] }
        if count < 0, errno == EAGAIN { throw ClientError("nothing came within ten seconds") }
        return count > 0
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else { throw ClientError("the stream ended early, after \(buffer.count) of \(count) bytes") }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    func isClosed() throws -> Bool { try buffer.isEmpty && !fill() }

    /// Everything up to the end of the stream.
    func readToEnd() throws -> String {
        while try fill() {}
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    func response(head: Bool = false) throws -> TestResponse {
        var end: Int?
        while end == nil {
            end = buffer.indices.first { index in
                index + 3 < buffer.count && buffer[index..<(index + 4)].elementsEqual([13, 10, 13, 10])
            }
            if end == nil, try !fill() { throw ClientError("the stream ended in a response's head") }
        }
        let lines = String(decoding: try take((end ?? 0) + 4), as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw ClientError("a header line without a colon: \(line)") }
            headers[parts[0].lowercased()] = String(parts[1].dropFirst())
        }
        guard let status = lines.first.flatMap({ Int($0.dropFirst(9).prefix(3)) }) else {
            throw ClientError("a response without a status")
        }
        let length = head ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        return TestResponse(status: status, headers: headers, body: try take(length))
    }

    func get(_ path: String, headers: String = "") throws -> TestResponse {
        try send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n")
        return try response()
    }

    // MARK: WebSocket

    @discardableResult
    func upgrade(_ path: String = "/ws", headers: String = "") throws -> TestResponse {
        try get(
            path,
            headers: "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)")
    }

    static func frame(_ opcode: UInt8, _ payload: [UInt8], fin: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [(fin ? 0x80 : 0) | opcode]
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65536: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            bytes.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        bytes += mask
        bytes += payload.enumerated().map { $1 ^ mask[$0 & 3] }
        return bytes
    }

    func sendText(_ text: String) throws { try send(Self.frame(1, Array(text.utf8))) }

    func readFrame() throws -> TestFrame {
        let head = try take(2)
        var length = Int(head[1] & 0x7F)
        if length == 126 { length = try take(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = try take(8).reduce(0) { $0 << 8 | Int($1) } }
        return TestFrame(opcode: head[0] & 0x0F, payload: try take(length))
    }
}

/// Starts a server for the time of `body`, which runs on a thread.
func withServer<T: Sendable>(
    _ handler: any HTTPHandler = TestHandler(), _ configure: (inout HTTPServerOptions) -> Void = { _ in },
    _ body: @escaping @Sendable (HTTPServer) throws -> T
) async throws -> T {
    var options = HTTPServerOptions()
    configure(&options)
    let server = try HTTPServer.start(options: options, handler: handler)
    do {
        let result = try await onThread { try body(server) }
        try await onThread { server.stop(grace: .zero) }
        return result
    } catch {
        try await onThread { server.stop(grace: .zero) }
        throw error
    }
}

/// Something that happens once and can be waited for on a blocking thread.
final class Signal: Sendable {
    private let fired = Mutex(0)

    func fire() { fired.withLock { $0 += 1 } }

    var count: Int { fired.withLock { $0 } }

    /// Whether it has happened `times` within ten seconds.
    func wait(times: Int = 1) -> Bool { eventually { self.count >= times } }
}

/// Polls a condition, at most ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<5000 {
        if condition() { return true }
        usleep(2000)
    }
    return condition()
}
