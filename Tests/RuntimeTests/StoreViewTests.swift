import Database
import Foundation
import Model
import Testing

@testable import Runtime

/// The store as turns see it: their own writes at once, others' never, and conflicts found at the commit.
struct StoreViewTests {
    private static let bot = AccountID(1)
    private let database: Database

    init() throws {
        var options = DatabaseOptions()
        options.isDurable = false
        database = try Database.open(
            folder: NSTemporaryDirectory() + "stoa-store-\(UUID().uuidString)", migrations: RuntimeSchema.migrations,
            options: options)
    }

    private func key(_ name: String, _ scope: StoreKey.Scope = .app, _ id: Int64 = 0) -> StoreKey {
        StoreKey(scope: scope, scopeID: id, key: name)
    }

    private func commit(_ view: StoreView, version: Int64) async throws {
        try await database.write { try view.apply(version: version, of: Self.bot, now: 0, in: $0) }
    }

    @Test("A turn sees what it wrote and deleted")
    func ownWrites() async throws {
        var view = StoreView()
        view.put(key("a"), [1])
        view.put(key("b"), [2])
        try await commit(view, version: 1)
        let seen = try await database.read { tx in
            var view = StoreView()
            view.put(self.key("a"), nil)
            view.put(self.key("c"), [3])
            let listed = try view.list(self.key(""), after: nil, limit: 10, of: Self.bot, in: tx).map(\.key)
            return (try view.get(self.key("a"), of: Self.bot, in: tx), try view.get(self.key("b"), of: Self.bot, in: tx), listed)
        }
        #expect(seen.0 == nil)
        #expect(seen.1 == [2])
        #expect(seen.2 == ["b", "c"])
        database.close()
    }

    @Test("What was read and changed meanwhile is a conflict; what was not, is none")
    func conflicts() async throws {
        var first = StoreView()
        first.put(key("a"), [1])
        try await commit(first, version: 1)
        let views = try await database.read { tx in
            var present = StoreView()
            _ = try present.get(self.key("a"), of: Self.bot, in: tx)
            var absent = StoreView()
            _ = try absent.get(self.key("z"), of: Self.bot, in: tx)
            var listed = StoreView()
            _ = try listed.list(self.key("a"), after: nil, limit: 10, of: Self.bot, in: tx)
            return (present, absent, listed)
        }
        func conflict(_ view: StoreView) async throws -> StoreKey? {
            try await database.read { try view.conflict(of: Self.bot, in: $0) }
        }
        #expect(try await conflict(views.0) == nil)
        #expect(try await conflict(views.1) == nil)
        #expect(try await conflict(views.2) == nil)
        var second = StoreView()
        second.put(key("a"), [2])
        second.put(key("z"), [2])
        second.put(key("ab"), [2])
        try await commit(second, version: 2)
        #expect(try await conflict(views.0) == key("a"))
        #expect(try await conflict(views.1) == key("z"))
        #expect(try await conflict(views.2) == key("a"))
        database.close()
    }

    @Test("Scopes and apps do not see each other")
    func scopes() async throws {
        var view = StoreView()
        view.put(key("k", .chat, 5), [1])
        try await commit(view, version: 1)
        let found = try await database.read { tx in
            var view = StoreView()
            return [
                try view.get(self.key("k", .chat, 6), of: Self.bot, in: tx),
                try view.get(self.key("k", .user, 5), of: Self.bot, in: tx),
                try view.get(self.key("k"), of: Self.bot, in: tx),
            ]
        }
        #expect(found == [nil, nil, nil])
        let others = try await database.read { tx in
            var view = StoreView()
            return try view.get(self.key("k", .chat, 5), of: AccountID(2), in: tx)
        }
        #expect(others == nil)
        database.close()
    }

    @Test("Pages follow each other without gap or overlap, in the order of bytes")
    func pages() async throws {
        var view = StoreView()
        let names = ["a%", "a_", "aé", "a😀", "ab", "b", "a"]
        for name in names { view.put(key(name), [1]) }
        try await commit(view, version: 1)
        var found: [String] = []
        var after: String?
        while true {
            let last = after
            let page = try await database.read { tx in
                var view = StoreView()
                return try view.list(self.key("a"), after: last, limit: 2, of: Self.bot, in: tx).map(\.key)
            }
            found += page
            guard page.count == 2 else { break }
            after = page.last
        }
        #expect(
            found
                == names.filter { $0.hasPrefix("a") || $0.utf8.first == 0x61 }.sorted {
                    $0.utf8.lexicographicallyPrecedes($1.utf8)
                })
        database.close()
    }

    @Test("The quota counts what is there, and a turn over it changes nothing")
    func quota() async throws {
        let chunk = [UInt8](repeating: 7, count: StoreView.maxValue)
        let count = Int(StoreView.maxBytes) / (chunk.count + 8)
        for batch in stride(from: 0, to: count, by: 512) {
            var view = StoreView()
            for index in batch..<min(batch + 512, count) { view.put(key("k\(1_000_000 + index)"), chunk) }
            try await commit(view, version: Int64(batch + 1))
        }
        var over = StoreView()
        for index in 0..<8 { over.put(key("x\(index)"), chunk) }
        let tooMuch = over
        await #expect(throws: StoaError.self) { try await commit(tooMuch, version: 99_999) }
        var room = StoreView()
        for index in 0..<8 { room.put(key("k\(1_000_000 + index)"), nil) }
        try await commit(room, version: 100_000)
        try await commit(tooMuch, version: 100_001)
        database.close()
    }

    @Test("An app with a limit of its own may not go over it, and may always make it less")
    func ownLimit() async throws {
        var view = StoreView()
        view.put(key("a"), [UInt8](repeating: 1, count: 999))
        let (large, bot) = (view, Self.bot)
        await #expect(throws: StoaError.self) {
            try await database.write { try large.apply(version: 1, of: bot, limit: 999, now: 0, in: $0) }
        }
        try await database.write { try large.apply(version: 2, of: bot, limit: 1000, now: 0, in: $0) }
        #expect(try await database.read { try StoreView.bytes(of: bot, in: $0) } == 1000)
        var less = StoreView()
        less.put(key("a"), [UInt8](repeating: 1, count: 500))
        let smaller = less
        try await database.write { try smaller.apply(version: 3, of: bot, limit: 1, now: 0, in: $0) }
        #expect(try await database.read { try StoreView.bytes(of: bot, in: $0) } == 501)
        database.close()
    }
}
