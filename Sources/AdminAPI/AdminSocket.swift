import Foundation
import Glibc
import Model

/// A Unix socket in the data folder, for its owner alone: who may read the database's file may also administer.
package final class AdminSocket: Sendable {
    package typealias Send = @Sendable (AdminReply) -> Bool

    private let descriptor: Int32
    private let path: String

    /// - Parameter handle: answers a request; runs on a thread of its own and may block. `send` is false once the client is gone.
    /// - Throws: ``StoaError`` when the socket cannot be made.
    package init(path: String, handle: @escaping @Sendable (AdminRequest, @escaping Send) -> Void) throws {
        self.path = path
        unlink(path)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        descriptor = listener
        guard listener >= 0 else { throw Self.failure("make the socket", path) }
        let mask = umask(0o177)
        let bound = withUnixAddress(path) { bind(listener, $0, $1) }
        umask(mask)
        guard bound == 0, listen(listener, 16) == 0 else {
            let failure = Self.failure("listen on", path)
            close(listener)
            throw failure
        }
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    return
                }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                Thread.detachNewThread { Self.serve(client, handle) }
            }
        }
    }

    package func stop() {
        unlink(path)
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private static func serve(_ client: Int32, _ handle: (AdminRequest, @escaping Send) -> Void) {
        defer { close(client) }
        guard let line = SocketLine.read(client), let request = try? JSONDecoder().decode(AdminRequest.self, from: line)
        else {
            var reply = AdminReply()
            reply.error = .init(code: "bad_request", message: "The request is not one that this server knows.")
            _ = SocketLine.write(reply, to: client)
            return
        }
        handle(request) { SocketLine.write($0, to: client) }
    }

    private static func failure(_ doing: String, _ path: String) -> StoaError {
        let reason = String(cString: strerror(errno))
        return StoaError(.internal, "Could not \(doing) \(path): \(reason). A shorter data folder's path may help.")
    }
}

/// JSON objects on lines over a socket.
enum SocketLine {
    private static let longest = 1 << 20

    static func read(_ descriptor: Int32) -> Data? {
        var line = Data()
        var byte: UInt8 = 0
        while line.count < longest {
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == 0x0A { return line }
            line.append(byte)
        }
        return nil
    }

    /// False when the other side is gone.
    static func write(_ value: some Encodable, to descriptor: Int32) -> Bool {
        guard var line = try? JSONEncoder().encode(value) else { return false }
        line.append(0x0A)
        return line.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

/// Calls with a `sockaddr_un` of this path; -1 with `ENAMETOOLONG` when it does not fit.
func withUnixAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
        errno = ENAMETOOLONG
        return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
