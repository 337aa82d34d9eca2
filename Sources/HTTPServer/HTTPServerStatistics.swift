import Synchronization

/// Counts since the server started; `connections` and `webSockets` are those open now.
package struct HTTPServerStatistics: Sendable {
    package var connections = 0
    package var webSockets = 0
    package var accepted = 0
    package var rejected = 0
    package var requests = 0
    package var messagesIn = 0
    package var bytesIn = 0
    package var bytesOut = 0
    /// WebSockets closed because their reader was too slow.
    package var slowReaders = 0

    mutating func add(_ counters: LoopCounters) {
        connections += counters.connections.load(ordering: .relaxed)
        webSockets += counters.webSockets.load(ordering: .relaxed)
        accepted += counters.accepted.load(ordering: .relaxed)
        rejected += counters.rejected.load(ordering: .relaxed)
        requests += counters.requests.load(ordering: .relaxed)
        messagesIn += counters.messagesIn.load(ordering: .relaxed)
        bytesIn += counters.bytesIn.load(ordering: .relaxed)
        bytesOut += counters.bytesOut.load(ordering: .relaxed)
        slowReaders += counters.slowReaders.load(ordering: .relaxed)
    }
}

/// One event loop's counters: written by its thread, read by any.
final class LoopCounters: Sendable {
    let connections = Atomic(0)
    let webSockets = Atomic(0)
    let accepted = Atomic(0)
    let rejected = Atomic(0)
    let requests = Atomic(0)
    let messagesIn = Atomic(0)
    let bytesIn = Atomic(0)
    let bytesOut = Atomic(0)
    let slowReaders = Atomic(0)
}

extension Atomic where Value == Int {
    /// Adds without ordering anything else: these are only counts.
    func count(_ amount: Int) { add(amount, ordering: .relaxed) }
}
