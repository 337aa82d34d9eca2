import Dispatch
import Model
import Synchronization

/// Where passwords are hashed: each takes tens of milliseconds and megabytes, so only a few run at once, on threads of
/// their own, and only so many wait.
final class PasswordQueue: Sendable {
    private let queues: [DispatchQueue]
    private let limit: Int
    private let state = Mutex((waiting: 0, next: 0))

    /// - Parameters:
    ///   - width: how many run at once.
    ///   - limit: how many may wait or run.
    init(width: Int = 2, limit: Int = 64) {
        queues = (0..<width).map { DispatchQueue(label: "stoa.passwords.\($0)", qos: .utility) }
        self.limit = limit
    }

    /// - Throws: ``StoaError/Code/unavailable`` when too many wait already, and what `work` throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let queue = state.withLock { state -> DispatchQueue? in
            guard state.waiting < limit else { return nil }
            state.waiting += 1
            state.next = (state.next + 1) % queues.count
            return queues[state.next]
        }
        guard let queue else {
            throw StoaError(.unavailable, "Too many sign-ins at once. Try again in a moment.", retryAfter: 1000)
        }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                let result = Result { try work() }
                state.withLock { $0.waiting -= 1 }
                continuation.resume(with: result)
            }
        }
    }
}
