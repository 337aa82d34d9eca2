import AdminAPI
import Apps
import Database
import Model
import Server

/// What an operator reads of people's messages stands in the audit before it is shown.
enum OperatorReading {
    /// Notes it by the running server, or in the data folder itself when none runs.
    /// - Throws: ``CommandFailure`` when it cannot be noted; then nothing may be shown.
    static func note(_ what: String, of app: String, folder: String) async throws {
        var request = AdminRequest(.noteRead, name: app)
        request.value = what
        let asked = request
        do {
            try await Blocking.run { _ = try AdminClient(folder: folder).ask(asked) }
        } catch let error as StoaError where error.code == .unavailable {
            try await noteAlone(what, app, folder)
        } catch let error as StoaError {
            throw CommandFailure(error.message, "\"stoa apps\" lists the apps there are.")
        }
    }

    private static func noteAlone(_ what: String, _ name: String, _ folder: String) async throws {
        do {
            let database = try await Blocking.run {
                // A folder without a database must not get one by being looked at.
                _ = try ReadOnlyDatabase(folder: folder)
                return try Database.open(folder: folder, migrations: Schema.migrations)
            }
            let isNew = try await database.read { try Audit.isEmpty(in: $0) }
            let audit = try await Blocking.run { try Audit(folder: folder, isNew: isNew) }
            let result = await Result {
                try await database.write { tx in
                    guard let app = try AppStore.app(named: name, in: tx) else { return }
                    try audit.append(
                        Audit.Entry(.read, by: AdminAPI.operatorPublisher, bot: app.account, "\(app.name): \(what)"),
                        now: Clock.system.now(), in: tx)
                }
            }
            await Blocking.run { database.close() }
            try result.get()
        } catch {
            throw CommandFailure(
                "The audit of \(folder) cannot be written, so nothing is shown: \(error)", "Name the right folder with --data.")
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
