import Database
import Dispatch
import Synchronization

extension Authenticator {
    /// Waits for the database if it must: only for threads that may, as those of uploads.
    func wait(for token: String) throws -> Principal? {
        let answer = Answer<Principal?>()
        find(token) { answer.give($0) }
        return try answer.wait()
    }
}

extension Database {
    /// Waits for what is read: only for threads that may, as those of uploads.
    func waitToRead<T: Sendable>(_ body: @escaping @Sendable (ReadTransaction) throws -> T) throws -> T {
        let answer = Answer<T>()
        read(body) { answer.give($0) }
        return try answer.wait()
    }
}

private final class Answer<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let given = DispatchSemaphore(value: 0)

    func give(_ result: Result<Value, any Error>) {
        self.result.withLock { $0 = result }
        given.signal()
    }

    func wait() throws -> Value {
        given.wait()
        return try result.withLock { $0 ?? .failure(CancellationError()) }.get()
    }
}
