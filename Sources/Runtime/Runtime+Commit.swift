import Apps
import Database
import Messaging
import Model
import Sandbox

/// Why a turn's transaction was not committed, other than by an error of an effect.
private enum CommitRefusal: Error {
    /// The update is no longer in the inbox: it was consumed before.
    case gone
    case conflict
}

/// The one transaction of a turn: update consumed, effects applied, journal appended, events written.
extension Runtime {
    /// - Parameter wait: what the conversation waits for now; nil when it is over.
    func commit(_ running: Running, wait: Wait?) {
        let turn = running.turn
        let writing = turn.store.keysWritten
        if !writing.isEmpty {
            let isParked = withState { state in
                state.contention.parks({ [self] in commit(running, wait: wait) }, of: running.job.lane, writing: writing)
            }
            if isParked { return }
        }
        let ended = conversationsEnded(by: running, wait: wait)
        database.write { [self] tx in
            guard try messaging.consume(turn.update.id, of: turn.update.bot, in: tx) else { throw CommitRefusal.gone }
            guard try turn.store.conflict(of: turn.update.bot, in: tx) == nil else { throw CommitRefusal.conflict }
            for effect in turn.effects { try effect.apply(tx) }
            try turn.store.apply(version: turn.id.value, of: turn.update.bot, in: tx)
            try keepConversation(running, wait: wait, ended: ended, in: tx)
            try Journal.append(
                turn, input: running.input, outcome: wait == nil ? .finished : .waiting, error: nil, in: tx)
            try Logs.append(turn, in: tx)
        } completion: { [self] result in
            switch result {
            case .success: committed(running, wait: wait, ended: ended)
            case .failure(CommitRefusal.conflict): rerun(running)
            case .failure(CommitRefusal.gone):
                drop(running)
                end(running.job, .done)
            case .failure(let error):
                drop(running)
                fail(
                    running.job, reason: Self.describe(error), outcome: .failed, turn: turn, input: running.input)
            }
        }
    }

    private func committed(_ running: Running, wait: Wait?, ended: [ConversationID]) {
        counters.add(\.turns)
        let id = running.turn.conversation
        for other in ended where other != id { sandbox.drop(running.program.vm, conversation: UInt64(other.value)) }
        // Looked up before the state is locked.
        let lane = conversationLane(running)
        end(running.job, .done) { waiting in
            for other in ended { waiting.remove(other) }
            if let wait {
                waiting.insert(
                    WaitingConversation(
                        id: id, version: running.program.version.id, lane: lane, wait: wait, isWarm: true))
            } else if running.job.conversation != nil {
                waiting.remove(id)
            }
        }
        if wait != nil { coolConversations(of: running.job.lane.bot) }
        if !ended.isEmpty { unloadIfUnused(running.program.version.id) }
    }

    /// Waiting coroutines share their app's memory limit, so only so many stay.
    private func coolConversations(of bot: AccountID) {
        let keeping = limits.warmConversations
        var cooled: [WaitingConversation] = []
        withState { state in state.scheduler.update { cooled = $0.cool(bot, keeping: keeping) } }
        for conversation in cooled {
            guard let program = programs.loaded(conversation.version) else { continue }
            sandbox.drop(program.vm, conversation: UInt64(conversation.id.value))
        }
    }

    /// A conversation keeps the lane it began in, also when somebody else answered it.
    private func conversationLane(_ running: Running) -> LaneKey {
        guard let id = running.job.conversation else { return running.job.lane }
        return withState { $0.scheduler.conversations[id]?.lane } ?? running.job.lane
    }

    /// Runs again from the same input, with the keys it touched reserved. Nothing has left the turn, so that is safe.
    private func rerun(_ running: Running) {
        drop(running)
        counters.add(\.reruns)
        let job = running.job.again()
        guard job.rerun <= limits.reruns else {
            park(
                running.job, reason: "The turn met a conflict \(job.rerun) times: other turns kept changing what it read.",
                outcome: .deadLettered, turn: running.turn, input: running.input)
            return
        }
        let keys = Set(running.turn.store.keysRead + running.turn.store.keysWritten)
        let mayRun = withState { state in
            state.contention.reserve(keys, for: job.lane, rerun: { [self] in run(job) })
        }
        if mayRun { run(job) }
    }

    /// The coroutine has run further than what was committed: it must not be resumed.
    func drop(_ running: Running) {
        sandbox.drop(running.program.vm, conversation: UInt64(running.turn.conversation.value))
        guard let conversation = running.job.conversation else { return }
        withState { $0.scheduler.update { $0.setWarm(conversation, false) } }
    }

    /// A command ends what waited for the same person; a conversation that waits takes the place of one that waited there.
    private func conversationsEnded(by running: Running, wait: Wait?) -> [ConversationID] {
        let job = running.job
        return withState { state in
            var ended: [ConversationID] = []
            let waiting = state.scheduler.conversations
            if job.update.kind == .command, let old = waiting.occupant(of: job.lane, person: .same) { ended.append(old) }
            if let wait, let old = waiting.occupant(of: job.lane, person: wait.person), old != job.conversation,
                !ended.contains(old)
            {
                ended.append(old)
            }
            return ended
        }
    }

    private func keepConversation(
        _ running: Running, wait: Wait?, ended: [ConversationID], in tx: Transaction
    ) throws {
        let turn = running.turn
        for old in ended { try tx.execute("DELETE FROM conversations WHERE id = ?", .int(old.value)) }
        if turn.update.chat?.kind == .group, wait != nil || running.job.conversation != nil { try listen(running, wait, in: tx) }
        if let wait {
            let lane = running.job.lane
            try tx.execute(
                """
                INSERT INTO conversations (id, bot_id, version_id, chat_id, person_id, wait, started_at, waiting_since)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
                ON CONFLICT (id) DO UPDATE SET wait = excluded.wait, waiting_since = excluded.waiting_since
                """,
                .int(turn.conversation.value), .int(lane.bot.value), .int(turn.version.id.value), .int(lane.chat),
                .int(lane.person), .text(wait.stored), .int(turn.now))
        } else if running.job.conversation != nil {
            try tx.execute("DELETE FROM conversations WHERE id = ?", .int(turn.conversation.value))
        }
    }

    /// A bot that hears only what is addressed to it hears the answers it waits for.
    private func listen(_ running: Running, _ wait: Wait?, in tx: Transaction) throws {
        guard let chat = running.turn.update.chat else { return }
        let lane = conversationLane(running)
        try messaging.stopListening(lane.bot, to: AccountID(lane.person), in: chat.id, tx: tx)
        guard let wait else { return }
        try messaging.listen(
            lane.bot, to: wait.person == .anyone ? nil : AccountID(lane.person), in: chat.id, tx: tx)
    }
}
