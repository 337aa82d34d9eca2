package import Database
package import Model

extension AppStore {
    /// The live apps, by name.
    package static func apps(in tx: ReadTransaction) throws -> [App] {
        try everyApp(in: tx).filter { $0.state == .live }
    }

    /// All apps there are, also those that nobody can use, by name.
    package static func everyApp(in tx: ReadTransaction) throws -> [App] {
        try tx.query(
            """
            SELECT a.id, a.name, a.account_id, a.publisher, a.created_at, a.active_version_id, a.taken_down, a.trial_of,
              v.id, v.app_id, v.number, v.manifest, v.digest, v.created_at
            FROM apps a JOIN app_versions v
              ON v.id = COALESCE(a.active_version_id, (SELECT max(id) FROM app_versions WHERE app_id = a.id))
            ORDER BY a.name_key
            """, row: { try App(row: $0) })
    }

    /// All of a publisher, also those that nobody can use, by name.
    package static func apps(of publisher: String, in tx: ReadTransaction) throws -> [App] {
        try tx.query(
            """
            SELECT a.id, a.name, a.account_id, a.publisher, a.created_at, a.active_version_id, a.taken_down, a.trial_of,
              v.id, v.app_id, v.number, v.manifest, v.digest, v.created_at
            FROM apps a JOIN app_versions v
              ON v.id = COALESCE(a.active_version_id, (SELECT max(id) FROM app_versions WHERE app_id = a.id))
            WHERE a.publisher = ? AND a.trial_of IS NULL ORDER BY a.name_key
            """, .text(publisher), row: { try App(row: $0) })
    }

    package static func app(_ id: AppID, in tx: ReadTransaction) throws -> App? {
        try tx.first(
            """
            SELECT a.id, a.name, a.account_id, a.publisher, a.created_at, a.active_version_id, a.taken_down, a.trial_of,
              v.id, v.app_id, v.number, v.manifest, v.digest, v.created_at
            FROM apps a JOIN app_versions v
              ON v.id = COALESCE(a.active_version_id, (SELECT max(id) FROM app_versions WHERE app_id = a.id))
            WHERE a.id = ?
            """, .int(id.value), row: { try App(row: $0) })
    }

    /// Those of its versions that people have had, the newest first.
    package static func versionsLive(
        of app: AppID, limit: Int, in tx: ReadTransaction
    ) throws -> [(version: AppVersion, liveAt: Int64)] {
        try tx.query(
            """
            SELECT id, app_id, number, manifest, digest, created_at, live_at FROM app_versions
            WHERE app_id = ? AND live_at IS NOT NULL ORDER BY number DESC LIMIT ?
            """, .int(app.value), .int(Int64(limit)), row: { (try AppVersion(row: $0, at: 0), try $0.int(6)) })
    }

    /// Upper and lower case are not told apart, as with accounts.
    package static func app(named name: String, in tx: ReadTransaction) throws -> App? {
        try tx.first(
            """
            SELECT a.id, a.name, a.account_id, a.publisher, a.created_at, a.active_version_id, a.taken_down, a.trial_of,
              v.id, v.app_id, v.number, v.manifest, v.digest, v.created_at
            FROM apps a JOIN app_versions v
              ON v.id = COALESCE(a.active_version_id, (SELECT max(id) FROM app_versions WHERE app_id = a.id))
            WHERE a.name_key = ?
            """, .text(name.lowercased()), row: { try App(row: $0) })
    }

    /// The app of which people can open pages now.
    /// - Throws: ``StoaError/Code/appNotFound``, ``StoaError/Code/appStopped``.
    package static func openApp(named name: String, in tx: ReadTransaction) throws -> App {
        guard let app = try app(named: name, in: tx), app.state != .unreleased, app.state != .trial else {
            throw StoaError(.appNotFound, "No app here is named \(name.prefix(32)).")
        }
        guard app.state == .live else { throw StoaError(.appStopped, "This app does not run at present.") }
        return app
    }

    /// The app that runs as this bot.
    package static func app(account: AccountID, in tx: ReadTransaction) throws -> App? {
        try tx.first(
            """
            SELECT a.id, a.name, a.account_id, a.publisher, a.created_at, a.active_version_id, a.taken_down, a.trial_of,
              v.id, v.app_id, v.number, v.manifest, v.digest, v.created_at
            FROM apps a JOIN app_versions v
              ON v.id = COALESCE(a.active_version_id, (SELECT max(id) FROM app_versions WHERE app_id = a.id))
            WHERE a.account_id = ?
            """, .int(account.value), row: { try App(row: $0) })
    }

    package static func version(_ id: AppVersionID, in tx: ReadTransaction) throws -> AppVersion? {
        try tx.first(
            "SELECT id, app_id, number, manifest, digest, created_at FROM app_versions WHERE id = ?",
            .int(id.value), row: { try AppVersion(row: $0, at: 0) })
    }

    /// The last version before this one that was ever live, whose files are still there, and that nobody has taken out again: by
    /// rolling it back, or by revoking the key that signed it.
    package static func versionLive(before version: AppVersion, in tx: ReadTransaction) throws -> AppVersion? {
        try tx.first(
            """
            SELECT id, app_id, number, manifest, digest, created_at FROM app_versions v
            WHERE app_id = ? AND number < ? AND live_at IS NOT NULL
              AND EXISTS (SELECT 1 FROM app_files f WHERE f.version_id = v.id)
              AND NOT EXISTS (
                SELECT 1 FROM releases r LEFT JOIN publisher_keys k ON k.key = r.key
                WHERE r.version_id = v.id AND (r.state = 'rolled_back' OR k.state = 'revoked'))
            ORDER BY number DESC LIMIT 1
            """, .int(version.app.value), .int(version.number), row: { try AppVersion(row: $0, at: 0) })
    }

    /// All versions of an app, the newest first.
    package static func versions(_ app: AppID, in tx: ReadTransaction) throws -> [AppVersion] {
        try tx.query(
            """
            SELECT id, app_id, number, manifest, digest, created_at FROM app_versions
            WHERE app_id = ? ORDER BY number DESC
            """, .int(app.value), row: { try AppVersion(row: $0, at: 0) })
    }

    /// All files of a version, sorted by path. Up to 32 MiB: ``program(of:in:)`` leaves out the assets.
    package static func files(of version: AppVersionID, in tx: ReadTransaction) throws -> [AppPackage.File] {
        try tx.query(
            "SELECT path, content FROM app_files WHERE version_id = ? ORDER BY path",
            .int(version.value), row: { AppPackage.File(path: try $0.text(0), content: try $0.bytes(1)) })
    }

    /// Whether the version's files are there: those of releases that came to nothing go after a while.
    package static func hasFiles(_ version: AppVersionID, in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM app_files WHERE version_id = ? LIMIT 1", .int(version.value), row: { try $0.int(0) }) != nil
    }

    /// The Lua files that a sandbox runs, sorted by path.
    package static func program(of version: AppVersionID, in tx: ReadTransaction) throws -> [AppPackage.File] {
        try tx.query(
            """
            SELECT path, content FROM app_files
            WHERE version_id = ? AND (path LIKE '%.lua' AND path NOT LIKE 'tests/%' AND path NOT LIKE 'assets/%'
              OR path LIKE 'locales/%') ORDER BY path
            """, .int(version.value), row: { AppPackage.File(path: try $0.text(0), content: try $0.bytes(1)) })
    }

    /// One file of a version.
    package static func file(_ path: String, of version: AppVersionID, in tx: ReadTransaction) throws -> AppPackage.File? {
        try tx.first(
            "SELECT path, content FROM app_files WHERE version_id = ? AND path = ?", .int(version.value), .text(path),
            row: { AppPackage.File(path: try $0.text(0), content: try $0.bytes(1)) })
    }

    /// The highest id in use, to raise an id generator above at start; 0 when there is none.
    package static func highestID(in tx: ReadTransaction) throws -> Int64 {
        let highest = try tx.first(
            """
            SELECT max(
              COALESCE((SELECT max(id) FROM apps), 0), COALESCE((SELECT max(id) FROM app_versions), 0),
              COALESCE((SELECT max(id) FROM releases), 0), COALESCE((SELECT max(id) FROM publishers), 0),
              COALESCE((SELECT max(id) FROM takedowns), 0), COALESCE((SELECT max(id) FROM reports), 0),
              COALESCE((SELECT max(id) FROM grants), 0), COALESCE((SELECT max(id) FROM consents), 0))
            """,
            row: { try $0.int(0) })
        return highest ?? 0
    }
}

extension App {
    /// From the columns id, name, account_id, publisher, created_at, active_version_id, taken_down, trial_of, and those of the
    /// version.
    fileprivate init(row: borrowing Row) throws {
        let state: State =
            try row.bool(6)
            ? .takenDown : try row.intOrNil(7) != nil ? .trial : try row.intOrNil(5) == nil ? .unreleased : .live
        self.init(
            id: AppID(try row.int(0)), name: try row.text(1), account: AccountID(try row.int(2)), publisher: try row.text(3),
            active: try AppVersion(row: row, at: 8), state: state, createdAt: try row.int(4))
    }
}

extension AppVersion {
    /// From the columns id, app_id, number, manifest, digest, created_at.
    init(row: borrowing Row, at column: Int) throws {
        self.init(
            id: AppVersionID(try row.int(column)), app: AppID(try row.int(column + 1)), number: try row.int(column + 2),
            manifest: try Manifest.stored(try row.bytes(column + 3)), digest: try row.text(column + 4),
            createdAt: try row.int(column + 5))
    }
}
