package import Model
package import Permissions

/// What an app says about itself: the content of its `manifest.json`.
package struct Manifest: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case bot, miniapp }

    /// A capability the app asks for, and why, in words for the person who decides.
    package struct Request: Sendable, Equatable {
        package let name: Capability.Name
        package let reason: String
        /// With `http.fetch`, the 1 to 50 servers that it may ask; else empty.
        package let hosts: [HostPattern]
        /// With `apps.call`, the names of the 1 to 50 apps that it may ask; else empty.
        package let apps: [String]
        /// Where the manifest asks for it.
        package let position: SourcePosition
    }

    /// A command, as a client offers it after `/`.
    package struct Command: Sendable, Equatable {
        package let name: String
        package let description: String
        /// Where the manifest declares it.
        package let position: SourcePosition
    }

    /// A function that other apps on this server may call.
    package struct Export: Sendable, Equatable {
        /// 1 to 32 letters, digits or underscores, no digit first.
        package let name: String
        /// The names of the apps that may call it; `["*"]` stands for all.
        package let apps: [String]
        /// Where the manifest declares it.
        package let position: SourcePosition

        /// - Parameter app: the caller's name, in any case.
        package func allows(_ app: String) -> Bool { apps == ["*"] || apps.contains { $0.lowercased() == app.lowercased() } }
    }

    /// What one turn of the app may use up.
    package struct Limits: Sendable, Equatable {
        /// MiB of Lua memory, 1 or more.
        package var memoryMiB: Int
        /// Lua instructions a turn.
        package var instructions: Int
        /// Milliseconds a turn, not counting its waits.
        package var wallMilliseconds: Int

        package init(memoryMiB: Int = 16, instructions: Int = 50_000_000, wallMilliseconds: Int = 5000) {
            self.memoryMiB = memoryMiB
            self.instructions = instructions
            self.wallMilliseconds = wallMilliseconds
        }

        /// The least an app can ask for.
        package static let least = Limits(memoryMiB: 1, instructions: 10_000, wallMilliseconds: 10)
        /// The most an app can ask for, unless the operator says otherwise.
        package static let most = Limits(memoryMiB: 64, instructions: 500_000_000, wallMilliseconds: 30_000)

        /// No field above `ceiling`'s: for apps that were deployed before the operator lowered it.
        package func bounded(by ceiling: Limits) -> Limits {
            Limits(
                memoryMiB: min(memoryMiB, ceiling.memoryMiB), instructions: min(instructions, ceiling.instructions),
                wallMilliseconds: min(wallMilliseconds, ceiling.wallMilliseconds))
        }
    }

    /// The account's name: a letter, then letters, digits or underscores; 1 to 32.
    package let name: String
    /// The account's display name, 1 to 64 characters.
    package let title: String
    package let kind: Kind
    /// The developer's own version, such as `1.0.0`. Need not rise: deployed versions are numbered besides.
    package let version: String
    package let description: String
    package let category: Category
    /// 0 to 5, in the order in which people see them.
    package let pictures: [Picture]
    /// The Lua file that runs first.
    package let entry: String
    package let capabilities: [Request]
    package let commands: [Command]
    package let exports: [Export]
    package let inbound: [InboundHook]
    /// How much of a group the bot is told.
    package let groupMessages: Account.GroupMessages
    package let limits: Limits
    /// After how many days, 1 to 3650, what the app keeps of people and chats is deleted unless written again; nil for never.
    package let retentionDays: Int?
    /// Its pages for the browser; nil for an app that has none.
    package let web: Web?

    /// What permission is decided by.
    package var declared: DeclaredCapabilities { DeclaredCapabilities(capabilities.map(\.name)) }

    /// What it asks for under this name, if it does.
    package func request(_ name: Capability.Name) -> Request? { capabilities.first { $0.name == name } }

    /// Reads a `manifest.json`.
    /// - Parameter ceiling: the most that `limits` may ask for.
    /// - Throws: ``PackageError`` with every problem there is, each at its place.
    package static func parse(_ bytes: [UInt8], ceiling: Limits = .most) throws(PackageError) -> Manifest {
        var parser = ManifestParser(ceiling: ceiling)
        return try parser.parse(bytes)
    }

    /// Reads one that was let in before: what was deployed stays readable when the operator lowers the ceiling (the runtime
    /// bounds the limits) and when the rules about texts grow.
    static func stored(_ bytes: [UInt8]) throws(PackageError) -> Manifest {
        let widest = Limits(memoryMiB: .max, instructions: .max, wallMilliseconds: .max)
        var parser = ManifestParser(ceiling: widest, isStored: true)
        return try parser.parse(bytes)
    }
}
