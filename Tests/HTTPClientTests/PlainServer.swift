import Foundation
import Glibc
import Synchronization

/// A server of a few lines: reads one request of each connection, writes what the test says, closes.
final class PlainServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let seen = Mutex<[String]>([])

    /// Requests as they came, head and body.
    var requests: [String] { seen.withLock { $0 } }

    /// - Parameter answer: writes to the connection; it is closed afterwards.
    init(_ answer: @escaping @Sendable (String, Int32) -> Void) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = listen(listener, 512)
                _ = getsockname(listener, $0, &length)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while case let client = accept(descriptor, nil, nil), client >= 0 {
                Thread.detachNewThread { [self] in
                    let request = Self.read(client)
                    seen.withLock { $0.append(request) }
                    answer(request, client)
                    shutdown(client, Int32(SHUT_RDWR))
                    close(client)
                }
            }
        }
    }

    convenience init(text: String) { self.init { _, client in Self.write(text, to: client) } }

    static func ok(_ body: String) -> String { "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)" }
    static func redirect(_ status: Int, to location: String) -> String {
        "HTTP/1.1 \(status) Elsewhere\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
    }

    @discardableResult
    static func write(_ text: String, to client: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private static func read(_ client: Int32) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let whole = String(decoding: text, as: UTF8.self)
            if let end = whole.range(of: "\r\n\r\n") {
                let length =
                    whole.lowercased().range(of: "content-length: ").map {
                        Int(whole[$0.upperBound...].prefix { $0.isNumber }) ?? 0
                    }
                    ?? 0
                if whole[end.upperBound...].utf8.count >= length { return whole }
            }
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return whole }
            text += buffer.prefix(count)
        }
    }
}
