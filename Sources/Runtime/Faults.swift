import Glibc
import Synchronization

/// Faults made on purpose, to show that a test's outcome does not depend on luck. All off in a server.
package final class Faults: Sendable {
    package struct Plan: Sendable {
        /// Every so many commits meet a conflict that is none.
        package var conflictEvery: Int?
        /// Every so many turns lose their worker before they commit.
        package var crashEvery: Int?
        /// The process ends as by `kill -9` when it has come to so many points of its work, counted over all turns.
        package var killAt: Int?
        /// No coroutine is kept: each conversation is replayed when it goes on.
        package var evictsAlways = false

        package init() {}
    }

    let plan: Plan
    private let commits = Atomic<Int>(0)
    private let turns = Atomic<Int>(0)
    private let points = Atomic<Int>(0)

    package init(_ plan: Plan = Plan()) { self.plan = plan }

    func conflicts() -> Bool { strikes(plan.conflictEvery, commits) }
    func crashes() -> Bool { strikes(plan.crashEvery, turns) }

    /// A point between two steps of a turn, or in the middle of one, at which a crash must lose nothing.
    package func point() {
        guard let killAt = plan.killAt else { return }
        if points.wrappingAdd(1, ordering: .relaxed).newValue == killAt { kill(getpid(), SIGKILL) }
    }

    private func strikes(_ every: Int?, _ count: borrowing Atomic<Int>) -> Bool {
        guard let every, every > 0 else { return false }
        return count.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: every)
    }
}
