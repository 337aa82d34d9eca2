import Apps
package import Database
package import Model
import Sandbox

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
    struct Entry: Sendable {
        let seed: UInt64
        let input: BridgeValue
        let calls: [JournaledCall]
    }

    static func append(
        _ turn: Turn, input: BridgeValue, outcome: Outcome, error: String?, in tx: Transaction
    ) throws {
        let calls = turn.calls.isEmpty ? nil : BridgeValue.array(turn.calls.map(encode)).encoded
        let effects =
            turn.effects.isEmpty
            ? nil : BridgeValue.array(turn.effects.map { .array([.string($0.name)] + $0.arguments) }).encoded
        try tx.execute(
            """
            INSERT INTO turns (id, bot_id, version_id, conversation_id, update_id, kind, outcome, seed, input, calls,
              effects, error, instructions, run_us, duration_us)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(turn.id.value), .int(turn.update.bot.value), .int(turn.version.id.value),
            .int(turn.conversation.value), .int(turn.update.id.value), .int(turn.update.kind.rawValue),
            .int(outcome.rawValue), .int(Int64(bitPattern: turn.seed)), .blob(input.encoded), .optional(calls),
            .optional(effects), .optional(error), .int(Int64(clamping: turn.usage.instructions)),
            .int(Int64(turn.usage.runMicroseconds)), .int(Clock.monotonicMicroseconds() - turn.startedAt))
    }

    /// The committed turns of a conversation that waits, in order.
    static func entries(of conversation: ConversationID, in tx: ReadTransaction) throws -> [Entry] {
        try tx.query(
            """
            SELECT seed, input, calls FROM turns
            WHERE conversation_id = ? AND (outcome = 1 OR conversation_id <> id) AND outcome = 1 ORDER BY id
            """,
            .int(conversation.value)
        ) { row in
            let calls = try row.bytesOrNil(2).map { try BridgeValue.decode($0, maximumDepth: 64, maximumNodes: .max).arrayValue ?? [] } ?? []
            return Entry(
                seed: UInt64(bitPattern: try row.int(0)), input: try BridgeValue.decode(try row.bytes(1), maximumDepth: 64, maximumNodes: .max),
                calls: try calls.map(decode))
        }
    }

    /// Forgets all but the newest turns of a bot; those of conversations that wait stay.
    package static func prune(_ bot: AccountID, keeping count: Int64, in tx: Transaction) throws {
        try tx.execute(
            """
            DELETE FROM turns WHERE bot_id = ?1 AND id <
              (SELECT COALESCE(min(id), 0) FROM (SELECT id FROM turns WHERE bot_id = ?1 ORDER BY id DESC LIMIT ?2))
            AND conversation_id NOT IN (SELECT id FROM conversations WHERE bot_id = ?1)
            """,
            .int(bot.value), .int(count))
    }

    private static func encode(_ call: JournaledCall) -> BridgeValue {
        let result: [BridgeValue] =
            switch call.result {
            case .success(let values): [.bool(true), .array(values)]
            case .failure(let failure): [.bool(false), .string(failure.message)]
            }
        return .array([.string(call.name), .array(call.arguments)] + result)
    }

    private static func decode(_ value: BridgeValue) throws -> JournaledCall {
        guard let parts = value.arrayValue, parts.count == 4, let name = parts[0].stringValue,
            let arguments = parts[1].arrayValue
        else { throw StoaError(.internal, "The journal holds a call that cannot be read. Run `stoa doctor`.") }
        let result: Result<[BridgeValue], BridgeFailure> =
            parts[2] == .bool(true)
            ? .success(parts[3].arrayValue ?? []) : .failure(BridgeFailure(message: parts[3].stringValue ?? ""))
        return JournaledCall(name: name, arguments: arguments, result: result)
    }
}
