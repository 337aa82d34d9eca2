import Model
import Synchronization

/// Lets one typing notice of an account in a chat through per second; more tell nobody anything.
final class TypingGate: Sendable {
    private struct Key: Hashable {
        let account: AccountID
        let chat: ChatID
    }

    private static let pause: Int64 = 1000
    private static let capacity = 10_000

    private let clock: Clock
    private let last = Mutex<[Key: Int64]>([:])

    init(clock: Clock) { self.clock = clock }

    func passes(_ account: AccountID, in chat: ChatID) -> Bool {
        let now = clock.now()
        return last.withLock { last in
            let key = Key(account: account, chat: chat)
            if let before = last[key], now - before < Self.pause, now >= before { return false }
            if last.count >= Self.capacity { last = last.filter { now - $0.value < Self.pause } }
            guard last.count < Self.capacity else { return false }
            last[key] = now
            return true
        }
    }
}
