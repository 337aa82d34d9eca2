import Database
import Foundation
import Model
import Testing

@testable import Apps

/// Any later change of the audit is found, and named by its place.
struct AuditTests {
    private let audit = Audit(key: Array("a key of the tests".utf8))

    private func withAudit(_ body: (Database) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-audit-" + UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = DatabaseOptions()
        options.isDurable = false
        let database = try Database.open(folder: folder, migrations: AppStore.migrations, options: options)
        try await database.write { [audit] tx in
            for number in 1...10 {
                let entry = Audit.Entry(
                    Audit.Kind.allCases[number % Audit.Kind.allCases.count], by: "operator",
                    person: number % 2 == 0 ? AccountID(Int64(number)) : nil, bot: AccountID(7),
                    chat: number == 4 ? ChatID(0) : nil, "entry \(number)")
                try audit.append(entry, now: 1000 + Int64(number), in: tx)
            }
        }
        try await body(database)
        database.close()
    }

    private func verify(_ database: Database, _ audit: Audit? = nil) async throws -> [Audit.Problem] {
        try await database.read { [self] in try (audit ?? self.audit).verify(in: $0).problems }
    }

    @Test("What was written verifies, for whoever has the key")
    func sound() async throws {
        try await withAudit { database in
            #expect(try await verify(database).isEmpty)
            let others = try await verify(database, Audit(key: [1]))
            #expect(others.count == 11 && others.first?.seq == 1)
            let rows = try await database.read { try Audit.rows(after: 3, limit: 2, in: $0) }
            #expect(rows.map(\.seq) == [4, 5] && rows[0].entry.details == "entry 4" && rows[0].date == 1004)
            let mine = try await database.read { try Audit.rows(after: 0, limit: 10, of: AccountID(6), in: $0) }
            #expect(mine.map(\.seq) == [6])
        }
    }

    @Test("One changed field is found in the entry that has it", arguments: [1, 4, 5, 10])
    func altered(seq: Int64) async throws {
        let changes: [SQL] = [
            "UPDATE audit SET date = date + 1 WHERE seq = ?", "UPDATE audit SET kind = 'nothing' WHERE seq = ?",
            "UPDATE audit SET actor = 'operatoR' WHERE seq = ?", "UPDATE audit SET person_id = 99 WHERE seq = ?",
            "UPDATE audit SET bot_id = NULL WHERE seq = ?",
            "UPDATE audit SET chat_id = CASE WHEN chat_id IS NULL THEN 0 ELSE NULL END WHERE seq = ?",
            "UPDATE audit SET details = details || ' ' WHERE seq = ?",
            "UPDATE audit SET actor = actor || substr(details, 1, 1), details = substr(details, 2) WHERE seq = ?",
        ]
        for change in changes {
            try await withAudit { database in
                try await database.write { _ = try $0.execute(change, .int(seq)) }
                #expect(try await verify(database).map(\.seq) == [seq], "\(change)")
            }
        }
        try await withAudit { database in
            // The code is part of the next entry's, or of the note of the newest.
            try await database.write { tx in
                _ = try tx.execute("UPDATE audit SET code = zeroblob(32) WHERE seq = ?", .int(seq))
            }
            #expect(try await verify(database).map(\.seq) == (seq == 10 ? [10, 10] : [seq, seq + 1]))
        }
    }

    @Test("Missing entries are found, at the beginning, in the middle and at the end", arguments: [1, 5, 10])
    func removed(seq: Int64) async throws {
        try await withAudit { database in
            try await database.write { _ = try $0.execute("DELETE FROM audit WHERE seq = ?", .int(seq)) }
            let found = try await verify(database)
            #expect(found.first?.seq == seq && found[0].description.hasPrefix("entry \(seq) is missing"))
            // What follows the gap is not said to be sound.
            #expect(found.map(\.seq) == (seq == 10 ? [10] : [seq, seq + 1]))
        }
        try await withAudit { database in
            try await database.write { tx in
                _ = try tx.execute("DELETE FROM audit WHERE seq = ?", .int(seq))
                _ = try tx.execute("UPDATE audit SET seq = -seq WHERE seq > ?", .int(seq))
                _ = try tx.execute("UPDATE audit SET seq = -seq - 1 WHERE seq < 0")
            }
            #expect(try await verify(database).first?.seq == seq || seq == 10)
            #expect(try await !verify(database).isEmpty)
        }
        try await withAudit { database in
            // Who cuts the end off cannot make the note of the newest entry.
            try await database.write { tx in
                _ = try tx.execute("DELETE FROM audit WHERE seq >= ?", .int(seq))
                _ = try tx.execute(
                    "UPDATE audit_head SET seq = ?1, code = COALESCE((SELECT code FROM audit WHERE seq = ?1), code)",
                    .int(seq - 1))
            }
            #expect(try await !verify(database).isEmpty)
            try await database.write { _ = try $0.execute("DELETE FROM audit_head") }
            #expect(try await !verify(database).isEmpty || seq == 1)
        }
    }

    /// Changes behind Stoa's back, with the places that are named for them, as far as the test cares.
    private static let changes: [(statements: [SQL], named: [Int64]?)] = [
        (["DELETE FROM audit WHERE seq > 5"], nil), (["DELETE FROM audit_head"], nil),
        (["DELETE FROM audit WHERE seq = 10", "DELETE FROM audit_head"], nil),
        (["UPDATE audit SET details = 'x' WHERE seq = 10"], [10]),
        (
            [
                """
                INSERT INTO audit SELECT -seq, date, kind, actor, person_id, bot_id, chat_id, details, code FROM audit
                WHERE seq = 3
                """
            ], [-3]
        ),
        (["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET details = 'x' WHERE seq = 4"], [3, 4]),
    ]

    @Test("What was done to the tables stays to be found, whatever is written after", arguments: 0..<6)
    func neverHealed(index: Int) async throws {
        let change = Self.changes[index]
        try await withAudit { database in
            try await database.write { tx in
                for statement in change.statements { try tx.execute(statement) }
            }
            for number in 11...13 {
                try await database.write { [audit] tx in
                    try audit.append(Audit.Entry(.read, by: "operator", "later \(number)"), now: 2000, in: tx)
                }
            }
            let found = try await verify(database).map(\.seq)
            #expect(!found.isEmpty)
            if let named = change.named { #expect(found == named) }
        }
    }

    @Test("An audit that is emptied together with its note is found by the mark beside the key")
    func emptied() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-audit-" + UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database.open(folder: folder, migrations: AppStore.migrations)
        let audit = try Audit(folder: folder, isNew: true)
        func append() async throws {
            try await database.write { try audit.append(Audit.Entry(.read, by: "operator", "x"), now: 1, in: $0) }
        }
        for _ in 1...3 { try await append() }
        try await database.read { try audit.keepMark(in: $0) }
        #expect(try await verify(database, audit).isEmpty)
        try await append()
        let kept = try await database.read { tx in
            try tx.first("SELECT seq, code FROM audit_head") { (try $0.int(0), try $0.bytes(1)) }
        }
        try await database.write { tx in
            try tx.execute("DELETE FROM audit")
            try tx.execute("DELETE FROM audit_head")
        }
        #expect(try await verify(database, audit).map(\.seq) == [3])
        try await append()
        #expect(try await !verify(database, audit).isEmpty)
        // An old note put back does not help.
        try await database.write { tx in
            _ = try tx.execute("UPDATE audit_head SET seq = ?, code = ?", .int(kept?.0 ?? 0), .blob(kept?.1 ?? []))
        }
        #expect(try await !verify(database, audit).isEmpty)
        database.close()
    }

    @Test("What was disclosed is what was written, or is forgotten")
    func disclosed() async throws {
        try await withAudit { database in
            try await database.write { [audit] tx in
                let entry = Audit.Entry(.used, by: "app", person: AccountID(6), bot: AccountID(7), "identity.contact email")
                try audit.append(entry, disclosed: "email: a@example.com", now: 3000, in: tx)
            }
            let mine = try await database.read { try Audit.rows(after: 10, limit: 10, of: AccountID(6), in: $0) }
            #expect(mine.map(\.disclosed) == ["email: a@example.com"])
            #expect(try await database.read { try Audit.rows(after: 10, limit: 1, in: $0) }.map(\.disclosed) == [nil])
            try await database.write { _ = try $0.execute("UPDATE disclosures SET text = 'email: b@example.com'") }
            #expect(try await verify(database).map(\.seq) == [11])
            try await database.write { try Audit.forgetDisclosures(of: AccountID(6), to: AccountID(7), in: $0) }
            #expect(try await verify(database).isEmpty)
        }
    }

    @Test("Swapped entries are found, both")
    func swapped() async throws {
        try await withAudit { database in
            try await database.write { tx in
                _ = try tx.execute("UPDATE audit SET seq = -4 WHERE seq = 4")
                _ = try tx.execute("UPDATE audit SET seq = 4 WHERE seq = 7")
                _ = try tx.execute("UPDATE audit SET seq = 7 WHERE seq = -4")
            }
            #expect(try await verify(database).map(\.seq) == [4, 5, 7, 8])
        }
    }

    @Test("An entry is there with what it tells of, or neither is")
    func transactional() async throws {
        struct Undone: Error {}
        try await withAudit { database in
            await #expect(throws: Undone.self) {
                try await database.write { [audit] tx in
                    try audit.append(Audit.Entry(.deploy, by: "x", "y"), now: 1, in: tx)
                    throw Undone()
                }
            }
            let count = try await database.read { [audit] in try audit.verify(in: $0).count }
            #expect(count == 10)
            #expect(try await verify(database).isEmpty)
        }
    }
}
