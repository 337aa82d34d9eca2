import Apps
package import Database
package import Model
package import Sandbox

/// The record of turns: what went in, what the bridge answered, what came out, at what cost.
package enum Journal {
    package enum Outcome: Int64, Sendable {
        case finished = 0
        /// The conversation waits for another update.
        case waiting = 1
        case failed = 2
        case stopped = 3
        case deadLettered = 4

        package var name: String {
            switch self {
            case .finished: "finished"
            case .waiting: "waiting"
            case .failed: "failed"
            case .stopped: "stopped"
            case .deadLettered: "dead_lettered"
            }
        }
    }

    /// A turn of a conversation, as a replay needs it.
    package struct Entry: Sendable {
        package let turn: TurnID
        package let version: AppVersionID
        package let seed: UInt64
        package let input: BridgeValue
        package let calls: [JournaledCall]
        /// Effects that the code emitted, without those that its calls made.
        package let emitted: [SandboxEffect]
    }

    /// - Returns: bytes that a replay of the turn reads.
    @discardableResult
    static func append(
        _ turn: Turn, input: BridgeValue, outcome: Outcome, error: String?, in tx: Transaction
    ) throws -> Int64 {
        let calls = turn.calls.isEmpty ? nil : BridgeValue.array(turn.calls.map(encode)).encoded
        let effects =
            turn.effects.isEmpty
            ? nil : BridgeValue.array(turn.effects.map { .array([.string($0.name)] + $0.arguments) }).encoded
        let input = input.encoded
        try tx.execute(
            """
            INSERT INTO turns (id, bot_id, version_id, conversation_id, update_id, kind, outcome, seed, input, calls,
              effects, error, instructions, run_us, duration_us, person_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(turn.id.value), .int(turn.update.bot.value), .int(turn.version.id.value),
            .int(turn.conversation.value), .int(turn.update.id.value), .int(turn.update.kind.rawValue),
            .int(outcome.rawValue), .int(Int64(bitPattern: turn.seed)), .blob(input), .optional(calls),
            .optional(effects), .optional(error), .int(Int64(clamping: turn.usage.instructions)),
            .int(Int64(turn.usage.runMicroseconds)), .int(Clock.monotonicMicroseconds() - turn.startedAt),
            .optional(turn.update.person?.id.value))
        return Int64(input.count + (calls?.count ?? 0) + (effects?.count ?? 0))
    }

    /// The committed turns of a conversation that waits, in order, since it began or was begun afresh.
    package static func entries(of conversation: ConversationID, in tx: ReadTransaction) throws -> [Entry] {
        try tx.query(
            """
            SELECT id, version_id, seed, input, calls, effects FROM turns
            WHERE conversation_id = ?1 AND (outcome = 1 OR conversation_id <> id) AND outcome = 1
              AND id >= (SELECT journal_from FROM conversations WHERE id = ?1) ORDER BY id
            """,
            .int(conversation.value), row: { try Entry(row: $0) })
    }

    /// What the conversation began with: the input of the first turn of its journal.
    static func firstInput(of conversation: ConversationID, in tx: ReadTransaction) throws -> BridgeValue? {
        try tx.first(
            "SELECT t.input FROM conversations c JOIN turns t ON t.id = c.journal_from WHERE c.id = ?",
            .int(conversation.value)
        ) { try value(try $0.bytes(0)) }
    }

    /// The turn before which all can be forgotten: older than `age` (milliseconds), or beyond the newest `count`.
    package static func cutoff(now: Int64, age: Int64, count: Int64, in tx: ReadTransaction) throws -> TurnID {
        let byAge = max(0, now - age - IDGenerator.epoch) << 12
        let all = try tx.first("SELECT count(*) FROM turns") { try $0.int(0) } ?? 0
        guard all > count else { return TurnID(byAge) }
        let byCount = try tx.first("SELECT id FROM turns ORDER BY id LIMIT 1 OFFSET ?", .int(all - count)) { try $0.int(0) }
        return TurnID(max(byAge, byCount ?? 0))
    }

    /// Forgets some turns before the cutoff, few enough to keep nobody waiting; those of conversations that wait stay.
    /// - Returns: whether there are more.
    package static func prune(before cutoff: TurnID, in tx: Transaction) throws -> Bool {
        let batch: Int64 = 500
        let removed = try tx.execute(
            """
            DELETE FROM turns WHERE id IN (
              SELECT id FROM turns WHERE id < ?
              AND NOT EXISTS (
                SELECT 1 FROM conversations c WHERE c.id = turns.conversation_id AND turns.id >= c.journal_from)
              ORDER BY id LIMIT ?)
            """,
            .int(cutoff.value), .int(batch))
        return removed == batch
    }

    private static func encode(_ call: JournaledCall) -> BridgeValue {
        let result: [BridgeValue] =
            switch call.result {
            case .success(let values): [.bool(true), .array(values)]
            case .failure(let failure): [.bool(false), .string(failure.message)]
            }
        return .array([.string(call.name), .array(call.arguments)] + result + [.int(call.microseconds)])
    }

    static func decode(_ value: BridgeValue) throws -> JournaledCall {
        guard let parts = value.arrayValue, parts.count >= 4, let name = parts[0].stringValue,
            let arguments = parts[1].arrayValue
        else { throw StoaError(.internal, "The journal holds a call that cannot be read. Run `stoa doctor`.") }
        let result: Result<[BridgeValue], BridgeFailure> =
            parts[2] == .bool(true)
            ? .success(parts[3].arrayValue ?? []) : .failure(BridgeFailure(message: parts[3].stringValue ?? ""))
        return JournaledCall(
            name: name, arguments: arguments, result: result,
            microseconds: parts.count > 4 ? parts[4].intValue ?? 0 : 0)
    }

    /// Whatever was stored passed the bridge's own bounds before.
    static func value(_ bytes: [UInt8]) throws -> BridgeValue {
        try BridgeValue.decode(bytes, maximumDepth: 64, maximumNodes: .max)
    }

    static func effect(_ value: BridgeValue) -> SandboxEffect? {
        guard let parts = value.arrayValue, let name = parts.first?.stringValue else { return nil }
        return SandboxEffect(name: name, arguments: Array(parts.dropFirst()))
    }
}

extension Journal.Entry {
    /// From the columns id, version_id, seed, input, calls, effects.
    init(row: borrowing Row) throws {
        let calls = try (row.bytesOrNil(4).map { try Journal.value($0).arrayValue ?? [] } ?? []).map(Journal.decode)
        let effects = try row.bytesOrNil(5).map { try Journal.value($0).arrayValue ?? [] } ?? []
        let called = Set(calls.map(\.name))
        self.init(
            turn: TurnID(try row.int(0)), version: AppVersionID(try row.int(1)),
            seed: UInt64(bitPattern: try row.int(2)), input: try Journal.value(try row.bytes(3)), calls: calls,
            emitted: effects.compactMap(Journal.effect).filter { !called.contains($0.name) })
    }
}
