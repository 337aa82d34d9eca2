import Dispatch
package import Model
import Synchronization

/// Calls back at a time. With the system's clock by Dispatch; with a clock that tests move, when they move it.
package final class Alarms: Sendable {
    private let clock: Clock
    private let isVirtual: Bool
    private let queue = DispatchQueue(label: "stoa.alarms")
    private let pending = Mutex<[(at: Int64, order: Int, action: @Sendable () -> Void)]>([])

    package init(clock: Clock, isVirtual: Bool = false) {
        self.clock = clock
        self.isVirtual = isVirtual
    }

    /// - Parameter time: milliseconds since 1970 UTC.
    package func at(_ time: Int64, _ action: @escaping @Sendable () -> Void) {
        if isVirtual {
            pending.withLock { $0.append((time, $0.count, action)) }
            return
        }
        let now = clock.now()
        // Any number can be a time: those long past would overflow.
        let delay = time > now ? time - now : 0
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(min(delay, 86_400_000))), execute: action)
    }

    /// For upkeep that nothing waits for: after so many milliseconds by the system's clock, never on one that tests move.
    package func later(_ milliseconds: Int64, _ action: @escaping @Sendable () -> Void) {
        if !isVirtual { at(clock.now() + milliseconds, action) }
    }

    /// The earliest alarm of a clock that tests move.
    package var next: Int64? { pending.withLock { $0.map(\.at).min() } }

    /// Runs what is due on a clock that tests move.
    package func fire() {
        let now = clock.now()
        let due = pending.withLock { pending in
            let due = pending.filter { $0.at <= now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
            pending.removeAll { $0.at <= now }
            return due
        }
        for alarm in due { alarm.action() }
    }
}
