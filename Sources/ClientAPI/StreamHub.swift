import Dispatch
import HTTPServer
import Messaging
import Model
import Synchronization

/// Hands committed events to the streams of those concerned.
///
/// Runs on the database's writer thread. An event for many readers is handed out on a queue of its own, so that commits go
/// on meanwhile; until that queue is empty, later events follow through it, which keeps their order.
final class StreamHub: Messaging.Observer {
    /// Readers up to which an event is handed out where it was committed.
    private static let inlineReaders = 32

    private let streams = Mutex<[AccountID: [Stream]]>([:])
    private let queue = DispatchQueue(label: "stoa.stream-hub", qos: .userInitiated)
    /// Events that wait in `queue` or run there.
    private let queued = Atomic<Int>(0)
    private let open = Atomic<Int64>(0)
    private let pushed = Atomic<Int64>(0)

    func add(_ stream: Stream, of account: AccountID) {
        streams.withLock { $0[account, default: []].append(stream) }
        open.add(1, ordering: .relaxed)
    }

    func remove(_ stream: Stream, of account: AccountID) {
        let removed = streams.withLock { streams in
            let before = streams[account] ?? []
            let after = before.filter { $0 !== stream }
            streams[account] = after.isEmpty ? nil : after
            return before.count - after.count
        }
        open.subtract(Int64(removed), ordering: .relaxed)
    }

    /// Closes the sockets that a session opened.
    func close(session: Int64) {
        let all = streams.withLock { $0.values.flatMap { $0 } }
        for stream in all where stream.sessionID == session { stream.endSession() }
    }

    /// Lets the streams of an account go on with what it is now.
    func update(_ account: Account) {
        for stream in streams.withLock({ $0[account.id] ?? [] }) { stream.update(account) }
    }

    func committed(_ event: Event, to recipients: [(user: AccountID, seq: Int64)]) {
        let readers = streams.withLock { streams in
            recipients.compactMap { recipient in
                streams[recipient.user].map { (user: recipient.user, seq: recipient.seq, streams: $0) }
            }
        }
        guard !readers.isEmpty else { return }
        if readers.count <= Self.inlineReaders, queued.load(ordering: .acquiring) == 0 {
            return Self.hand(out: event, to: readers, counting: pushed)
        }
        queued.add(1, ordering: .relaxed)
        queue.async { [self] in
            Self.hand(out: event, to: readers, counting: pushed)
            queued.subtract(1, ordering: .releasing)
        }
    }

    func committed(_ updates: [Update]) {}

    func writeMetrics(to text: inout MetricsText) {
        text.gauge("stoa_streams_open", "Event streams open now.", open.load(ordering: .relaxed))
        text.counter("stoa_stream_events_total", "Events handed to streams.", pushed.load(ordering: .relaxed))
    }

    private static func hand(
        out event: Event, to readers: [(user: AccountID, seq: Int64, streams: [Stream])],
        counting pushed: borrowing Atomic<Int64>
    ) {
        let encoded = EncodedEvent(event)
        var count: Int64 = 0
        for reader in readers {
            let frame = encoded.map { StreamFrame($0.frame(seq: reader.seq, for: reader.user)) }
            for stream in reader.streams {
                stream.live(reader.seq, frame)
                count += 1
            }
        }
        pushed.add(count, ordering: .relaxed)
    }
}
