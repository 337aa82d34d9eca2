import Glibc
import Synchronization

@testable import HTTPServer

/// Answers whatever the tests need.
struct TestHandler: HTTPHandler {
    let echo = EchoDelegate()

    func route(_ head: HTTPRequest) -> HTTPRoute {
        switch head.pathSegments.first {
        case "ws": .webSocket(subprotocol: head.webSocketProtocols.first, echo)
        case "echo": .buffered(limit: 1000) { request, respond in respond(HTTPResponse(status: 200, body: .bytes(request.body))) }
        case "show":
            .respond(
                .text(200, "\(head.method) \(head.path) \(head.pathSegments) \(head.query.map { "\($0.name)=\($0.value)" })"))
        case "empty": .respond(HTTPResponse(status: 204))
        case "dropped": .buffered(limit: 10) { _, _ in }
        case "big": .respond(HTTPResponse(status: 200, body: .bytes([UInt8](repeating: 120, count: 3_000_000))))
        case "framed": .respond(HTTPResponse(status: 200, headers: [("x-frame-options", "SAMEORIGIN")]))
        case "injected": .respond(HTTPResponse(status: 200, headers: [("X-A", "a\r\nX-B: b")]))
        case "later":
            .buffered(limit: 10) { _, respond in
                let thread = startThread(name: "later") {
                    usleep(50_000)
                    respond(.text(200, "later"))
                    respond(.text(200, "twice"))
                }
                if let thread { pthread_detach(thread) }
            }
        default: .respond(.text(head.method == .get ? 404 : 405, "no"))
        }
    }
}

final class EchoDelegate: WebSocketDelegate {
    let closed = Signal()
    let sessions = Mutex<[WebSocketSession]>([])

    func opened(_ session: WebSocketSession) { sessions.withLock { $0.append(session) } }

    func text(_ session: WebSocketSession, _ bytes: [UInt8]) {
        if bytes.starts(with: "close".utf8) {
            session.close(code: 4001, reason: "as you wish")
        } else {
            session.send(bytes)
        }
    }

    func closed(_ session: WebSocketSession) { closed.fire() }

    /// The first session, once there is one.
    func session() throws -> WebSocketSession {
        guard eventually({ sessions.withLock { !$0.isEmpty } }) else { throw ClientError("no session was opened") }
        return sessions.withLock { $0[0] }
    }
}
