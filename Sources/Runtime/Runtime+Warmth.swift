import Apps
import Database
import Glibc
import Model
import Sandbox

/// Which waiting coroutines stay in memory: the last ones, for a while, as long as the app's memory has room.
extension Runtime {
    private static let coolingInterval: Int64 = 10_000
    /// Turns after which giving memory back is worth the walk through all of it.
    private static let turnsPerTrim: Int64 = 1000

    /// `malloc_trim` of glibc, whose header Swift's Glibc module leaves out; nil with another C library.
    private static let trimMemory: (@convention(c) (Int) -> Int32)? = dlsym(nil, "malloc_trim").map {
        unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self)
    }

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

    /// Lets go of those that have waited long, now and then, and of the memory that a burst of turns has left behind.
    func coolLater(trimmedAt turns: Int64 = 0) {
        alarms.later(Self.coolingInterval) { [weak self] in
            guard let self else { return }
            var trimmedAt = turns
            if inFlight == 0, statistics.turns - turns >= Self.turnsPerTrim {
                trimmedAt = statistics.turns
                database.releaseMemory { _ = Self.trimMemory?(0) }
            }
            let time = clock.now() - limits.warmFor
            forget(
                withState { state in
                    var cooled: [WaitingConversation] = []
                    state.scheduler.update { cooled = $0.cool(idleSince: time) }
                    return cooled
                })
            coolLater(trimmedAt: trimmedAt)
        }
    }

    private func forget(_ cooled: [WaitingConversation]) {
        for conversation in cooled {
            guard let program = programs.loaded(conversation.version) else { continue }
            sandbox.drop(program.vm, conversation: UInt64(conversation.id.value))
        }
    }
}
