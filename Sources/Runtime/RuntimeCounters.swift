import Synchronization

/// What the runtime did since it started, for `/metrics`.
package final class RuntimeCounters: Sendable {
    package struct Values: Sendable {
        package var turns: Int64 = 0
        package var failures: Int64 = 0
        package var reruns: Int64 = 0
        package var deadLetters: Int64 = 0
        package var replays: Int64 = 0
        package var lost: Int64 = 0
        package var drawings: Int64 = 0
    }

    private let state = Mutex(Values())

    package var values: Values { state.withLock { $0 } }

    func add(_ field: any WritableKeyPath<Values, Int64> & Sendable) { state.withLock { $0[keyPath: field] += 1 } }
}
