import Database
import Messaging
import Model

/// What has to go along with a conversation that ends before its handler does.
extension Runtime {
    /// Whoever called it hears that nothing will come; its questions, its requests to other servers and its ear in a group end.
    func endConversation(_ id: ConversationID, in tx: Transaction) throws {
        try bridge.callFailed(nil, of: id, in: tx)
        try bridge.withdrawQuestions(of: id, besides: nil, in: tx)
        try tx.execute("DELETE FROM outbox WHERE conversation_id = ?", .int(id.value))
        try tx.execute("DELETE FROM conversations WHERE id = ?", .int(id.value))
        if let lane = withState({ $0.scheduler.conversations[id]?.lane }) { try stopListening(lane, without: [id], in: tx) }
    }

    /// A bot that hears only what is addressed to it hears a person, or anyone, for as long as some conversation waits for them.
    /// - Parameter others: conversations that wait no longer.
    func stopListening(_ lane: LaneKey, without others: Set<ConversationID>, in tx: Transaction) throws {
        guard lane.chat != 0 else { return }
        let (person, anyone) = withState { state in
            let waiting = state.scheduler.conversations
            return (waiting.isPersonAsked(lane, besides: others), waiting.isAnyoneAsked(lane, besides: others))
        }
        let chat = ChatID(lane.chat)
        if !person { try messaging.stopListening(lane.bot, to: AccountID(lane.person), in: chat, tx: tx) }
        if !anyone { try messaging.stopListening(lane.bot, to: nil, in: chat, tx: tx) }
    }
}
