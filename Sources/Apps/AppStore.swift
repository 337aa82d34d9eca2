package import Database
package import Model

/// The tables of deployed apps. Every function takes the transaction it is part of and opens none.
package enum AppStore {
    /// Makes the package the active version of the app that its manifest names, and the app itself if it is new.
    ///
    /// A package that the active version has already changes nothing and gives that version. Versions are numbered, so
    /// the manifest's own version need not be raised for each try.
    /// - Parameters:
    ///   - publisher: whose the app is; only they deploy it again.
    ///   - account: the bot's account.
    ///   - now: milliseconds since 1970 UTC.
    /// - Throws: ``StoaError`` with `forbidden` for somebody else's app, `conflict` for another account's.
    package static func deploy(
        _ package: AppPackage, publisher: String, account: AccountID, now: Int64, newID: () -> Int64, in tx: Transaction
    ) throws -> AppVersion {
        let manifest = package.manifest
        let app = try app(named: manifest.name, in: tx)
        if let app {
            guard app.publisher == publisher else {
                throw StoaError(.forbidden, "The app \(manifest.name) belongs to another publisher. Choose another name.")
            }
            guard app.account == account else {
                throw StoaError(.conflict, "The app \(manifest.name) runs under another account. Deploy it for that one.")
            }
            guard app.state != .takenDown else {
                throw StoaError(
                    .forbidden,
                    "The app \(manifest.name) was taken down. Lift that first: \"stoa takedown \(manifest.name) --lift TEXT\".")
            }
            if app.state == .live, app.active.digest == package.digest { return app.active }
        } else if let other = try self.app(account: account, in: tx) {
            throw StoaError(
                .conflict, "The account already runs the app \(other.name). Give \(manifest.name) an account of its own.")
        }
        let version = try add(package, to: app?.id, publisher: publisher, account: account, now: now, newID: newID, in: tx)
        try activate(version.id, of: version.app, now: now, in: tx)
        return version
    }

    /// Stores the package as the next version, which nobody runs yet; and the app, if it is new.
    static func add(
        _ package: AppPackage, to app: AppID?, publisher: String, account: AccountID, now: Int64, newID: () -> Int64,
        in tx: Transaction
    ) throws -> AppVersion {
        let manifest = package.manifest
        let id =
            try app ?? insert(manifest.name, publisher: publisher, account: account, now: now, id: newID(), in: tx)
        let last = try tx.first("SELECT max(number) FROM app_versions WHERE app_id = ?", .int(id.value)) { try $0.intOrNil(0) }
        let version = AppVersion(
            id: AppVersionID(newID()), app: id, number: ((last ?? nil) ?? 0) + 1, manifest: manifest, digest: package.digest,
            createdAt: now)
        try insert(version, files: package.files, in: tx)
        return version
    }

    /// Makes the version that was live before the active one active. Once more goes back further; a deployment goes on from there
    /// with the next free number.
    /// - Throws: ``StoaError`` with `appNotFound`, or `conflict` when there is no earlier version.
    package static func rollback(app name: String, now: Int64, in tx: Transaction) throws -> AppVersion {
        guard let app = try app(named: name, in: tx) else {
            throw StoaError(.appNotFound, "No app is named \(name.prefix(64)). \"stoa apps\" lists those there are.")
        }
        let before = try versionLive(before: app.active, in: tx)
        guard let before else {
            throw StoaError(
                .conflict,
                app.state == .unreleased
                    ? "\(app.name) has never been live, so there is nothing to go back to."
                    : "\(app.active.version) is the first version of \(app.name) that was live. Send in a mended one.")
        }
        try activate(before.id, of: app.id, now: now, in: tx)
        return before
    }

    static func insert(
        _ name: String, publisher: String, account: AccountID, now: Int64, id: Int64, in tx: Transaction
    ) throws -> AppID {
        try tx.execute(
            "INSERT INTO apps (id, name, name_key, account_id, publisher, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            .int(id), .text(name), .text(name.lowercased()), .int(account.value), .text(publisher), .int(now))
        return AppID(id)
    }

    private static func insert(_ version: AppVersion, files: [AppPackage.File], in tx: Transaction) throws {
        let manifest = files.first { $0.path == ManifestParser.file }
        try tx.execute(
            """
            INSERT INTO app_versions (id, app_id, number, version, manifest, digest, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .int(version.id.value), .int(version.app.value), .int(version.number), .text(version.version),
            .blob(manifest?.content ?? []), .text(version.digest), .int(version.createdAt))
        for file in files {
            try tx.execute(
                "INSERT INTO app_files (version_id, path, content) VALUES (?, ?, ?)",
                .int(version.id.value), .text(file.path), .blob(file.content))
        }
    }

    /// What all new conversations run from now on. A candidate, if there was one, is none any more.
    static func activate(_ version: AppVersionID, of app: AppID, now: Int64, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE apps SET active_version_id = ?, candidate_version_id = NULL, candidate_percent = NULL WHERE id = ?",
            .int(version.value), .int(app.value))
        try tx.execute("UPDATE app_versions SET live_at = ? WHERE id = ?", .int(now), .int(version.value))
    }
}
