import CWebSockets
import Glibc
import Synchronization

/// The list of protocols a context is given; it must outlive the context. There is one: bytes in, bytes out.
///
/// `@unchecked Sendable` because the memory is written once, before the library sees it.
final class LibraryProtocols: @unchecked Sendable {
    let list: UnsafeMutablePointer<lws_protocols>
    private let name = strdup("stream")

    init() {
        list = .allocate(capacity: 2)
        list.initialize(repeating: lws_protocols(), count: 2)
        list[0].name = UnsafePointer(name)
        list[0].callback = libraryCallback
        list[0].rx_buffer_size = 0
        list[0].tx_packet_size = 1 << 20
    }

    deinit {
        list.deallocate()
        free(name)
    }
}

/// Everything libwebsockets tells us. Its sockets carry their `Connection` as opaque data; the loop's table owns the object.
/// Returning nonzero closes the socket.
private func libraryCallback(
    _ wsi: OpaquePointer?, _ reason: lws_callback_reasons, _ user: UnsafeMutableRawPointer?, _ bytes: UnsafeMutableRawPointer?,
    _ count: Int
) -> Int32 {
    switch reason {
    case LWS_CALLBACK_RAW_RX:
        guard let connection = connection(of: wsi), let bytes else { return -1 }
        connection.received(UnsafeBufferPointer(start: bytes.assumingMemoryBound(to: UInt8.self), count: count))
        return connection.isDead ? -1 : 0
    case LWS_CALLBACK_RAW_WRITEABLE:
        guard let connection = connection(of: wsi) else { return -1 }
        connection.writable()
        return connection.isDead ? -1 : 0
    case LWS_CALLBACK_RAW_ADOPT:
        connection(of: wsi)?.adopted(wsi)
        return 0
    case LWS_CALLBACK_RAW_CLOSE, LWS_CALLBACK_WSI_DESTROY:
        guard let connection = connection(of: wsi) else { return 0 }
        lws_set_opaque_user_data(wsi, nil)
        connection.closed()
        return 0
    case LWS_CALLBACK_RAW_RX_FILE:
        loop(of: wsi)?.accept(from: lws_get_socket_fd(wsi))
        return 0
    case LWS_CALLBACK_RAW_CLOSE_FILE:
        loop(of: wsi)?.listenerClosed()
        return 0
    default:
        return 0
    }
}

private func connection(of wsi: OpaquePointer?) -> Connection? {
    guard let wsi, let opaque = lws_get_opaque_user_data(wsi) else { return nil }
    return Unmanaged<Connection>.fromOpaque(opaque).takeUnretainedValue()
}

private func loop(of wsi: OpaquePointer?) -> EventLoop? {
    guard let wsi, let user = lws_context_user(lws_get_context(wsi)) else { return nil }
    return Unmanaged<EventLoop>.fromOpaque(user).takeUnretainedValue()
}

/// Keeps the library's last error, for messages at start; it logs nothing by itself.
enum LibraryLog {
    fileprivate static let line = Mutex("no reason was given")

    static func start() { lws_set_log_level(Int32(LLL_ERR), keepLine) }

    static var last: String { line.withLock { $0 } }
}

private func keepLine(_ level: Int32, _ text: UnsafePointer<CChar>?) {
    guard let text else { return }
    let bytes = String(cString: text).utf8.prefix(500).map { $0 < 32 ? 32 : $0 }
    let message = trimmed(String(decoding: bytes, as: UTF8.self))
    LibraryLog.line.withLock { $0 = message }
}
