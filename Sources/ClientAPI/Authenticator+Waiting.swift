import Dispatch
import Synchronization

extension Authenticator {
    /// Waits for the database if it must: only for threads that may, as those of uploads.
    func wait(for token: String) throws -> Principal? {
        let answer = Answer()
        find(token) { answer.give($0) }
        return try answer.wait()
    }

    private final class Answer: Sendable {
        private let result = Mutex<Result<Principal?, any Error>>(.success(nil))
        private let given = DispatchSemaphore(value: 0)

        func give(_ result: Result<Principal?, any Error>) {
            self.result.withLock { $0 = result }
            given.signal()
        }

        func wait() throws -> Principal? {
            given.wait()
            return try result.withLock { $0 }.get()
        }
    }
}
