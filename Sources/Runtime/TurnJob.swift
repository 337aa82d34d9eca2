import Model

/// An update on its way through a turn, over its reruns.
struct TurnJob: Sendable {
    let update: Update
    let lane: LaneKey
    let target: WaitingConversations.Target
    var rerun = 0
    var losses = 0
    /// What the ledger refused so far, by the number of the turn's call.
    var refusals: [Int: String] = [:]

    /// The waiting conversation that the update is for; nil when it begins one.
    var conversation: ConversationID? {
        if case .conversation(let id, _) = target { id } else { nil }
    }

    /// The wait in it that the update ends.
    var wait: Int64? {
        if case .conversation(_, let wait) = target { wait } else { nil }
    }

    func again() -> TurnJob {
        var job = self
        job.rerun += 1
        return job
    }

    func knowing(_ refusal: TurnRefusal) -> TurnJob {
        var job = self
        job.refusals[refusal.call] = refusal.code
        return job
    }

    func afterLoss() -> TurnJob {
        var job = self
        job.losses += 1
        return job
    }
}
