import Database
import HTTPServer
import Messaging
import Model
import Synchronization

/// What clients ask for over the stream.
extension Stream {
    /// Messages that one client may have on their way to the disk.
    private static var maxInFlight: Int { 1024 }

    func take(_ bytes: [UInt8], from principal: Principal, on socket: WebSocketSession) {
        do {
            switch try ClientFrame(bytes) {
            case .send(let frame): send(frame, from: principal.account, on: socket)
            case .typing(let chat): tell(chat, typing: principal.account, on: socket)
            case .read(let chat, let message): mark(chat, readUpTo: message, by: principal.account, on: socket)
            case .ping: socket.send(Self.pong)
            case .view(let frame): take(frame, from: principal, on: socket)
            }
        } catch {
            answer(error.error, nonce: error.nonce, on: socket)
        }
    }

    private static let pong = SharedBytes(Array("{\"op\":\"pong\"}".utf8))

    /// The hottest path there is: no task, no coder. The answer leaves when the message is on disk.
    private func send(_ frame: SendFrame, from account: Account, on socket: WebSocketSession) {
        do {
            try api.messaging.limits.take(account, in: nil)
            guard inFlight.load(ordering: .relaxed) < Self.maxInFlight else {
                throw StoaError(
                    .rateLimited, "\(Self.maxInFlight) messages are on their way already. Wait for their answers.",
                    retryAfter: 1000)
            }
        } catch {
            return answer(error, nonce: frame.nonce, on: socket)
        }
        inFlight.add(1, ordering: .relaxed)
        let messaging = api.messaging
        let draft = Draft(
            chat: frame.chat, content: MessageContent(text: frame.text), replyTo: frame.replyTo, nonce: frame.nonce)
        api.database.write { tx in
            try messaging.post(draft, from: account, in: tx)
        } completion: { [self] result in
            inFlight.subtract(1, ordering: .relaxed)
            switch result {
            case .success(let posted):
                var writer = JSONWriter()
                writer.openObject()
                writer.field("op", plain: "sent")
                writer.field("nonce", frame.nonce)
                writer.key("message")
                writer.message(posted.message, for: account.id)
                writer.closeObject()
                socket.send(writer.bytes)
            case .failure(let error): answer(error, nonce: frame.nonce, on: socket)
            }
        }
    }

    private func tell(_ chat: ChatID, typing account: Account, on socket: WebSocketSession) {
        guard api.typing.passes(account.id, in: chat) else { return }
        api.database.read { [messaging = api.messaging] tx in
            try ClientAPI.audience(of: chat, for: account, messaging: messaging, in: tx)
        } completion: { [self] result in
            switch result {
            case .success(let users): api.messaging.tellNow(.typing(chat: chat, account: account.id), to: users)
            case .failure(let error): answer(error, nonce: nil, on: socket)
            }
        }
    }

    private func mark(_ chat: ChatID, readUpTo message: MessageID, by account: Account, on socket: WebSocketSession) {
        do {
            try api.messaging.limits.take(account, in: nil)
        } catch {
            return answer(error, nonce: nil, on: socket)
        }
        api.database.write { [messaging = api.messaging] tx in
            try messaging.markRead(chat, upTo: message, by: account, in: tx)
        } completion: { [self] result in
            if case .failure(let error) = result { answer(error, nonce: nil, on: socket) }
        }
    }

    private func answer(_ error: any Error, nonce: String?, on socket: WebSocketSession) {
        let shown = api.errors.translate(error, doing: "a frame of a stream")
        var writer = JSONWriter(capacity: 200)
        writer.openObject()
        writer.field("op", plain: "error")
        writer.field("nonce", nonce)
        writer.key("error")
        writer.error(shown)
        writer.closeObject()
        socket.send(writer.bytes)
    }
}
