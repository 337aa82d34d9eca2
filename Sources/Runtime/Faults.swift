import Synchronization

/// Faults made on purpose, to show that a test's outcome does not depend on luck. All off in a server.
package final class Faults: Sendable {
    package struct Plan: Sendable {
        /// Every so many commits meet a conflict that is none.
        package var conflictEvery: Int?
        /// Every so many turns lose their worker before they commit.
        package var crashEvery: Int?
        /// No coroutine is kept: each conversation is replayed when it goes on.
        package var evictsAlways = false

        package init() {}
    }

    let plan: Plan
    private let commits = Atomic<Int>(0)
    private let turns = Atomic<Int>(0)

    package init(_ plan: Plan = Plan()) { self.plan = plan }

    func conflicts() -> Bool { strikes(plan.conflictEvery, commits) }
    func crashes() -> Bool { strikes(plan.crashEvery, turns) }

    private func strikes(_ every: Int?, _ count: borrowing Atomic<Int>) -> Bool {
        guard let every, every > 0 else { return false }
        return count.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: every)
    }
}
