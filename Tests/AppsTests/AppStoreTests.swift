import Apps
import Database
import Foundation
import Model
import Synchronization
import Testing

@Suite struct AppStoreTests {
    /// Calls `body` with an empty database that has the tables of apps, and removes it.
    static func withDatabase(_ body: (Database) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-apps-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let database = try Database.open(folder: folder.path, migrations: AppStore.migrations)
        defer { database.close() }
        try await body(database)
    }

    static func package(
        _ name: String = "pizza", main: String = Fixture.main, version: String = "1.0.0"
    ) throws -> AppPackage {
        try Fixture.package(
            manifest: Fixture.manifest.replacing("\"pizza\"", with: "\"\(name)\"").replacing("1.0.0", with: version), main: main,
            [Fixture.file("assets/a", "\0\u{1}")])
    }

    /// Deploys at a time that is its number, with ids that rise.
    final class Deployer: Sendable {
        private let next = Mutex<Int64>(100)

        func deploy(
            _ package: AppPackage, publisher: String = "alice", account: Int64 = 7, now: Int64 = 5, to database: Database
        ) async throws -> AppVersion {
            try await database.write { tx in
                try AppStore.deploy(
                    package, publisher: publisher, account: AccountID(account), now: now, newID: { self.newID() }, in: tx)
            }
        }

        private func newID() -> Int64 {
            next.withLock {
                $0 += 1
                return $0
            }
        }
    }

    @Test("a deployed app can be found in every way, with its files")
    func deploy() async throws {
        try await Self.withDatabase { database in
            let package = try Self.package()
            let version = try await Deployer().deploy(package, to: database)
            #expect(version.number == 1 && version.version == "1.0.0" && version.createdAt == 5)
            #expect(version.digest == package.digest && version.manifest == package.manifest)
            try await database.read { tx throws in
                let app = try #require(try AppStore.app(named: "PIZZA", in: tx))
                #expect(app.name == "pizza" && app.publisher == "alice" && app.account == AccountID(7) && app.createdAt == 5)
                #expect(app.active == version && version.app == app.id)
                #expect(try AppStore.app(account: AccountID(7), in: tx) == app)
                #expect(try AppStore.apps(in: tx) == [app])
                #expect(try AppStore.version(version.id, in: tx) == version)
                #expect(try AppStore.versions(app.id, in: tx) == [version])
                #expect(try AppStore.files(of: version.id, in: tx) == package.files)
                #expect(try AppStore.program(of: version.id, in: tx).map(\.path) == ["main.lua"])
                #expect(try AppStore.file("assets/a", of: version.id, in: tx)?.content == [0, 1])
                #expect(try AppStore.file("assets/b", of: version.id, in: tx) == nil)
                #expect(try AppStore.app(named: "pasta", in: tx) == nil)
                #expect(try AppStore.app(account: AccountID(8), in: tx) == nil)
                #expect(try AppStore.version(AppVersionID(1), in: tx) == nil)
                #expect(try AppStore.highestID(in: tx) == version.id.value)
            }
        }
    }

    @Test("an empty store")
    func empty() async throws {
        try await Self.withDatabase { database in
            try await database.read { tx throws in
                #expect(try AppStore.apps(in: tx).isEmpty)
                #expect(try AppStore.highestID(in: tx) == 0)
            }
        }
    }

    @Test("the highest id is that of any table, so that no new one is given twice")
    func highestID() async throws {
        try await Self.withDatabase { database in
            try await database.write { tx in
                try tx.execute(
                    """
                    INSERT INTO grants (id, person_id, bot_id, capability, detail, term, begin_at)
                    VALUES (70, 1, 2, 'x', '', 'x', 1)
                    """)
                #expect(try AppStore.highestID(in: tx) == 70)
                try tx.execute(
                    """
                    INSERT INTO consents (id, person_id, bot_id, version_id, conversation_id, capability, detail, asked_at)
                    VALUES (80, 1, 2, 3, 4, 'x', '', 1)
                    """)
                #expect(try AppStore.highestID(in: tx) == 80)
            }
        }
    }

    @Test("the same package again is the same version; another one is the next, whatever it calls itself")
    func again() async throws {
        try await Self.withDatabase { database in
            let deployer = Deployer()
            let first = try await deployer.deploy(try Self.package(), to: database)
            #expect(try await deployer.deploy(try Self.package(), now: 9, to: database) == first)
            let second = try await deployer.deploy(try Self.package(main: "return 2"), to: database)
            #expect(second.number == 2 && second.version == first.version && second.app == first.app && second.id > first.id)
            // Back to what it was is a deployment too.
            let third = try await deployer.deploy(try Self.package(), to: database)
            #expect(third.number == 3 && third.digest == first.digest && third.id != first.id)
            try await database.read { tx throws in
                #expect(try AppStore.versions(first.app, in: tx).map(\.number) == [3, 2, 1])
                #expect(try AppStore.app(named: "pizza", in: tx)?.active == third)
                #expect(
                    try AppStore.files(of: second.id, in: tx).first { $0.path == "main.lua" }?.content == Array("return 2".utf8))
            }
        }
    }

    @Test("back goes to the version before, as often as there is one")
    func rollback() async throws {
        try await Self.withDatabase { database in
            let deployer = Deployer()
            var versions: [AppVersion] = []
            for number in 1...3 {
                versions.append(try await deployer.deploy(try Self.package(main: "return \(number)"), to: database))
            }
            #expect(try await database.write { try AppStore.rollback(app: "Pizza", now: 0, in: $0) } == versions[1])
            #expect(try await database.write { try AppStore.rollback(app: "pizza", now: 0, in: $0) } == versions[0])
            await #expect(throws: StoaError.self) {
                try await database.write { try AppStore.rollback(app: "pizza", now: 0, in: $0) }
            }
            #expect(try await database.read { try AppStore.app(named: "pizza", in: $0)?.active } == versions[0])
            #expect(try await deployer.deploy(try Self.package(main: "return 4"), to: database).number == 4)
            #expect(try await database.write { try AppStore.rollback(app: "pizza", now: 0, in: $0) } == versions[2])
        }
    }

    @Test("refusals say why, and change nothing")
    func refusals() async throws {
        try await Self.withDatabase { database in
            let deployer = Deployer()
            let first = try await deployer.deploy(try Self.package(), to: database)
            func code(_ body: () async throws -> Void) async throws -> StoaError.Code? {
                do {
                    try await body()
                    return nil
                } catch let error as StoaError {
                    return error.code
                }
            }
            let other = try Self.package(main: "return 2")
            let pasta = try Self.package("pasta")
            #expect(try await code { _ = try await deployer.deploy(other, publisher: "bob", to: database) } == .forbidden)
            #expect(try await code { _ = try await deployer.deploy(other, account: 8, to: database) } == .conflict)
            #expect(try await code { _ = try await deployer.deploy(pasta, to: database) } == .conflict)
            #expect(
                try await code { _ = try await database.write { try AppStore.rollback(app: "pizza", now: 0, in: $0) } }
                    == .conflict)
            #expect(
                try await code { _ = try await database.write { try AppStore.rollback(app: "x", now: 0, in: $0) } }
                    == .appNotFound)
            #expect(try await database.read { try AppStore.apps(in: $0).map(\.active) } == [first])
        }
    }

    @Test("apps are listed by name, upper and lower case alike")
    func list() async throws {
        try await Self.withDatabase { database in
            let deployer = Deployer()
            for (account, name) in ["pasta", "Apple", "zebra", "banana"].enumerated() {
                _ = try await deployer.deploy(try Self.package(name), account: Int64(account), to: database)
            }
            #expect(try await database.read { try AppStore.apps(in: $0).map(\.name) } == ["Apple", "banana", "pasta", "zebra"])
        }
    }
}
