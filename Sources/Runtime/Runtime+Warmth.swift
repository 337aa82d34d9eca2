import Apps
import Model
import Sandbox

/// Which waiting coroutines stay in memory: the last ones, for a while, as long as the app's memory has room.
extension Runtime {
    private static let coolingInterval: Int64 = 30_000

    /// Waiting coroutines share their app's memory limit: after a wait, those too many are let go.
    func coolConversations(after running: Running) {
        let memory = Double(running.program.version.manifest.sandboxLimits.memoryBytes)
        let isTight = Double(running.turn.usage.memoryBytes) > memory * limits.warmMemory
        let bot = running.job.lane.bot
        forget(
            withState { state in
                var cooled: [WaitingConversation] = []
                state.scheduler.update { waiting in
                    let kept = isTight ? waiting.countWarm(of: bot) / 2 : limits.warmConversations
                    cooled = waiting.cool(bot, keeping: min(kept, limits.warmConversations))
                }
                return cooled
            })
    }

    /// Lets go of those that have waited long, now and then.
    func coolLater() {
        alarms.later(Self.coolingInterval) { [weak self] in
            guard let self else { return }
            let time = clock.now() - limits.warmFor
            forget(
                withState { state in
                    var cooled: [WaitingConversation] = []
                    state.scheduler.update { cooled = $0.cool(idleSince: time) }
                    return cooled
                })
            coolLater()
        }
    }

    private func forget(_ cooled: [WaitingConversation]) {
        for conversation in cooled {
            guard let program = programs.loaded(conversation.version) else { continue }
            sandbox.drop(program.vm, conversation: UInt64(conversation.id.value))
        }
    }
}
