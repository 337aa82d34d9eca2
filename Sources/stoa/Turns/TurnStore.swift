import Apps
import Database
import Model
import Runtime

/// What the commands that look at turns read from a data folder, whether a server runs on it or not.
struct TurnStore {
    private let database: ReadOnlyDatabase
    private let folder: String

    /// - Throws: ``CommandFailure`` when the folder holds no database.
    init(folder: String) throws {
        self.folder = folder
        do {
            database = try ReadOnlyDatabase(folder: folder)
        } catch {
            throw CommandFailure(
                "The data folder \(folder) cannot be read: \(error)", "Name the right one with --data.")
        }
    }

    func app(_ name: String) throws -> App {
        guard let app = try database.read({ try AppStore.app(named: name, in: $0) }) else {
            throw CommandFailure("No app is named \(name)", "\"stoa apps\" lists those there are.")
        }
        return app
    }

    func record(_ turn: Int64, of app: App) throws -> TurnRecord {
        guard let record = try database.read({ try Journal.record(TurnID(turn), of: app.account, in: $0) }) else {
            throw CommandFailure(
                "\(app.name) has no turn \(turn) in its journal",
                "\"stoa trace \(app.name)\" shows those there are; they are kept for a day after their conversation.")
        }
        return record
    }

    func records(of conversation: ConversationID) throws -> [TurnRecord] {
        try database.read { try Journal.records(of: conversation, in: $0) }
    }

    func records(of app: App, after turn: TurnID, limit: Int) throws -> [TurnRecord] {
        try database.read { try Journal.records(of: app.account, after: turn, limit: limit, in: $0) }
    }

    func newestTurn() throws -> TurnID { try database.read { try Journal.newest(in: $0) } }

    func conversations(of app: App, limit: Int) throws -> [ConversationID] {
        try database.read { try Journal.conversations(of: app.account, limit: limit, in: $0) }
    }

    /// Log lines after one; the last 50 when `id` is nil.
    func logs(of app: App, after id: Int64?) throws -> [Logs.Entry] {
        try database.read { try Logs.read(app.account, after: id, limit: id == nil ? 50 : 500, in: $0) }
    }

    /// The version that a turn ran, with its files.
    func version(_ id: AppVersionID) throws -> (version: AppVersion, files: [AppPackage.File]) {
        try database.read { tx in
            guard let version = try AppStore.version(id, in: tx) else {
                throw CommandFailure("The version that ran is no longer there", "Deploy it again.")
            }
            return (version, try AppStore.files(of: id, in: tx))
        }
    }
}
