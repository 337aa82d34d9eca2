package import Database
package import Model
package import Sandbox

/// A turn as it was recorded, whole: for who wants to see what an app did and why.
package struct TurnRecord: Sendable {
    package let id: TurnID
    package let conversation: ConversationID
    package let version: AppVersionID
    package let kind: Update.Kind
    package let outcome: Journal.Outcome
    package let seed: UInt64
    package let input: BridgeValue
    package let calls: [JournaledCall]
    package let effects: [SandboxEffect]
    package let error: String?
    package let instructions: Int64
    /// Time in the sandbox's last step, and from taking the update to the commit.
    package let runMicroseconds: Int64
    package let durationMicroseconds: Int64

    /// The turn's time in milliseconds since 1970 UTC.
    package var now: Int64 { input["now"]?.intValue ?? 0 }

    /// Effects that the code emitted, without those that its calls made.
    package var emitted: [SandboxEffect] {
        let called = Set(calls.map(\.name))
        return effects.filter { !called.contains($0.name) }
    }
}

extension Journal {
    package static func record(_ turn: TurnID, of bot: AccountID, in tx: ReadTransaction) throws -> TurnRecord? {
        try tx.first(
            """
            SELECT id, conversation_id, version_id, kind, outcome, seed, input, calls, effects, error, instructions, run_us,
              duration_us FROM turns WHERE id = ? AND bot_id = ?
            """,
            .int(turn.value), .int(bot.value), row: { try TurnRecord(row: $0) })
    }

    /// The turns of a conversation that the journal still holds, in order, those that failed among them.
    package static func records(of conversation: ConversationID, in tx: ReadTransaction) throws -> [TurnRecord] {
        // A conversation has the id of its first turn.
        try tx.query(
            """
            SELECT id, conversation_id, version_id, kind, outcome, seed, input, calls, effects, error, instructions, run_us,
              duration_us FROM turns WHERE id = ?1
            UNION ALL
            SELECT id, conversation_id, version_id, kind, outcome, seed, input, calls, effects, error, instructions, run_us,
              duration_us FROM turns WHERE conversation_id = ?1 AND (outcome = 1 OR conversation_id <> id) AND id > ?1
            ORDER BY id
            """,
            .int(conversation.value), row: { try TurnRecord(row: $0) })
    }

    /// The turns of an app after one, in order.
    package static func records(
        of bot: AccountID, after turn: TurnID, limit: Int, in tx: ReadTransaction
    ) throws -> [TurnRecord] {
        try tx.query(
            """
            SELECT id, conversation_id, version_id, kind, outcome, seed, input, calls, effects, error, instructions, run_us,
              duration_us FROM turns WHERE id > ? AND bot_id = ? ORDER BY id LIMIT ?
            """,
            .int(turn.value), .int(bot.value), .int(Int64(limit)), row: { try TurnRecord(row: $0) })
    }

    /// The highest turn there is; 0 when there is none.
    package static func newest(in tx: ReadTransaction) throws -> TurnID {
        TurnID(try tx.first("SELECT COALESCE(max(id), 0) FROM turns") { try $0.int(0) } ?? 0)
    }

    /// The newest conversations of an app, newest first.
    package static func conversations(of bot: AccountID, limit: Int, in tx: ReadTransaction) throws -> [ConversationID] {
        try tx.query(
            "SELECT id FROM turns WHERE bot_id = ? AND id = conversation_id ORDER BY id DESC LIMIT ?", .int(bot.value),
            .int(Int64(limit))
        ) { ConversationID(try $0.int(0)) }
    }
}

extension TurnRecord {
    fileprivate init(row: borrowing Row) throws {
        self.init(
            id: TurnID(try row.int(0)), conversation: ConversationID(try row.int(1)),
            version: AppVersionID(try row.int(2)), kind: Update.Kind(rawValue: try row.int(3)) ?? .message,
            outcome: Journal.Outcome(rawValue: try row.int(4)) ?? .failed,
            seed: UInt64(bitPattern: try row.int(5)), input: try Journal.value(try row.bytes(6)),
            calls: try (row.bytesOrNil(7).map { try Journal.value($0).arrayValue ?? [] } ?? []).map(Journal.decode),
            effects: try (row.bytesOrNil(8).map { try Journal.value($0).arrayValue ?? [] } ?? []).compactMap(Journal.effect),
            error: try row.textOrNil(9), instructions: try row.int(10), runMicroseconds: try row.int(11),
            durationMicroseconds: try row.int(12))
    }
}
