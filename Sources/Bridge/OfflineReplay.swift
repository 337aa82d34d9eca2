package import Apps
package import Model
package import Runtime
package import Sandbox
import Synchronization

/// Runs a recorded turn again, without a server and without effects: its calls get what they got then.
package struct OfflineReplay: Sendable {
    package enum Step: Sendable {
        /// This turn of the conversation begins; the last one is the one that was asked for.
        case turn(TurnRecord)
        /// The code made a call, at these places of its files, and got what the journal holds.
        case call(JournaledCall, frames: [StackFrame])
        case effect(SandboxEffect)
        /// The code did something else than the journal says: its call or effect, or how it ended.
        case difference(expected: String, found: String)
        case ended(String)
    }

    private let sandbox: SandboxHost
    private let lastFrames: LastFrames
    private let vm: SandboxVM
    private let context: BridgeValue
    private let files: [AppPackage.File]

    /// - Parameters:
    ///   - files: the app's program: of the version that ran, or a changed one. It runs on a thread of this process, so it has
    ///     to be the developer's own.
    /// - Throws: ``PackageError`` when the code does not load.
    package init(files: [AppPackage.File], manifest: Manifest, bot: AccountID) async throws {
        let lastFrames = LastFrames()
        let sandbox = try SandboxHost(
            isolation: .thread, inspector: SandboxInspector(onFrames: { _, frames in lastFrames.set(frames) }))
        self.sandbox = sandbox
        self.lastFrames = lastFrames
        self.files = files
        context = UpdateArguments.context(manifest, bot: bot)
        let program = SandboxPackage(
            files: SDKFiles.all + files.filter { $0.isProgram || $0.isLocale }.map(\.sandboxFile), limits: manifest.sandboxLimits)
        let loaded = await withCheckedContinuation { continuation in
            sandbox.load(tenant: "replay", package: program) { continuation.resume(returning: $0) }
        }
        switch loaded {
        case .success(let vm): self.vm = vm
        case .failure(let error):
            sandbox.shutdown()
            let diagnostic = LuaErrorReport.diagnostic(ofSyntaxError: error.message, files: files)
            throw PackageError([diagnostic ?? Diagnostic(.error, file: "", error.message)], files: files)
        }
    }

    /// Ends the thread that the code runs on.
    package func shutdown() { sandbox.shutdown() }

    /// What has to run so that the last of the records comes to its turn: from where its journal begins.
    package static func way(to turn: TurnID, among records: [TurnRecord]) -> [TurnRecord] {
        guard let last = records.last(where: { $0.id == turn }) else { return [] }
        let before = records.filter { $0.id < turn && $0.outcome == .waiting }
        if last.kind == .checkpoint { return [last] }
        let start = before.lastIndex { $0.kind == .checkpoint } ?? before.startIndex
        return Array(before[start...]) + [last]
    }

    /// - Parameter records: from ``way(to:among:)``.
    /// - Returns: whether the code did what the journal says.
    /// - Throws: what `report` does, and goes no further.
    package func run(_ records: [TurnRecord], report: (Step) async throws -> Void) async rethrows -> Bool {
        guard let first = records.first else { return true }
        var reply = await start(first)
        for (index, record) in records.enumerated() {
            try await report(.turn(record))
            guard let end = try await follow(record, &reply, report) else { return false }
            guard index + 1 < records.count else {
                try await report(.ended(end))
                return true
            }
            let next = records[index + 1]
            reply = await resume(.success([next.input]), TurnBudget(seed: next.seed))
        }
        return true
    }

    /// - Returns: how the turn ended; nil after a difference.
    private func follow(_ record: TurnRecord, _ reply: inout SandboxReply, _ report: (Step) async throws -> Void) async rethrows
        -> String?
    {
        var emitted = record.emitted[...]
        var calls = record.calls[...]
        while true {
            for effect in reply.effects where effect.name != "log" {
                guard let expected = emitted.popFirst(), expected == effect else {
                    return try await differs(
                        record.emitted.dropLast(emitted.count).last.map(Self.text), Self.text(effect), report)
                }
                try await report(.effect(effect))
            }
            guard case .called(let name, let arguments) = reply.outcome else { break }
            guard let call = calls.popFirst(), call.name == name, call.arguments == arguments else {
                let expected = record.calls.dropLast(calls.count).last.map { Self.text($0.name, $0.arguments) }
                return try await differs(expected, Self.text(name, arguments), report)
            }
            try await report(.call(call, frames: lastFrames.value))
            if calls.isEmpty, record.outcome == .waiting { break }
            reply = await resume(call.result, nil)
        }
        if let missing = calls.first {
            return try await differs(Self.text(missing.name, missing.arguments), Self.end(reply, files), report)
        }
        if let missing = emitted.first, record.outcome == .waiting || record.outcome == .finished {
            return try await differs(Self.text(missing), Self.end(reply, files), report)
        }
        let fails = record.outcome != .waiting && record.outcome != .finished
        if case .failed = reply.outcome, !fails { return try await differs("its end", Self.end(reply, files), report) }
        return Self.end(reply, files)
    }

    private func differs(_ expected: String?, _ found: String, _ report: (Step) async throws -> Void) async rethrows -> String? {
        try await report(.difference(expected: expected ?? "nothing more", found: found))
        return nil
    }

    private static func end(_ reply: SandboxReply, _ files: [AppPackage.File]) -> String {
        switch reply.outcome {
        case .finished: "it ended"
        case .called(let name, _): name == "conversation.checkpoint" ? "it begins afresh" : "it waits"
        case .failed(let message, let traceback): LuaErrorReport(message: message, traceback: traceback, files: files).text
        case .stopped(_, let message): "it was stopped: \(message)"
        case .lost(let reason, _): reason
        }
    }

    package static func text(_ effect: SandboxEffect) -> String { text(effect.name, effect.arguments) }

    package static func text(_ name: String, _ arguments: [BridgeValue]) -> String {
        "\(name)(\(BridgeValue.array(arguments).plainText.dropFirst().dropLast()))"
    }

    private func start(_ first: TurnRecord) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            sandbox.start(
                vm, conversation: 1, module: SDKFiles.entry, arguments: [first.input, context],
                budget: TurnBudget(seed: first.seed)
            ) { continuation.resume(returning: $0) }
        }
    }

    private func resume(_ result: Result<[BridgeValue], BridgeFailure>, _ budget: TurnBudget?) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            sandbox.resume(vm, conversation: 1, result: result, newTurn: budget) { continuation.resume(returning: $0) }
        }
    }
}

/// Where the code made its last call. There is one conversation at a time.
private final class LastFrames: Sendable {
    private let frames = Mutex<[StackFrame]>([])

    var value: [StackFrame] { frames.withLock { $0 } }

    func set(_ frames: [StackFrame]) { self.frames.withLock { $0 = frames } }
}
