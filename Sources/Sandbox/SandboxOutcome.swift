/// How one step of a conversation ended.
package enum SandboxOutcome: Sendable {
    /// The handler returned these values; the conversation is gone.
    case finished([BridgeValue])
    /// The handler waits for the answer to this call of the bridge.
    case called(name: String, arguments: [BridgeValue])
    /// A Lua error `file:line: text`; the conversation is gone.
    case failed(message: String, traceback: String)
    /// A limit was met, which `message` names; the conversation is gone.
    case stopped(SandboxLimitKind, message: String)
    /// The worker died. `culprit`: this was what it was running. Otherwise it only stood behind that, and may run again at once.
    case lost(reason: String, culprit: Bool)
}

package enum SandboxLimitKind: UInt8, Sendable {
    case memory = 1
    case instructions = 2
    case time = 3
    case effects = 4
    case conversations = 5
}

/// Something the handler asked for without waiting.
package struct SandboxEffect: Sendable, Equatable {
    package let name: String
    package let arguments: [BridgeValue]

    package init(name: String, arguments: [BridgeValue]) {
        self.name = name
        self.arguments = arguments
    }
}

package struct SandboxUsage: Sendable, Equatable {
    /// Instructions taken in this turn so far.
    package let instructions: UInt64
    /// Lua heap in use now.
    package let memoryBytes: UInt64
    /// Time that this step ran.
    package let runMicroseconds: UInt32

    package init(instructions: UInt64, memoryBytes: UInt64, runMicroseconds: UInt32) {
        self.instructions = instructions
        self.memoryBytes = memoryBytes
        self.runMicroseconds = runMicroseconds
    }

    package static let none = SandboxUsage(instructions: 0, memoryBytes: 0, runMicroseconds: 0)
}

package struct SandboxReply: Sendable {
    package let outcome: SandboxOutcome
    /// What was emitted in this step, in order; also by a step that failed.
    package let effects: [SandboxEffect]
    package let usage: SandboxUsage

    package init(outcome: SandboxOutcome, effects: [SandboxEffect] = [], usage: SandboxUsage = .none) {
        self.outcome = outcome
        self.effects = effects
        self.usage = usage
    }
}

/// The answer to a bridge call that becomes an ordinary Lua error at the call.
package struct BridgeFailure: Error, Sendable, Equatable {
    package let message: String

    package init(message: String) { self.message = message }
}

/// A package that cannot be loaded: `main.lua:3: ...`, or why there is no worker.
package struct SandboxLoadError: Error, Equatable, Sendable, CustomStringConvertible {
    package let message: String

    package init(message: String) { self.message = message }

    package var description: String { message }
}

/// The sandbox cannot be set up at all.
package struct SandboxSetupError: Error, Sendable, CustomStringConvertible {
    package let message: String

    package var description: String { message }
}

package struct SandboxStatistics: Sendable, Equatable {
    /// Workers that are alive now.
    package var workers = 0
    /// Workers started, ever.
    package var started = 0
    /// Workers that died by themselves.
    package var deaths = 0
    /// Workers killed for a deadline or a malformed frame.
    package var kills = 0
    /// Workers stopped to make room.
    package var idleStops = 0
    /// Programs reloaded because their memory could not be trusted any more.
    package var recycles = 0
    /// Steps that were answered.
    package var replies = 0
    /// Workers started for a tenant that had lost one.
    package var restarts = 0
    /// Process ids of the workers that are alive (process isolation).
    package var processes: [Int32] = []
}
