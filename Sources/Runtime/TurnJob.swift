import Model
import Sandbox

/// An update on its way through a turn, over its reruns.
struct TurnJob: Sendable {
    let update: Update
    let lane: LaneKey
    /// The waiting conversation that the update is for; nil when it begins one.
    let conversation: ConversationID?
    var rerun = 0
    var losses = 0

    func again() -> TurnJob {
        var job = self
        job.rerun += 1
        return job
    }

    func afterLoss() -> TurnJob {
        var job = self
        job.losses += 1
        return job
    }
}

/// What a replay still has to feed to a conversation before the present update is its turn.
struct Replay: Sendable {
    enum Step: Sendable {
        case answer(JournaledCall)
        /// The conversation is at the wait that ended a turn; this update came next.
        case nextTurn(seed: UInt64, input: BridgeValue)
    }

    var steps: ArraySlice<Step>

    init(entries: ArraySlice<Journal.Entry>) {
        var steps: [Step] = []
        for (index, entry) in entries.enumerated() {
            if index > 0 { steps.append(.nextTurn(seed: entry.seed, input: entry.input)) }
            steps += entry.calls.map { .answer($0) }
        }
        self.steps = steps[...]
    }
}
