import Apps
import Database
import Messaging
import Model
import Sandbox

/// The exchange with the sandbox: from the update to the outcome.
extension Runtime {
    /// A turn with all that its steps need.
    struct Running: Sendable {
        let job: TurnJob
        let turn: Turn
        let program: Programs.Program
        var input: BridgeValue
        var replay: Replay?
        /// The conversation's journal begins with this turn.
        var beginsAfresh = false
    }

    func run(_ job: TurnJob) {
        guard job.update.message != nil || !job.update.kind.isAboutMessage, job.target != .stale else {
            skip(job)
            return
        }
        let version = withState { state in
            job.conversation.flatMap { state.scheduler.conversations[$0]?.version }
                ?? state.rollouts[job.lane.bot]?.version(for: job.update.chat?.id)
        }
        guard let version else {
            fail(job, reason: "No version of the app is active. Deploy it again.", outcome: .failed, turn: nil)
            return
        }
        programs.use(version, of: job.lane.bot) { [self] result in
            switch result {
            case .success(let program): begin(job, program)
            case .failure(let error):
                fail(job, reason: "The app could not be loaded: \(error)", outcome: .failed, turn: nil)
            }
        }
    }

    /// The message was deleted before its turn came, or the wait ended otherwise: there is nothing left to tell the app.
    func skip(_ job: TurnJob) {
        database.write { [messaging] tx in
            try messaging.consume(job.update.id, of: job.lane.bot, in: tx)
        } completion: { [self] result in
            if case .failure(let error) = result { log("An update could not be taken off its inbox: \(error)") }
            end(job, .done)
        }
    }

    private func begin(_ job: TurnJob, _ program: Programs.Program) {
        let first = ids.block(1 + Turn.idCount)
        let (isAsked, isWarm) = withState { state in
            let waiting = state.scheduler.conversations
            return (
                job.update.kind == .command && waiting.isAsked(LaneKey(place: job.update)),
                job.conversation.flatMap { waiting[$0]?.isWarm } ?? false
            )
        }
        let turn = Turn(
            id: TurnID(first), update: job.update, app: program.app, version: program.version,
            conversation: job.conversation ?? ConversationID(first), wait: job.wait, isPersonAsked: isAsked, now: clock.now(),
            seed: limits.seed(job.update.id, job.update.attempts), firstID: first + 1, rerun: job.rerun,
            refusals: job.refusals)
        let running = Running(job: job, turn: turn, program: program, input: bridge.arguments(for: job.update, in: turn))
        guard let conversation = job.conversation else {
            start(running)
            return
        }
        if job.update.kind == .checkpoint {
            beginAfresh(running, conversation)
        } else if isWarm {
            sandbox.resume(
                program.vm, conversation: UInt64(conversation.value), result: .success([running.input]),
                newTurn: TurnBudget(seed: turn.seed)
            ) { [self] in
                received($0, running)
            }
        } else {
            replay(running, conversation)
        }
    }

    /// A checkpoint: what began the conversation begins it again, with the state that it gave.
    private func beginAfresh(_ running: Running, _ conversation: ConversationID) {
        database.read { tx in
            try Journal.firstInput(of: conversation, in: tx)
        } completion: { [self] result in
            switch result {
            case .success(let first?):
                var running = running
                running.input = bridge.arguments(first, begunAfreshBy: running.turn)
                running.beginsAfresh = true
                drop(running)
                start(running)
            case .success(nil): abandon(running, reason: "The conversation's journal is gone, so it cannot go on.")
            case .failure(let error):
                fail(running.job, reason: "The journal could not be read: \(error)", outcome: .failed, turn: running.turn)
            }
        }
    }

    private func start(_ running: Running) {
        start(running, input: running.input, seed: running.turn.seed)
    }

    private func start(_ running: Running, input: BridgeValue, seed: UInt64) {
        let program = running.program
        sandbox.start(
            program.vm, conversation: UInt64(running.turn.conversation.value), module: bridge.entry,
            arguments: [input, bridge.context(of: program.version, of: program.app)], budget: TurnBudget(seed: seed)
        ) { [self] in
            received($0, running)
        }
    }

    /// Brings a conversation that is not in memory back to where it waits, then gives it the update.
    private func replay(_ running: Running, _ conversation: ConversationID) {
        counters.add(\.replays)
        database.read { tx in
            try Journal.entries(of: conversation, in: tx)
        } completion: { [self] result in
            switch result {
            case .success(let entries):
                guard let first = entries.first else {
                    abandon(running, reason: "The conversation's journal is gone, so it cannot go on.")
                    return
                }
                var running = running
                running.replay = Replay(entries: entries, version: running.program.version.id)
                sandbox.drop(running.program.vm, conversation: UInt64(conversation.value))
                start(running, input: first.input, seed: first.seed)
            case .failure(let error):
                fail(running.job, reason: "The journal could not be read: \(error)", outcome: .failed, turn: running.turn)
            }
        }
    }

    private func received(_ reply: SandboxReply, _ running: Running) {
        if running.replay != nil {
            replayed(reply, running)
            return
        }
        faults.point()
        let turn = running.turn
        turn.usage = reply.usage
        do {
            for effect in reply.effects { try bridge.effect(effect, in: turn) }
        } catch {
            fail(running.job, reason: Self.describe(error), outcome: .failed, turn: turn, input: running.input)
            return
        }
        switch reply.outcome {
        case .finished: commit(running, .finished)
        case .called(let name, let arguments): answer(name, arguments, running)
        case .failed(let message, let traceback):
            let reason = running.program.explain(message, traceback: traceback)
            fail(running.job, reason: reason, outcome: .failed, turn: turn, input: running.input)
        case .stopped(_, let message):
            fail(running.job, reason: message, outcome: .stopped, turn: turn, input: running.input)
        case .lost(let reason, let culprit): lost(running, reason: reason, culprit: culprit)
        }
    }

    private func answer(_ name: String, _ arguments: [BridgeValue], _ running: Running) {
        let turn = running.turn
        let called = Clock.monotonicMicroseconds()
        switch bridge.call(name, arguments, in: turn) {
        case .now(let values): resume(running, name, arguments, .success(values), called: called)
        case .failure(let message):
            resume(running, name, arguments, .failure(BridgeFailure(message: message)), called: called)
        case .wait(let wait): suspend(running, name, arguments, .waits(wait))
        case .restart(let state): suspend(running, name, arguments, .restarts(state))
        case .read(let body):
            database.read { tx in
                try body(tx, turn)
            } completion: { [self] result in
                switch result {
                case .success(let values): resume(running, name, arguments, .success(values), called: called)
                case .failure(let error as StoaError):
                    resume(
                        running, name, arguments, .failure(BridgeFailure(message: error.message)), called: called)
                case .failure(let error):
                    fail(running.job, reason: "\(name): \(error)", outcome: .failed, turn: turn, input: running.input)
                }
            }
        }
    }

    /// The call ends the turn. A journal that would grow too long makes it fail instead.
    private func suspend(_ running: Running, _ name: String, _ arguments: [BridgeValue], _ end: TurnEnd) {
        if case .waits = end, let problem = journalProblem(running) {
            resume(
                running, name, arguments, .failure(BridgeFailure(message: problem)), called: Clock.monotonicMicroseconds())
            return
        }
        guard journal(running, JournaledCall(name: name, arguments: arguments, result: .success([]), microseconds: 0)) else {
            return
        }
        commit(running, end)
    }

    private func resume(
        _ running: Running, _ name: String, _ arguments: [BridgeValue], _ result: Result<[BridgeValue], BridgeFailure>,
        called: Int64
    ) {
        let took = Clock.monotonicMicroseconds() - called
        guard journal(running, JournaledCall(name: name, arguments: arguments, result: result, microseconds: took)) else {
            return
        }
        sandbox.resume(
            running.program.vm, conversation: UInt64(running.turn.conversation.value), result: result, newTurn: nil
        ) { [self] in
            received($0, running)
        }
    }

    private func journal(_ running: Running, _ call: JournaledCall) -> Bool {
        do throws(StoaError) {
            try running.turn.journal(call)
            return true
        } catch {
            drop(running)
            fail(running.job, reason: error.message, outcome: .stopped, turn: running.turn, input: running.input)
            return false
        }
    }

    /// Why the conversation cannot wait once more; nil when it can. From four fifths on the app's log says so.
    private func journalProblem(_ running: Running) -> String? {
        guard let id = running.job.conversation, !running.beginsAfresh,
            let size = withState({ $0.scheduler.conversations[id]?.journal })
        else { return nil }
        let bytes = size.bytes + Int32(clamping: running.turn.journaledBytes)
        let most = limits.journal
        if size.turns >= most.turns || bytes > most.bytes {
            return
                "the journal of this conversation is full: \(size.turns) turns of at most \(most.turns), \(bytes >> 10) KiB of at most \(most.bytes >> 10). Call chat:checkpoint(state) now and then, so that it begins afresh from a value"
        }
        if size.turns == most.turns * 4 / 5 || size.bytes <= most.bytes * 4 / 5 && bytes > most.bytes * 4 / 5 {
            running.turn.log(
                "warn",
                "The journal of this conversation is four fifths full: \(size.turns) turns, \(bytes >> 10) KiB. Call chat:checkpoint(state) before it is."
            )
        }
        return nil
    }

    /// One step of a replay: the code must make the call that the journal holds; then it gets what it got then.
    /// Effects were committed in their time and are not made again.
    private func replayed(_ reply: SandboxReply, _ running: Running) {
        var running = running
        switch reply.outcome {
        case .called(let name, let arguments):
            do throws(Divergence) {
                guard let next = try running.replay?.advance(call: name, arguments, effects: reply.effects) else { return }
                follow(next, running)
            } catch {
                abandon(running, reason: error.description)
            }
        case .lost(let reason, let culprit): lost(running, reason: reason, culprit: culprit)
        case .failed(let message, let traceback):
            abandon(running, reason: ended(running, "the error: \(running.program.explain(message, traceback: traceback))"))
        case .stopped(_, let message): abandon(running, reason: ended(running, "the \(message)"))
        case .finished: abandon(running, reason: ended(running, "its end"))
        }
    }

    private func ended(_ running: Running, _ how: String) -> String { running.replay?.ended(how).description ?? how }

    private func follow(_ next: Replay.Next, _ running: Running) {
        var running = running
        let result: Result<[BridgeValue], BridgeFailure>
        var budget: TurnBudget?
        switch next {
        case .answer(let answer): result = answer
        case .nextTurn(let seed, let input):
            result = .success([input])
            budget = TurnBudget(seed: seed)
        case .arrived:
            running.replay = nil
            result = .success([running.input])
            budget = TurnBudget(seed: running.turn.seed)
        }
        sandbox.resume(
            running.program.vm, conversation: UInt64(running.turn.conversation.value), result: result, newTurn: budget
        ) { [self, running] in
            received($0, running)
        }
    }

    /// The worker died. A turn that only stood in its queue runs again at once; the one that ran counts as crashed.
    func lost(_ running: Running, reason: String, culprit: Bool) {
        counters.add(\.lost)
        if let conversation = running.job.conversation {
            withState { $0.scheduler.update { $0.setWarm(conversation, false) } }
        }
        if culprit || running.job.losses >= limits.losses {
            fail(running.job, reason: reason, outcome: .failed, turn: running.turn, input: running.input)
        } else {
            run(running.job.afterLoss())
        }
    }

    /// Coroutines that died with their worker: their conversations go on by replay.
    package func lostConversations(_ ids: [UInt64]) {
        withState { state in
            state.scheduler.update { waiting in
                for id in ids { waiting.setWarm(ConversationID(Int64(clamping: id)), false) }
            }
        }
    }

    static func describe(_ error: any Error) -> String {
        (error as? StoaError)?.message ?? String(describing: error)
    }
}
