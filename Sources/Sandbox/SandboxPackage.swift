/// What one app may use. The defaults are those of a new app.
package struct SandboxLimits: Sendable, Equatable {
    /// Soft limit of the Lua heap in bytes.
    package var memoryBytes: UInt64
    /// Instructions of the Lua machine in one turn.
    package var instructions: UInt64
    /// Running time of one turn in milliseconds, waits excluded.
    package var wallMilliseconds: UInt32
    /// Effects emitted in one turn.
    package var effects: UInt32
    /// Their encoded size together.
    package var effectBytes: UInt32
    /// Encoded size of what one call of the bridge carries.
    package var valueBytes: UInt32
    /// Conversations that are in memory at a time.
    package var conversations: UInt32

    package init(
        memoryBytes: UInt64 = 16 << 20, instructions: UInt64 = 50_000_000, wallMilliseconds: UInt32 = 5000,
        effects: UInt32 = 1000, effectBytes: UInt32 = 1 << 20, valueBytes: UInt32 = 1 << 20, conversations: UInt32 = 100_000
    ) {
        self.memoryBytes = memoryBytes
        self.instructions = instructions
        self.wallMilliseconds = wallMilliseconds
        self.effects = effects
        self.effectBytes = effectBytes
        self.valueBytes = valueBytes
        self.conversations = conversations
    }
}

/// One Lua file. Its name is its path in the package (`lib/cart.lua`); a privileged one gets the host table.
package struct SandboxFile: Sendable {
    package let name: String
    package let text: [UInt8]
    package let privileged: Bool

    package init(name: String, text: [UInt8], privileged: Bool = false) {
        self.name = name
        self.text = text
        self.privileged = privileged
    }
}

/// The program of one app version.
package struct SandboxPackage: Sendable {
    package let files: [SandboxFile]
    package let limits: SandboxLimits

    package init(files: [SandboxFile], limits: SandboxLimits = SandboxLimits()) {
        self.files = files
        self.limits = limits
    }
}

/// Where Lua runs: in a locked-down process of its own, or on a thread of this one (for trusted apps).
package enum SandboxIsolation: String, Sendable, CaseIterable {
    case process
    case thread
}

/// What begins a turn. A limit of zero is the app's.
package struct TurnBudget: Sendable {
    /// Seeds `math.random`.
    package var seed: UInt64
    package var instructions: UInt64
    package var wallMilliseconds: UInt32

    package init(seed: UInt64, instructions: UInt64 = 0, wallMilliseconds: UInt32 = 0) {
        self.seed = seed
        self.instructions = instructions
        self.wallMilliseconds = wallMilliseconds
    }
}
