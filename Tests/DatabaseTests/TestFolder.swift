import Foundation

@testable import Database

/// A folder of its own for a test, gone when the test is.
final class TestFolder: Sendable {
    let path = NSTemporaryDirectory() + "stoa-database-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let notes = Migration(
        component: "test", number: 1, name: "notes",
        statements: [
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, bytes BLOB, number INTEGER CHECK (number < 100)) STRICT",
            "CREATE TABLE replies (id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES notes(id)) STRICT",
            "CREATE UNIQUE INDEX notes_by_text ON notes (text)",
        ])

    func open(_ migrations: [Migration] = [notes], options: DatabaseOptions = DatabaseOptions()) throws -> Database {
        try Database.open(folder: path, migrations: migrations, options: options)
    }
}

extension Database {
    func add(_ id: Int64, _ text: String) async throws {
        _ = try await write { try $0.execute("INSERT INTO notes (id, text) VALUES (?, ?)", .int(id), .text(text)) }
    }

    var texts: [String] {
        get async throws { try await read { try $0.query("SELECT text FROM notes ORDER BY id") { try $0.text(0) } } }
    }
}
