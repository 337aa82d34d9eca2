import Database
import Foundation
import Model
import Synchronization

@testable import Identity

/// Sessions over a database of their own, and a clock that the test moves.
final class Fixture: Sendable {
    let folder: String
    let database: Database
    let sessions: Sessions
    let time: TestTime

    final class TestTime: Sendable {
        private let current = Mutex<Int64>(1_800_000_000_000)

        var now: Int64 { current.withLock { $0 } }

        var clock: Clock { Clock { [self] in current.withLock { $0 } } }

        func advance(_ milliseconds: Int64) { current.withLock { $0 += milliseconds } }
    }

    init() throws {
        folder = NSTemporaryDirectory() + "identity-\(UUID().uuidString)"
        var options = DatabaseOptions()
        options.isDurable = false
        database = try Database.open(folder: folder, migrations: IdentitySchema.migrations, options: options)
        time = TestTime()
        sessions = try Sessions(ids: IDGenerator(clock: time.clock), clock: time.clock)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(_ account: AccountID) async throws -> (token: String, session: Session) {
        try await database.write { [sessions] tx in try sessions.open(for: account, in: tx) }
    }

    func find(_ token: String) async throws -> Session? {
        try await database.read { [sessions] tx in try sessions.find(token: token, in: tx) }
    }
}
