package import Apps
package import Database
import Messaging
package import Model
import Sandbox

/// Waiting conversations of older versions go over to the present one, each if it can.
extension Runtime {
    package struct Migration: Sendable, Equatable {
        /// They wait where they did, on the new version.
        package var moved = 0
        /// They could not, so the app's `stoa.on_upgrade` was told.
        package var upgraded = 0
        /// They could not, and stay on their version.
        package var kept = 0
        /// Why the first one could not.
        package var firstProblem: String?
    }

    /// How many conversations of a bot wait on each of these versions.
    package func waiting(on versions: [AppVersion]) -> [(version: AppVersion, conversations: Int)] {
        withState { state in
            versions.map { ($0, state.scheduler.conversations.count(of: $0.id)) }.filter { $0.1 > 0 }
        }
    }

    /// All versions, of any bot, that conversations wait on or that a request on its way was made by.
    package static func versionsInUse(in tx: ReadTransaction) throws -> Set<AppVersionID> {
        Set(
            try tx.query("SELECT version_id FROM conversations UNION SELECT version_id FROM outbox") {
                AppVersionID(try $0.int(0))
            })
    }

    /// Replays each waiting conversation of other versions with the new version's code; those that arrive where they wait move.
    /// - Parameter tellsApp: the new version has an `on_upgrade` for those that cannot.
    package func migrate(_ bot: AccountID, to version: AppVersionID, tellsApp: Bool) async throws -> Migration {
        let program = try await withCheckedThrowingContinuation { continuation in
            programs.use(version, of: bot) { continuation.resume(with: $0) }
        }
        var migration = Migration()
        for id in withState({ $0.scheduler.conversations.others(of: bot, than: version) }) {
            // What runs at this moment stays where it is, and is counted so.
            guard withState({ $0.scheduler.hold(id) }) else {
                migration.kept += 1
                continue
            }
            defer {
                let now = clock.now()
                perform(withState { $0.scheduler.release(id, now: now) })
            }
            let entries = try await database.read { try Journal.entries(of: id, in: $0) }
            guard let problem = await rehearse(entries, on: program) else {
                try await move(id, to: version)
                migration.moved += 1
                continue
            }
            migration.firstProblem = migration.firstProblem ?? problem
            if tellsApp, let first = entries.first {
                try await handOver(id, of: bot, first, because: problem)
                migration.upgraded += 1
            } else {
                migration.kept += 1
            }
        }
        return migration
    }

    /// - Returns: nil when the code goes the journal's way to its end; else what it did instead.
    private func rehearse(_ entries: [Journal.Entry], on program: Programs.Program) async -> String? {
        guard let first = entries.first else { return "Its journal is gone." }
        var replay = Replay(entries: entries, version: program.version.id)
        let rehearsal = UInt64(ids.next())
        defer { sandbox.drop(program.vm, conversation: rehearsal) }
        let context = bridge.context(of: program.version, of: program.app)
        var reply = await withCheckedContinuation { continuation in
            sandbox.start(
                program.vm, conversation: rehearsal, module: bridge.entry, arguments: [first.input, context],
                budget: TurnBudget(seed: first.seed)
            ) { continuation.resume(returning: $0) }
        }
        while true {
            guard case .called(let name, let arguments) = reply.outcome else {
                return replay.ended(Self.describe(reply.outcome)).description
            }
            let result: Result<[BridgeValue], BridgeFailure>
            var budget: TurnBudget?
            do throws(Divergence) {
                switch try replay.advance(call: name, arguments, effects: reply.effects) {
                case .answer(let answer): result = answer
                case .nextTurn(let seed, let input):
                    result = .success([input])
                    budget = TurnBudget(seed: seed)
                case .arrived: return nil
                }
            } catch {
                return error.description
            }
            reply = await withCheckedContinuation { [budget] continuation in
                sandbox.resume(program.vm, conversation: rehearsal, result: result, newTurn: budget) {
                    continuation.resume(returning: $0)
                }
            }
        }
    }

    private static func describe(_ outcome: SandboxOutcome) -> String {
        switch outcome {
        case .failed(let message, _): "the error: \(message)"
        case .stopped(_, let message): "the \(message)"
        case .lost(let reason, _): "nothing: \(reason)"
        default: "its end"
        }
    }

    private func move(_ id: ConversationID, to version: AppVersionID) async throws {
        _ = try await database.write { tx in
            try tx.execute(
                "UPDATE conversations SET version_id = ? WHERE id = ?", .int(version.value), .int(id.value))
        }
        let old = withState { state in
            let old = state.scheduler.conversations[id]
            state.scheduler.update { $0.move(id, to: version) }
            return old
        }
        forget(old)
    }

    /// The conversation ends; the app's new version hears of it and may begin another in its place.
    private func handOver(_ id: ConversationID, of bot: AccountID, _ first: Journal.Entry, because problem: String) async throws {
        let command = first.input["command"]
        let old: BridgeValue = [
            "kind": first.input["kind"] ?? .null, "command": command?["name"] ?? .null,
            "arguments": command?["arguments"] ?? .null, "state": first.input["state"] ?? .null,
            "reason": .string(String(problem.prefix(1000))),
        ]
        try await database.write { [self] tx in
            let place = try messaging.addressed(
                .upgrade, to: .init(conversation: id, wait: 0), of: bot, payload: [], in: tx)
            try endConversation(id, in: tx)
            try messaging.enqueue(
                [
                    Update(
                        id: UpdateID(messaging.ids.next()), bot: bot, kind: .upgrade, chat: place?.chat,
                        person: place?.person, payload: BridgeValue.array([old]).encoded, date: messaging.clock.now())
                ], in: tx)
        }
        let gone = withState { state in
            let gone = state.scheduler.conversations[id]
            state.scheduler.update { $0.remove(id) }
            return gone
        }
        forget(gone)
    }

    /// Of a conversation that is no more: its coroutine, and its program when nothing else runs it.
    func forget(_ old: WaitingConversation?) {
        guard let old else { return }
        if old.isWarm, let program = programs.loaded(old.version) {
            sandbox.drop(program.vm, conversation: UInt64(old.id.value))
        }
        unloadIfUnused(old.version)
    }
}
