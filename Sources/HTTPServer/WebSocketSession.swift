import Synchronization

/// Follows one WebSocket connection. Called on an event loop thread: it must not block.
package protocol WebSocketDelegate: AnyObject, Sendable {
    /// The handshake is done; sending is allowed from here on.
    func opened(_ session: WebSocketSession)
    /// A complete text message: valid UTF-8, at most `HTTPServerOptions.maxFrame` bytes.
    func text(_ session: WebSocketSession, _ bytes: [UInt8])
    /// The connection is gone; called exactly once after `opened`.
    func closed(_ session: WebSocketSession)
}

/// One encoded text message that can be sent to many sessions without a copy for each.
package final class SharedBytes: Sendable {
    /// The message with its frame header in front.
    let frame: [UInt8]
    /// Length of the message in bytes.
    package let count: Int

    package init(_ text: [UInt8]) {
        count = text.count
        frame = WebSocketFrame.encode(.text, text)
    }
}

/// One WebSocket connection, usable from any thread.
package final class WebSocketSession: Sendable {
    /// Unique in this process.
    package let id: UInt64
    package let remoteAddress: String
    /// The subprotocol that was chosen in the handshake.
    package let subprotocol: String?

    private let queue: Mutex<Queue>
    private let maxQueuedBytes: Int
    private let counters: LoopCounters

    private struct Queue {
        var frames: [SharedBytes] = []
        var bytes = 0
        var scheduled = false
        var closing: (code: UInt16, reason: String)?
        var ended = false
        /// Tells the loop that something waits. Dropped at the end, so that who keeps a session keeps no connection.
        var schedule: (@Sendable () -> Void)?
    }

    init(
        id: UInt64, remoteAddress: String, subprotocol: String?, maxQueuedBytes: Int, counters: LoopCounters,
        schedule: @escaping @Sendable () -> Void
    ) {
        self.id = id
        self.remoteAddress = remoteAddress
        self.subprotocol = subprotocol
        self.maxQueuedBytes = maxQueuedBytes
        self.counters = counters
        queue = Mutex(Queue(schedule: schedule))
    }

    /// Queues a text message. It must be valid UTF-8. Ignored once the session is closing.
    package func send(_ text: [UInt8]) { send(SharedBytes(text)) }

    /// Queues a shared text message. When more than `HTTPServerOptions.maxQueuedBytes` wait, the queue is dropped and the
    /// session closed with 1013: its reader is too slow.
    package func send(_ message: SharedBytes) {
        enqueue { queue in
            guard queue.closing == nil else { return }
            queue.bytes += message.frame.count
            if queue.bytes > maxQueuedBytes {
                queue.frames = []
                queue.bytes = 0
                queue.closing = (1013, "slow reader")
                counters.slowReaders.count(1)
            } else {
                queue.frames.append(message)
            }
        }
    }

    /// Closes after what is queued has been sent. The reason is cut to 123 bytes.
    package func close(code: UInt16, reason: String = "") {
        enqueue { queue in
            if queue.closing == nil { queue.closing = (code, reason) }
        }
    }

    /// Bytes that wait to be handed to the kernel.
    package var queuedBytes: Int { queue.withLock { $0.bytes } }

    private func enqueue(_ change: (inout Queue) -> Void) {
        let wake: (@Sendable () -> Void)? = queue.withLock { queue in
            guard !queue.ended else { return nil }
            change(&queue)
            defer { queue.scheduled = true }
            return queue.scheduled ? nil : queue.schedule
        }
        wake?()
    }

    /// Moves frames worth up to `limit` bytes (at least one) into `buffer`; on the loop thread. Returns a close to send, once
    /// everything before it is taken.
    func take(upTo limit: Int, into buffer: inout [UInt8]) -> (more: Bool, close: (code: UInt16, reason: String)?) {
        queue.withLock { queue in
            queue.scheduled = false
            var taken = 0
            while taken < queue.frames.count, buffer.isEmpty || buffer.count + queue.frames[taken].frame.count <= limit {
                buffer += queue.frames[taken].frame
                queue.bytes -= queue.frames[taken].frame.count
                taken += 1
            }
            queue.frames.removeFirst(taken)
            if !queue.frames.isEmpty {
                queue.scheduled = true
                return (true, nil)
            }
            if let closing = queue.closing {
                queue.ended = true
                return (false, closing)
            }
            return (false, nil)
        }
    }

    /// The connection is gone: drops what is queued and ignores what is still sent.
    func end() {
        queue.withLock { queue in
            queue.ended = true
            queue.frames = []
            queue.bytes = 0
            queue.schedule = nil
        }
    }
}

/// Numbers the sessions of this process.
enum SessionNumber {
    private static let last = Atomic<UInt64>(0)

    static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}
