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
        let input: BridgeValue
        var replay: Replay?
    }

    func run(_ job: TurnJob) {
        guard job.update.message != nil || !job.update.kind.isAboutMessage else {
            skip(job)
            return
        }
        let version = withState { state in
            job.conversation.flatMap { state.scheduler.conversations[$0]?.version } ?? state.active[job.lane.bot]
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

    /// The message was deleted before its turn came: there is nothing left to tell the app.
    private func skip(_ job: TurnJob) {
        database.write { [messaging] tx in
            try messaging.consume(job.update.id, of: job.lane.bot, in: tx)
        } completion: { [self] result in
            if case .failure(let error) = result { log("An update could not be taken off its inbox: \(error)") }
            end(job, .done)
        }
    }

    private func begin(_ job: TurnJob, _ program: Programs.Program) {
        let first = ids.block(1 + Turn.idCount)
        let turn = Turn(
            id: TurnID(first), update: job.update, app: program.app, version: program.version,
            conversation: job.conversation ?? ConversationID(first), now: clock.now(),
            seed: UInt64.random(in: 0...UInt64(Int64.max)), firstID: first + 1, rerun: job.rerun)
        let input = bridge.arguments(for: job.update, in: turn)
        let running = Running(job: job, turn: turn, program: program, input: input, replay: nil)
        guard let conversation = job.conversation else {
            start(running)
            return
        }
        if withState({ $0.scheduler.conversations[conversation]?.isWarm ?? false }) {
            sandbox.resume(
                program.vm, conversation: UInt64(conversation.value), result: .success([input]),
                newTurn: TurnBudget(seed: turn.seed)
            ) { [self] in
                received($0, running)
            }
        } else {
            replay(running, conversation)
        }
    }

    private func start(_ running: Running) {
        sandbox.start(
            running.program.vm, conversation: UInt64(running.turn.conversation.value), module: bridge.entry,
            arguments: [running.input], budget: TurnBudget(seed: running.turn.seed)
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
            case .success(let entries) where !entries.isEmpty:
                var running = running
                running.replay = Replay(entries: entries[...])
                let vm = running.program.vm
                sandbox.drop(vm, conversation: UInt64(conversation.value))
                sandbox.start(
                    vm, conversation: UInt64(conversation.value), module: bridge.entry, arguments: [entries[0].input],
                    budget: TurnBudget(seed: entries[0].seed)
                ) { [self, running] in
                    received($0, running)
                }
            case .success:
                abandon(running, reason: "The conversation's journal is gone, so it cannot go on.")
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
        let turn = running.turn
        turn.usage = reply.usage
        do {
            for effect in reply.effects { try bridge.effect(effect, in: turn) }
        } catch {
            fail(running.job, reason: Self.describe(error), outcome: .failed, turn: turn, input: running.input)
            return
        }
        switch reply.outcome {
        case .finished: commit(running, wait: nil)
        case .called(let name, let arguments): answer(name, arguments, running)
        case .failed(let message, let traceback):
            let reason = traceback.isEmpty ? message : message + "\n" + traceback
            fail(running.job, reason: reason, outcome: .failed, turn: turn, input: running.input)
        case .stopped(_, let message):
            fail(running.job, reason: message, outcome: .stopped, turn: turn, input: running.input)
        case .lost(let reason, let culprit): lost(running, reason: reason, culprit: culprit)
        }
    }

    private func answer(_ name: String, _ arguments: [BridgeValue], _ running: Running) {
        let turn = running.turn
        switch bridge.call(name, arguments, in: turn) {
        case .now(let values): resume(running, name, arguments, .success(values))
        case .failure(let message): resume(running, name, arguments, .failure(BridgeFailure(message: message)))
        case .wait(let wait):
            turn.journal(JournaledCall(name: name, arguments: arguments, result: .success([])))
            commit(running, wait: wait)
        case .read(let body):
            database.read { tx in
                try body(tx, turn)
            } completion: { [self] result in
                switch result {
                case .success(let values): resume(running, name, arguments, .success(values))
                case .failure(let error as StoaError):
                    resume(running, name, arguments, .failure(BridgeFailure(message: error.message)))
                case .failure(let error):
                    fail(running.job, reason: "\(name): \(error)", outcome: .failed, turn: turn, input: running.input)
                }
            }
        }
    }

    private func resume(
        _ running: Running, _ name: String, _ arguments: [BridgeValue], _ result: Result<[BridgeValue], BridgeFailure>
    ) {
        running.turn.journal(JournaledCall(name: name, arguments: arguments, result: result))
        sandbox.resume(
            running.program.vm, conversation: UInt64(running.turn.conversation.value), result: result, newTurn: nil
        ) { [self] in
            received($0, running)
        }
    }

    /// One step of a replay: the code must make the call that the journal holds; then it gets what it got then.
    /// Effects were committed in their time and are not made again.
    private func replayed(_ reply: SandboxReply, _ running: Running) {
        var running = running
        guard case .called(let name, let arguments) = reply.outcome else {
            switch reply.outcome {
            case .lost(let reason, let culprit): lost(running, reason: reason, culprit: culprit)
            case .failed(let message, _), .stopped(_, let message):
                abandon(running, reason: "The replay failed where the first run did not: \(message)")
            default: abandon(running, reason: "The replay ended where the first run waited.")
            }
            return
        }
        guard case .answer(let call)? = running.replay?.steps.popFirst(), call.name == name, call.arguments == arguments
        else {
            abandon(
                running,
                reason:
                    "The replay called \(name) where the journal holds another call. Code that a conversation waits in must do the same again: same calls, same values."
            )
            return
        }
        let vm = running.program.vm
        let id = UInt64(running.turn.conversation.value)
        let next: Replay.Step? = running.replay?.steps.first
        switch next {
        case nil:
            running.replay = nil
            sandbox.resume(
                vm, conversation: id, result: .success([running.input]), newTurn: TurnBudget(seed: running.turn.seed)
            ) { [self, running] in received($0, running) }
        case .nextTurn(let seed, let input):
            running.replay?.steps.removeFirst()
            sandbox.resume(vm, conversation: id, result: .success([input]), newTurn: TurnBudget(seed: seed)) {
                [self, running] in received($0, running)
            }
        case .answer:
            sandbox.resume(vm, conversation: id, result: call.result, newTurn: nil) { [self, running] in
                received($0, running)
            }
        }
    }

    /// The worker died. A turn that only stood in its queue runs again at once; the one that ran counts as crashed.
    private func lost(_ running: Running, reason: String, culprit: Bool) {
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
