import Messaging
import Model
import Runtime
import Synchronization

/// Why actions on pages failed, as the app's developer is to know it: people are only told that they did.
final class FailedActions: TurnObserver {
    private struct Place: Hashable {
        let person: AccountID?
        let chat: ChatID?
    }

    private let next: any TurnObserver
    private let reasons = Mutex<[Place: String]>([:])

    /// - Parameter next: hears of everything, too.
    init(next: any TurnObserver) { self.next = next }

    /// Of the person's newest action in that chat that failed.
    func reason(of person: AccountID, in chat: ChatID?) -> String? {
        reasons.withLock { $0[Place(person: person, chat: chat)] }
    }

    func ended(_ turn: EndedTurn) {
        if turn.kind == .action, let failure = turn.failure {
            reasons.withLock { $0[Place(person: turn.person, chat: turn.chat)] = failure }
        }
        next.ended(turn)
    }

    func served(_ bot: AccountID) { next.served(bot) }
}
