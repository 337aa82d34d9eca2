import Database
import Messaging
import Model
import Sandbox

/// Turns that did not work: tried again with growing pauses, then parked among the dead letters.
extension Runtime {
    func fail(
        _ job: TurnJob, reason: String, outcome: Journal.Outcome, turn: Turn?, input: BridgeValue = .null
    ) {
        counters.add(\.failures)
        if let conversation = job.conversation {
            withState { $0.scheduler.update { $0.setWarm(conversation, false) } }
        }
        let attempts = job.update.attempts + 1
        // Whoever acts on a page sees that it failed, and may do it again: it must not happen then and once more by itself.
        guard attempts <= limits.retries, job.update.kind != .action else {
            park(job, reason: reason, outcome: outcome, turn: turn, input: input)
            return
        }
        var pause = limits.firstPause
        for _ in 1..<attempts { pause *= 5 }
        let until = clock.now() + pause
        database.write { [messaging] tx in
            try messaging.postpone(job.update.id, of: job.lane.bot, attempts: attempts, until: until, in: tx)
            guard let turn else { return }
            try Journal.append(turn, input: input, outcome: outcome, error: reason, in: tx)
            try Logs.append(turn, error: reason, in: tx)
        } completion: { [self] result in
            if case .failure(let error) = result { log("A failed turn could not be recorded: \(error)") }
            end(job, .postponed(attempts: attempts, until: until))
        }
    }

    /// Ends a conversation that cannot go on; the update that met it is parked.
    func abandon(_ running: Running, reason: String) {
        drop(running)
        let id = running.turn.conversation
        database.write { [self] tx in
            try endConversation(id, in: tx)
        } completion: { [self] result in
            if case .failure(let error) = result { log("A conversation could not be ended: \(error)") }
            withState { $0.scheduler.update { $0.remove(id) } }
            park(running.job, reason: reason, outcome: .deadLettered, turn: running.turn, input: running.input)
        }
    }

    func park(_ job: TurnJob, reason: String, outcome: Journal.Outcome, turn: Turn?, input: BridgeValue) {
        counters.add(\.deadLetters)
        log("An update of the bot \(job.lane.bot) went to the dead letters: \(reason)")
        database.write { [messaging, bridge] tx in
            try messaging.bury(job.update.id, of: job.lane.bot, reason: reason, in: tx)
            if job.update.kind == .call {
                try bridge.callFailed(job.update.payload, of: ConversationID(0), in: tx)
            } else if let conversation = job.conversation {
                try bridge.callFailed(nil, of: conversation, in: tx)
            }
            guard let turn else { return }
            try Journal.append(turn, input: input, outcome: outcome, error: reason, in: tx)
            try Logs.append(turn, error: reason, in: tx)
        } completion: { [self] result in
            tellObserver(of: job.update, failure: reason)
            if case .failure(let error) = result {
                // It stays in the inbox on disk and is met again at the next start.
                log("A dead letter could not be written: \(error)")
            }
            end(job, .done)
        }
    }
}
