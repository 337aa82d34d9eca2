import Synchronization

/// Allocates ids: 41 bits of milliseconds since 2026-01-01 UTC, then 12 bits that count within the millisecond.
///
/// Ids rise strictly, also when the clock steps back or when more than 4,096 are asked for in a millisecond: the
/// generator then runs ahead of the clock.
package final class IDGenerator: Sendable {
    /// 2026-01-01T00:00:00Z in milliseconds since 1970.
    package static let epoch: Int64 = 1_767_225_600_000
    private static let countBits: Int64 = 12

    private let last: Mutex<Int64>
    private let clock: Clock

    /// - Parameter floor: the highest id in use; nothing at or below it is allocated.
    package init(clock: Clock, above floor: Int64 = 0) {
        self.clock = clock
        last = Mutex(floor)
    }

    package func next() -> Int64 { block(1) }

    /// The first of `count` ids in a row.
    package func block(_ count: Int64) -> Int64 {
        let now = max(0, clock.now() - Self.epoch) << Self.countBits
        return last.withLock { last in
            let first = max(last + 1, now)
            last = first + count - 1
            return first
        }
    }

    /// Keeps the generator above ids found in the database.
    package func raise(above floor: Int64) {
        last.withLock { $0 = max($0, floor) }
    }
}

/// Where the time comes from, so that tests and the simulator can move it.
package struct Clock: Sendable {
    /// Milliseconds since 1970-01-01 UTC.
    package let now: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Int64) { self.now = now }
}
