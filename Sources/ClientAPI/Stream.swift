import Database
import Dispatch
import HTTPServer
import Identity
import Messaging
import MiniApps
import Model
import Synchronization

typealias StreamFrame = SharedBytes

/// One client's WebSocket: first what it missed, then what happens, and what it sends.
final class Stream: WebSocketDelegate {
    /// Frames that may come in before the token is known to be good.
    private static let maxEarly = 32

    private enum Phase {
        /// Finding out who the token belongs to; `early` holds the frames that came meanwhile.
        case signingIn(early: [[UInt8]])
        case running(StreamCursor<StreamFrame>)
        case ended
    }

    private struct State {
        var phase = Phase.signingIn(early: [])
        var socket: WebSocketSession?
        var principal: Principal?
    }

    private static let numbers = Atomic<UInt64>(1)

    let api: ClientAPI
    /// Unique in this process.
    let number = Stream.numbers.wrappingAdd(1, ordering: .relaxed).oldValue
    private let token: String
    private let after: Int64?
    private let state = Mutex(State())
    /// Messages that were sent by the client and are not answered yet.
    let inFlight = Atomic<Int>(0)

    /// - Parameter after: the place from which the client wants its log; nil: only what comes from now on.
    init(api: ClientAPI, token: String, after: Int64?) {
        self.api = api
        self.token = token
        self.after = after
    }

    /// What the client sends from now on is from the account as it is now.
    func update(_ account: Account) {
        state.withLock { state in
            guard let principal = state.principal else { return }
            state.principal = Principal(session: principal.session, account: account)
        }
    }

    var sessionID: Int64? { state.withLock { $0.principal?.session.id } }

    func opened(_ session: WebSocketSession) {
        state.withLock { $0.socket = session }
        api.authenticator.find(token) { [self] result in
            switch result {
            case .success(let principal?): signedIn(principal)
            case .success(nil): endSession()
            case .failure(let error): fail(error)
            }
        }
    }

    func closed(_ session: WebSocketSession) {
        let principal = end { _ in }
        api.views.closeAll(of: self)
        if let principal { api.hub.remove(self, of: principal.account.id) }
    }

    func text(_ session: WebSocketSession, _ bytes: [UInt8]) {
        let principal = state.withLock { state -> Principal? in
            guard case .signingIn(var early) = state.phase else { return state.principal }
            early.append(bytes)
            state.phase = .signingIn(early: early)
            if early.count > Self.maxEarly { session.close(code: 1008, reason: "too many frames before the first answer") }
            return nil
        }
        guard let principal else { return }
        guard !api.authenticator.hasExpired(principal) else { return endSession() }
        take(bytes, from: principal, on: session)
    }

    /// An event was committed; `frame` is nil when it has to be read from the log. `seq` 0: it is not in the log.
    func live(_ seq: Int64, _ frame: StreamFrame?) {
        let action = state.withLock { state -> StreamCursor<StreamFrame>.Action? in
            guard case .running(var cursor) = state.phase else { return nil }
            if seq == 0 {
                if let frame { state.socket?.send(frame) }
                return nil
            }
            // Taken out while it changes, so that what it holds is not copied.
            state.phase = .ended
            let action = cursor.live(seq, frame)
            state.phase = .running(cursor)
            // Sent under the lock: frames leave in the order that the cursor decided.
            if case .send(let frame)? = action { state.socket?.send(frame) }
            return action
        }
        if case .read(let after)? = action { read(after: after) }
    }

    /// Sent at once, in the order of the calls; nothing once the stream has ended.
    func send(frame: StreamFrame) { state.withLock { $0.socket }?.send(frame) }

    /// Ends the stream because its session is void: revoked, expired, or never there.
    func endSession() { close(4401, "the session has ended") }

    func close(_ code: UInt16, _ reason: String) {
        let principal = end { $0?.close(code: code, reason: reason) }
        api.views.closeAll(of: self)
        if let principal { api.hub.remove(self, of: principal.account.id) }
    }

    private func fail(_ error: any Error) {
        let shown = api.errors.translate(error, doing: "an event stream")
        close(1011, shown.code.rawValue)
    }

    /// - Returns: whose stream it was, once.
    private func end(_ body: (WebSocketSession?) -> Void) -> Principal? {
        state.withLock { state in
            body(state.socket)
            state.phase = .ended
            state.socket = nil
            return state.principal.take()
        }
    }

    private func signedIn(_ principal: Principal) {
        let early = state.withLock { state -> (frames: [[UInt8]], socket: WebSocketSession)? in
            guard case .signingIn(let frames) = state.phase, let socket = state.socket else { return nil }
            state.principal = principal
            state.phase = .running(StreamCursor(after: after ?? 0))
            return (frames, socket)
        }
        guard let early else { return }
        // In this order nothing is missed: what is committed before the first reading is read, what comes later is held.
        api.hub.add(self, of: principal.account.id)
        // Whoever ended the session before that found no stream to close; whoever closed this one found none to remove.
        if api.authenticator.hasEnded(principal.session.id) { endSession() }
        guard isRunning else { return api.hub.remove(self, of: principal.account.id) }
        read(after: after)
        for frame in early.frames { take(frame, from: principal, on: early.socket) }
    }

    var isRunning: Bool {
        state.withLock { state in
            if case .running = state.phase { true } else { false }
        }
    }
}

// MARK: - Catching up

extension Stream {
    private static var pageEvents: Int { 200 }
    /// A page ends early once it has this many bytes, and the next waits until less than that is queued: a client that
    /// catches up slowly is not a slow reader.
    private static var pageBytes: Int { 256 << 10 }
    private static var pause: DispatchTimeInterval { .milliseconds(20) }

    private struct Page: Sendable {
        var events: [(seq: Int64, frame: StreamFrame)] = []
        var more = false
        /// The log's last place; read with the first page only.
        var last: Int64?
    }

    /// Reads a page of the log and sends it. `after` is nil for a stream that begins at the end of the log.
    private func read(after: Int64?) {
        guard let principal = state.withLock({ $0.principal }) else { return }
        let user = principal.account.id
        let messaging = api.messaging
        let isFirst = after == self.after
        api.database.read { tx in
            var page = Page()
            if isFirst { page.last = try messaging.lastSeq(of: user, in: tx) }
            guard let after else { return page }
            var bytes = 0
            let events = try messaging.events(of: user, after: after, limit: Self.pageEvents, in: tx)
            for event in events {
                guard bytes < Self.pageBytes else { break }
                var writer = JSONWriter()
                try writer.event(event, for: user, messaging: messaging, tx: tx)
                bytes += writer.bytes.count
                page.events.append((event.seq, StreamFrame(writer.bytes)))
            }
            page.more = page.events.count < events.count || events.count == Self.pageEvents
            return page
        } completion: { [self] result in
            switch result {
            case .success(let page): took(page)
            case .failure(let error): fail(error)
            }
        }
    }

    private func took(_ page: Page) {
        if let after, let last = page.last, after > last { return close(4409, "after is beyond the end of the log") }
        let next = state.withLock { state -> (after: Int64, full: Bool)? in
            guard case .running(var cursor) = state.phase else { return nil }
            state.phase = .ended
            if after == nil, let last = page.last { cursor.start(at: last) }
            let actions = cursor.page(page.events, more: page.more)
            state.phase = .running(cursor)
            var next: (after: Int64, full: Bool)?
            for action in actions {
                switch action {
                case .send(let frame): state.socket?.send(frame)
                case .read(let after): next = (after, (state.socket?.queuedBytes ?? 0) > Self.pageBytes)
                }
            }
            return next
        }
        guard let next else { return }
        if next.full { waitToRead(after: next.after) } else { read(after: next.after) }
    }

    private func waitToRead(after: Int64) {
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + Self.pause) { [self] in
            let queued = state.withLock { $0.socket?.queuedBytes }
            guard let queued else { return }
            if queued > Self.pageBytes { waitToRead(after: after) } else { read(after: after) }
        }
    }
}
