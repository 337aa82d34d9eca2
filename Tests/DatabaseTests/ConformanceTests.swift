import Foundation
import Synchronization
import Testing

@testable import Database

/// What every engine behind the interface must do.
struct ConformanceTests {
    struct Refused: Error {}

    @Test("What a transaction wrote is there after it, what it threw away is not")
    func commitAndRollback() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        try await database.add(1, "kept")
        await #expect(throws: Refused.self) {
            try await database.write { tx in
                try tx.execute("INSERT INTO notes (id, text) VALUES (2, 'lost')")
                throw Refused()
            }
        }
        #expect(try await database.texts == ["kept"])
        database.close()
    }

    @Test("In a group, one that fails hurts no other")
    func isolationInGroup() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        let results = await withTaskGroup(of: Bool.self) { group in
            for id in 1...200 {
                group.addTask {
                    do {
                        try await database.write { tx in
                            try tx.execute("INSERT INTO notes (id, text) VALUES (?, ?)", .int(Int64(id)), .text("n\(id)"))
                            if id.isMultiple(of: 3) { throw Refused() }
                        }
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(results == 134)
        #expect(try await database.texts.count == 134)
        #expect(database.statistics.transactions == 134)
        #expect(database.statistics.groups < 200)
        database.close()
    }

    @Test("A savepoint is rolled back alone")
    func savepoint() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        let told = Mutex<[String]>([])
        try await database.write { tx in
            try tx.execute("INSERT INTO notes (id, text) VALUES (1, 'outer')")
            try? tx.savepoint {
                try tx.execute("INSERT INTO notes (id, text) VALUES (2, 'inner')")
                tx.afterCommit { told.withLock { $0.append("inner") } }
                throw Refused()
            }
            tx.afterCommit { told.withLock { $0.append("outer") } }
        }
        #expect(try await database.texts == ["outer"])
        database.close()
        #expect(told.withLock { $0 } == ["outer"])
    }

    @Test("After a commit: the hooks, then the completion, in the order of the transactions; after a rollback: no hook")
    func order() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        let told = Mutex<[String]>([])
        for id in 1...50 {
            database.write { tx in
                tx.afterCommit { told.withLock { $0.append("hook \(id)") } }
                try tx.execute("INSERT INTO notes (id, text) VALUES (?, ?)", .int(Int64(id)), .text("n\(id)"))
                if id == 7 { throw Refused() }
            } completion: { result in
                if case .success = result { told.withLock { $0.append("end \(id)") } }
            }
        }
        database.close()
        let all = told.withLock { $0 }
        let expected = (1...50).filter { $0 != 7 }
        #expect(all.filter { $0.hasPrefix("hook") } == expected.map { "hook \($0)" })
        #expect(all.filter { $0.hasPrefix("end") } == expected.map { "end \($0)" })
    }

    @Test("Constraints have kinds")
    func constraints() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        try await database.add(1, "one")
        func kind(_ body: @escaping @Sendable (Transaction) throws -> Int) async -> DatabaseError.Kind? {
            do {
                _ = try await database.write(body)
                return nil
            } catch { return (error as? DatabaseError)?.kind }
        }
        #expect(await kind { try $0.execute("INSERT INTO notes (id, text) VALUES (1, 'x')") } == .unique)
        #expect(await kind { try $0.execute("INSERT INTO notes (id, text) VALUES (2, 'one')") } == .unique)
        #expect(await kind { try $0.execute("INSERT INTO notes (id, text) VALUES (2, NULL)") } == .notNull)
        #expect(await kind { try $0.execute("INSERT INTO notes (text, number) VALUES ('x', 100)") } == .check)
        #expect(await kind { try $0.execute("INSERT INTO replies (note) VALUES (9)") } == .foreignKey)
        #expect(await kind { try $0.execute("INSERT INTO notes (id, text) VALUES (?, 'x')") } == .misuse)
        #expect(try await database.texts == ["one"])
        database.close()
    }

    @Test("Values come back as they went in")
    func values() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        let long = String(repeating: "é日😀", count: 100_000)
        try await database.write { tx in
            try tx.execute(
                "INSERT INTO notes (id, text, bytes) VALUES (?, ?, ?)", .int(Int64.max), .text(long), .blob([]))
            try tx.execute("INSERT INTO notes (id, text, bytes) VALUES (?, ?, ?)", .int(Int64.min), .text(""), .null)
            try tx.execute("INSERT INTO notes (id, text, bytes) VALUES (?, ?, ?)", .int(0), .text("a\0b"), .blob([0, 255]))
        }
        let rows = try await database.read { tx in
            try tx.query("SELECT id, text, bytes FROM notes ORDER BY id") {
                (try $0.int(0), try $0.text(1), try $0.bytesOrNil(2))
            }
        }
        #expect(rows.map(\.0) == [Int64.min, 0, Int64.max])
        #expect(rows.map(\.1) == ["", "a\0b", long])
        #expect(rows.map(\.2) == [nil, [0, 255], []])
        database.close()
    }

    @Test("A column of another type is an error, not a zero")
    func types() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        try await database.add(1, "one")
        await #expect(throws: DatabaseError.self) {
            try await database.read { try $0.first("SELECT text FROM notes") { try $0.int(0) } }
        }
        await #expect(throws: DatabaseError.self) {
            try await database.read { try $0.first("SELECT bytes FROM notes") { try $0.bytes(0) } }
        }
        database.close()
    }

    @Test("A reader sees one moment, and never what is not committed")
    func snapshots() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        try await database.add(1, "first")
        let writing = Task {
            for id in 2...300 {
                try await database.write { tx in
                    try tx.execute("INSERT INTO notes (id, text) VALUES (?, ?)", .int(Int64(id * 2)), .text("a\(id)"))
                    try tx.execute("INSERT INTO notes (id, text) VALUES (?, ?)", .int(Int64(id * 2 + 1)), .text("b\(id)"))
                }
            }
        }
        for _ in 0..<200 {
            let (first, second) = try await database.read { tx in
                let count = { try tx.first("SELECT count(*) FROM notes") { try $0.int(0) } ?? 0 }
                return (try count(), try count())
            }
            #expect(first == second)
            #expect(first % 2 == 1)
        }
        try await writing.value
        database.close()
    }

    @Test("A reader cannot write")
    func readersReadOnly() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        await #expect(throws: DatabaseError.self) {
            try await database.read { tx in
                try tx.query("INSERT INTO notes (text) VALUES ('x') RETURNING id") { try $0.int(0) }
            }
        }
        #expect(try await database.texts == [])
        database.close()
    }

    @Test("Closing finishes what waits and refuses what comes")
    func close() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        let ended = Mutex(0)
        for id in 1...500 {
            database.write { tx in
                _ = try tx.execute("INSERT INTO notes (id, text) VALUES (?, ?)", .int(Int64(id)), .text("n\(id)"))
            } completion: {
                if case .success = $0 { ended.withLock { $0 += 1 } }
            }
        }
        database.close()
        #expect(ended.withLock { $0 } == 500)
        await #expect(throws: DatabaseError.self) { try await database.add(501, "late") }
        database.close()
        let again = try folder.open()
        #expect(try await again.texts.count == 500)
        again.close()
    }
}
