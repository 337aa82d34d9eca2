package import Model
import Synchronization

/// The machine's clock, moved on by tests: a subscription that renews in a month renews at once.
package final class TestClock: Sendable {
    /// Milliseconds ahead of the machine's clock.
    private let ahead = Atomic<Int64>(0)

    package init() {}

    package var clock: Clock { Clock { [self] in Clock.system.now() + ahead.load(ordering: .relaxed) } }

    /// - Parameter milliseconds: 0 or more; a clock never goes back.
    func advance(_ milliseconds: Int64) { ahead.add(max(0, milliseconds), ordering: .relaxed) }
}
