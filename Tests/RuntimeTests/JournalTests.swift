import Database
import Foundation
import Model
import Testing

@testable import Runtime

/// What the journal forgets, and what it must not.
struct JournalTests {
    @Test("Old turns go in batches, newest first stay, and those of a conversation that waits stay whatever their age")
    func prune() async throws {
        var options = DatabaseOptions()
        options.isDurable = false
        let database = try Database.open(
            folder: NSTemporaryDirectory() + "stoa-journal-\(UUID().uuidString)", migrations: RuntimeSchema.migrations,
            options: options)
        try await database.write { tx in
            for id in 1...Int64(1200) {
                try tx.execute(
                    """
                    INSERT INTO turns (id, bot_id, version_id, conversation_id, update_id, kind, outcome, seed, input,
                      instructions, run_us, duration_us) VALUES (?, 1, 1, ?, 1, 0, 1, 0, x'c0', 0, 0, 0)
                    """, .int(id), .int(id == 5 || id == 7 ? 5 : id))
            }
            try tx.execute(
                """
                INSERT INTO conversations (id, bot_id, version_id, chat_id, person_id, is_side, wait, journal_from,
                  journal_turns, journal_bytes, waiting_since) VALUES (5, 1, 1, 1, 1, 0, x'90', 5, 2, 10, 0)
                """)
        }
        let cutoff = try await database.read { try Journal.cutoff(now: 0, age: 0, count: 100, in: $0) }
        #expect(cutoff == TurnID(1101))
        var rounds = 0
        while try await database.write({ try Journal.prune(before: cutoff, in: $0) }) { rounds += 1 }
        #expect(rounds == 2)
        let left = try await database.read { try $0.query("SELECT id FROM turns ORDER BY id") { try $0.int(0) } }
        #expect(left == [5, 7] + Array(1101...1200))
        database.close()
    }
}
