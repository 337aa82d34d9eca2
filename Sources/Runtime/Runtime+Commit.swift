import Apps
import Database
import Messaging
import Model
import Permissions
import Sandbox

/// How a turn's code ended.
enum TurnEnd: Sendable {
    case finished
    case waits(Wait)
    /// The conversation begins afresh from this value, in a turn of its own.
    case restarts(BridgeValue)
}

/// Why a turn's transaction was not committed, other than by an error of an effect.
private enum CommitRefusal: Error {
    /// The update is no longer in the inbox: it was consumed before.
    case gone
    case conflict
    /// Another turn ended the conversation meanwhile.
    case ended
}

/// The one transaction of a turn: update consumed, effects applied, journal appended, events written.
extension Runtime {
    /// A turn that is to be committed, with what becomes of its conversation and of others.
    struct Settlement: Sendable {
        let end: TurnEnd
        /// What the conversation waits for now; nil when it is over.
        let wait: Wait?
        /// Other conversations that end with it.
        let ended: [WaitingConversation]
    }

    func commit(_ running: Running, _ end: TurnEnd) {
        let turn = running.turn
        if faults.crashes() {
            drop(running)
            lost(running, reason: "The worker was ended on purpose.", culprit: false)
            return
        }
        let writing = turn.store.keysWritten
        if !writing.isEmpty {
            let isParked = withState { state in
                state.contention.parks({ [self] in commit(running, end) }, of: running.job.lane, writing: writing)
            }
            if isParked { return }
        }
        let settlement = settle(running, end)
        let storeLimit = storeLimit(of: turn.update.bot)
        let hasConflict = faults.conflicts() && running.job.rerun == 0
        database.write { [self] tx in
            // Before the updates of this transaction are told of: they may be for what the conversation waits for now.
            tx.afterCommit { [self] in adopt(running, settlement, JournalSize()) }
            guard try messaging.consume(turn.update.id, of: turn.update.bot, in: tx) else { throw CommitRefusal.gone }
            guard try turn.store.conflict(of: turn.update.bot, in: tx) == nil, !hasConflict else {
                throw CommitRefusal.conflict
            }
            faults.point()
            for effect in turn.effects { try effect.apply(tx) }
            try turn.store.apply(
                version: turn.id.value, of: turn.update.bot, limit: storeLimit, now: turn.now, in: tx)
            let bytes = try Journal.append(
                turn, input: running.input, outcome: settlement.wait == nil ? .finished : .waiting, error: nil, in: tx)
            let journal = try keepConversation(running, settlement, bytes: bytes, in: tx)
            try Logs.append(turn, in: tx)
            faults.point()
            return journal
        } completion: { [self] result in
            faults.point()
            switch result {
            case .success(let journal): committed(running, settlement, journal)
            case .failure(CommitRefusal.conflict): rerun(running)
            case .failure(is TurnConflict): rerun(running)
            case .failure(let refusal as TurnRefusal): rerun(running, knowing: refusal)
            case .failure(CommitRefusal.gone):
                drop(running)
                self.end(running.job, .done)
            case .failure(CommitRefusal.ended):
                drop(running)
                skip(running.job)
            case .failure(let error):
                drop(running)
                fail(
                    running.job, reason: Self.describe(error), outcome: .failed, turn: turn, input: running.input)
            }
        }
    }

    private func settle(_ running: Running, _ end: TurnEnd) -> Settlement {
        let wait: Wait? =
            switch end {
            case .finished: nil
            case .waits(let wait): wait
            case .restarts: Wait([Awaited(id: ids.next())])
            }
        let turn = running.turn
        let place = conversationLane(running)
        let ended = withState { state in
            let waiting = state.scheduler.conversations
            var ended: [ConversationID] = []
            switch turn.others {
            case .endedByCommand where turn.update.kind == .command: ended = waiting.endedByCommand(of: place)
            case .cancelled: if let last = waiting.endedByCancel(of: place) { ended.append(last) }
            default: break
            }
            if let wait, wait.isForPeople {
                ended += waiting.endedByAsking(place, besides: turn.conversation).filter { !ended.contains($0) }
            }
            return ended.compactMap { waiting[$0] }
        }
        return Settlement(end: end, wait: wait, ended: ended)
    }

    private func committed(_ running: Running, _ settlement: Settlement, _ journal: JournalSize) {
        counters.add(\.turns)
        let id = running.turn.conversation
        for other in settlement.ended {
            guard other.isWarm, let program = programs.loaded(other.version) else { continue }
            sandbox.drop(program.vm, conversation: UInt64(other.id.value))
        }
        if settlement.wait != nil, !staysWarm(settlement) {
            sandbox.drop(running.program.vm, conversation: UInt64(id.value))
        }
        adopt(running, settlement, journal)
        tellObserver(of: running.turn, failure: nil)
        end(running.job, .done, conversation: id)
        if settlement.wait != nil { coolConversations(after: running) }
        for version in Set(settlement.ended.map(\.version) + [running.program.version.id]) {
            if settlement.wait == nil || version != running.program.version.id { unloadIfUnused(version) }
        }
    }

    /// What the commit has changed among the conversations that wait.
    private func adopt(_ running: Running, _ settlement: Settlement, _ journal: JournalSize) {
        let id = running.turn.conversation
        // Looked up before the state is locked.
        let place = conversationLane(running)
        let isSide = isSide(running)
        let isWarm = staysWarm(settlement)
        withState { state in
            state.scheduler.update { waiting in
                for other in settlement.ended { waiting.remove(other.id) }
                guard let wait = settlement.wait else {
                    if running.job.conversation != nil { waiting.remove(id) }
                    return
                }
                var conversation = WaitingConversation(
                    id: id, version: running.program.version.id, lane: place, wait: wait, isSide: isSide, journal: journal,
                    since: running.turn.now, isWarm: isWarm)
                // Until the turn has ended.
                conversation.isBusy = true
                waiting.insert(conversation)
            }
        }
    }

    private func staysWarm(_ settlement: Settlement) -> Bool {
        if case .restarts = settlement.end { return false }
        return !faults.plan.evictsAlways
    }

    /// Whose a conversation is stays as it began, also when somebody else answered it.
    private func conversationLane(_ running: Running) -> LaneKey {
        guard let id = running.job.conversation else { return LaneKey(place: running.job.update) }
        return withState { $0.scheduler.conversations[id]?.lane } ?? LaneKey(place: running.job.update)
    }

    private func isSide(_ running: Running) -> Bool {
        guard let id = running.job.conversation else { return running.job.update.kind.beginsSideConversation }
        return withState { $0.scheduler.conversations[id]?.isSide } ?? false
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

    /// Runs again from the same input, with what the ledger says to one of its calls. Each time one call more is answered, so
    /// this ends.
    private func rerun(_ running: Running, knowing refusal: TurnRefusal) {
        drop(running)
        counters.add(\.reruns)
        run(running.job.knowing(refusal))
    }

    /// The coroutine has run further than what was committed: it must not be resumed.
    func drop(_ running: Running) {
        sandbox.drop(running.program.vm, conversation: UInt64(running.turn.conversation.value))
        guard let conversation = running.job.conversation else { return }
        withState { $0.scheduler.update { $0.setWarm(conversation, false) } }
    }

    /// - Returns: what a replay of the conversation takes from now on.
    private func keepConversation(
        _ running: Running, _ settlement: Settlement, bytes: Int64, in tx: Transaction
    ) throws -> JournalSize {
        let turn = running.turn
        for old in settlement.ended {
            try tx.execute("DELETE FROM conversations WHERE id = ?", .int(old.id.value))
            try bridge.withdrawQuestions(of: old.id, besides: nil, in: tx)
        }
        if turn.version.manifest.declared.asksPeople {
            try bridge.withdrawQuestions(of: turn.conversation, besides: settlement.wait, in: tx)
        }
        if turn.update.chat?.kind == .group,
            settlement.wait != nil || running.job.conversation != nil || !settlement.ended.isEmpty
        {
            try listen(running, settlement, in: tx)
        }
        if case .restarts(let state) = settlement.end, let wait = settlement.wait?.awaited.first?.id {
            try messaging.enqueue(
                [
                    Update(
                        id: UpdateID(ids.next()), bot: turn.update.bot, kind: .checkpoint, chat: turn.update.chat,
                        person: turn.update.person, payload: BridgeValue.array([state]).encoded,
                        addressee: Update.Addressee(conversation: turn.conversation, wait: wait), date: turn.now)
                ], in: tx)
        }
        guard let wait = settlement.wait else {
            guard running.job.conversation != nil else { return JournalSize() }
            guard try tx.execute("DELETE FROM conversations WHERE id = ?", .int(turn.conversation.value)) == 1 else {
                throw CommitRefusal.ended
            }
            return JournalSize()
        }
        let deadline = wait.deadline
        if let deadline { tx.afterCommit { [deadlines] in deadlines.schedule(deadline.at) } }
        let size =
            running.job.conversation == nil
            ? try insert(running, wait, bytes: bytes, in: tx) : try update(running, wait, bytes: bytes, in: tx)
        return size
    }

    private func insert(_ running: Running, _ wait: Wait, bytes: Int64, in tx: Transaction) throws -> JournalSize {
        let turn = running.turn
        let place = LaneKey(place: running.job.update)
        try tx.execute(
            """
            INSERT INTO conversations (id, bot_id, version_id, chat_id, person_id, is_side, wait, deadline, deadline_wait,
              journal_from, journal_turns, journal_bytes, caller, waiting_since)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?1, 1, ?10, ?11, ?12)
            """,
            .int(turn.conversation.value), .int(place.bot.value), .int(turn.version.id.value), .int(place.chat),
            .int(place.person), .int(isSide(running) ? 1 : 0), .blob(wait.stored), .optional(wait.deadline?.at),
            .optional(wait.deadline?.wait), .int(bytes), .optional(turn.update.kind == .call ? turn.update.payload : nil),
            .int(turn.now))
        return JournalSize(turns: 1, bytes: bytes)
    }

    private func update(_ running: Running, _ wait: Wait, bytes: Int64, in tx: Transaction) throws -> JournalSize {
        let turn = running.turn
        let size = try tx.first(
            """
            UPDATE conversations SET wait = ?2, deadline = ?3, deadline_wait = ?4, waiting_since = ?5,
              journal_turns = CASE WHEN ?7 THEN 1 ELSE journal_turns + 1 END,
              journal_bytes = CASE WHEN ?7 THEN ?6 ELSE journal_bytes + ?6 END,
              journal_from = CASE WHEN ?7 THEN ?8 ELSE journal_from END
            WHERE id = ?1 RETURNING journal_turns, journal_bytes
            """,
            .int(turn.conversation.value), .blob(wait.stored), .optional(wait.deadline?.at),
            .optional(wait.deadline?.wait), .int(turn.now), .int(bytes), .int(running.beginsAfresh ? 1 : 0),
            .int(turn.id.value)
        ) { JournalSize(turns: try $0.int(0), bytes: try $0.int(1)) }
        guard let size else { throw CommitRefusal.ended }
        return size
    }

    /// A bot that hears only what is addressed to it hears the answers it waits for.
    private func listen(_ running: Running, _ settlement: Settlement, in tx: Transaction) throws {
        guard let chat = running.turn.update.chat else { return }
        let lane = conversationLane(running)
        let over = Set(settlement.ended.map(\.id) + [running.turn.conversation])
        try stopListening(lane, without: over, in: tx)
        guard let wait = settlement.wait, wait.listens else { return }
        try messaging.listen(lane.bot, to: wait.isForAnyone ? nil : AccountID(lane.person), in: chat.id, tx: tx)
    }
}
