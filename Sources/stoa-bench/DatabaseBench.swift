import Database
import Foundation
import Synchronization

/// Durable transactions in a second, alone and in groups.
enum DatabaseBench {
    private static let migration = Migration(
        component: "bench", number: 1, name: "rows",
        statements: [
            "CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
            "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a(id), text TEXT NOT NULL) STRICT",
        ])

    static func run() async throws {
        let folder = NSTemporaryDirectory() + "stoa-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database.open(folder: folder, migrations: [migration])
        let next = Counter()
        let alone = try await Figure.time { for _ in 0..<2000 { try await insert(database, next) } }
        Figure.print("durable transactions, one at a time", 2000 / alone * 1e6, "/s")
        let width = 256
        let each = 200
        let grouped = try await Figure.time {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<width {
                    group.addTask { for _ in 0..<each { try await insert(database, next) } }
                }
                try await group.waitForAll()
            }
        }
        Figure.print("durable transactions, 256 at a time", Double(width * each) / grouped * 1e6, "/s")
        database.close()
    }

    private static func insert(_ database: Database, _ next: Counter) async throws {
        let id = next.next()
        try await database.write { tx in
            try tx.execute("INSERT INTO a (id, text) VALUES (?, ?)", .int(id), .text("a message of forty bytes or so, like this"))
            try tx.execute("INSERT INTO b (id, a, text) VALUES (?, ?, ?)", .int(id), .int(id), .text("and its answer"))
        }
    }
}

private final class Counter: Sendable {
    private let value = Atomic<Int64>(0)
    func next() -> Int64 { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
