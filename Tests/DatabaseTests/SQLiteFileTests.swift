import Foundation
import Testing

@testable import Database

/// What may be wrong with the file on disk: a clear error, and nothing written.
struct SQLiteFileTests {
    private func kind(_ body: () throws -> Database) -> DatabaseError.Kind? {
        do {
            try body().close()
            return nil
        } catch { return (error as? DatabaseError)?.kind }
    }

    private func bytes(_ folder: TestFolder) -> Data? { FileManager.default.contents(atPath: folder.path + "/stoa.db") }

    @Test("A second server on the same folder is refused, and the first goes on")
    func secondServer() async throws {
        let folder = try TestFolder()
        let first = try folder.open()
        #expect(kind { try folder.open() } == .locked)
        try await first.add(1, "still here")
        first.close()
        #expect(kind { try folder.open() } == nil)
    }

    @Test("A file that is no database is left as it is")
    func notADatabase() throws {
        let folder = try TestFolder()
        let text = Data(String(repeating: "this is a diary, not a database. ", count: 200).utf8)
        try text.write(to: URL(fileURLWithPath: folder.path + "/stoa.db"))
        #expect(kind { try folder.open() } == .notADatabase)
        #expect(bytes(folder) == text)
    }

    @Test("Another program's database is left as it is")
    func foreign() throws {
        let folder = try TestFolder()
        let other = try Connection(path: folder.path + "/stoa.db", flags: 6)
        try other.run("CREATE TABLE recipes (name TEXT)")
        other.close()
        let before = bytes(folder)
        #expect(kind { try folder.open() } == .foreign)
        #expect(bytes(folder) == before)
    }

    @Test("A damaged file is refused")
    func corrupt() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        for id in 1...2000 {
            database.write {
                _ = try $0.execute("INSERT INTO notes (text) VALUES (?)", .text("note \(id)"))
            } completion: { _ in
            }
        }
        database.close()
        var data = try #require(bytes(folder))
        for offset in stride(from: 4096, to: data.count, by: 512) { data[offset] ^= 0xFF }
        try data.write(to: URL(fileURLWithPath: folder.path + "/stoa.db"))
        #expect(kind { try folder.open() } == .corrupt)
    }

    @Test("A newer schema is refused, and an edited migration too")
    func newerSchema() throws {
        let folder = try TestFolder()
        let next = Migration(component: "test", number: 2, name: "more", statements: ["CREATE TABLE more (id INTEGER) STRICT"])
        try folder.open([TestFolder.notes, next]).close()
        #expect(kind { try folder.open([TestFolder.notes]) } == .newerSchema)
        let edited = Migration(component: "test", number: 2, name: "more", statements: ["CREATE TABLE less (id INTEGER) STRICT"])
        #expect(kind { try folder.open([TestFolder.notes, edited]) } == .newerSchema)
        #expect(kind { try folder.open([TestFolder.notes, next]) } == nil)
    }

    @Test("A migration that fails halfway leaves nothing of itself")
    func halfMigration() throws {
        let folder = try TestFolder()
        let broken = Migration(
            component: "test", number: 2, name: "broken",
            statements: ["CREATE TABLE half (id INTEGER) STRICT", "CREATE TABLE half (id INTEGER) STRICT"])
        #expect(kind { try folder.open([TestFolder.notes, broken]) } == .other)
        let mended = Migration(
            component: "test", number: 2, name: "mended", statements: ["CREATE TABLE half (id INTEGER) STRICT"])
        #expect(kind { try folder.open([TestFolder.notes, mended]) } == nil)
    }

    @Test("A full disk fails the transaction that met it, and the next that fits works")
    func full() async throws {
        let folder = try TestFolder()
        var options = DatabaseOptions()
        options.maxPages = 40
        let database = try folder.open(options: options)
        try await database.add(1, "small")
        var met: DatabaseError.Kind?
        do { try await database.add(2, String(repeating: "x", count: 1 << 20)) } catch { met = (error as? DatabaseError)?.kind }
        #expect(met == .diskFull)
        try await database.add(3, "small too")
        #expect(try await database.texts == ["small", "small too"])
        database.close()
    }

    @Test("Errors name the statement, never its arguments")
    func redaction() async throws {
        let folder = try TestFolder()
        let database = try folder.open()
        try await database.add(1, "a secret")
        do {
            try await database.add(2, "a secret")
            Issue.record("the second was taken")
        } catch {
            #expect("\(error)".contains("INSERT INTO notes"))
            #expect(!"\(error)".contains("a secret"))
        }
        database.close()
    }
}
