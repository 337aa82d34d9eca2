import Model
import Synchronization

/// A clock that a test moves.
final class TestClock: Sendable {
    private let time = Mutex<Int64>(1_800_000_000_000)

    var clock: Clock { Clock { [self] in time.withLock { $0 } } }

    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}
