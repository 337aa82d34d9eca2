package import Database
package import Model

/// The tables of deployed apps. Every function takes the transaction it is part of and opens none.
package enum AppStore {
    package static let migrations: [Migration] = [
        Migration(
            component: "apps", number: 1, name: "apps, versions, files",
            statements: [
                """
                CREATE TABLE apps (
                  id INTEGER PRIMARY KEY,
                  name TEXT NOT NULL,
                  name_key TEXT NOT NULL UNIQUE,
                  account_id INTEGER NOT NULL UNIQUE,
                  publisher TEXT NOT NULL,
                  active_version_id INTEGER REFERENCES app_versions(id),
                  created_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE app_versions (
                  id INTEGER PRIMARY KEY,
                  app_id INTEGER NOT NULL REFERENCES apps(id),
                  number INTEGER NOT NULL CHECK (number >= 1),
                  version TEXT NOT NULL,
                  manifest BLOB NOT NULL,
                  digest TEXT NOT NULL,
                  created_at INTEGER NOT NULL,
                  UNIQUE (app_id, number)
                ) STRICT
                """,
                """
                CREATE TABLE app_files (
                  version_id INTEGER NOT NULL REFERENCES app_versions(id),
                  path TEXT NOT NULL,
                  content BLOB NOT NULL,
                  PRIMARY KEY (version_id, path)
                ) STRICT
                """,
            ]),
        Migration(
            component: "apps", number: 2, name: "secrets",
            statements: [
                """
                CREATE TABLE secrets (
                  bot_id INTEGER NOT NULL,
                  name TEXT NOT NULL,
                  sealed BLOB NOT NULL,
                  hosts TEXT NOT NULL,
                  date INTEGER NOT NULL,
                  PRIMARY KEY (bot_id, name)
                ) STRICT, WITHOUT ROWID
                """
            ]),
        Migration(
            component: "apps", number: 3, name: "audit",
            statements: [
                """
                CREATE TABLE audit (
                  seq INTEGER PRIMARY KEY,
                  date INTEGER NOT NULL,
                  kind TEXT NOT NULL,
                  actor TEXT NOT NULL,
                  person_id INTEGER,
                  bot_id INTEGER,
                  chat_id INTEGER,
                  details TEXT NOT NULL,
                  code BLOB NOT NULL
                ) STRICT
                """,
                "CREATE INDEX audit_by_person ON audit (person_id, seq) WHERE person_id IS NOT NULL",
                "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, code BLOB NOT NULL) STRICT",
            ]),
        Migration(
            component: "apps", number: 4, name: "grants, consents, refusals",
            statements: [
                """
                CREATE TABLE grants (
                  id INTEGER PRIMARY KEY,
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  capability TEXT NOT NULL,
                  detail TEXT NOT NULL,
                  chat_id INTEGER,
                  term TEXT NOT NULL,
                  begin_at INTEGER NOT NULL,
                  until INTEGER,
                  end_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX grants_by_question ON grants (person_id, bot_id, capability, detail, begin_at) WHERE end_at IS NULL",
                "CREATE INDEX grants_by_person ON grants (person_id, id)",
                """
                CREATE TABLE consents (
                  id INTEGER PRIMARY KEY,
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  version_id INTEGER NOT NULL,
                  chat_id INTEGER,
                  conversation_id INTEGER NOT NULL,
                  capability TEXT NOT NULL,
                  detail TEXT NOT NULL,
                  asked_at INTEGER NOT NULL
                ) STRICT
                """,
                "CREATE UNIQUE INDEX consents_by_person ON consents (person_id, bot_id, capability)",
                "CREATE INDEX consents_by_conversation ON consents (conversation_id)",
                """
                CREATE TABLE refusals (
                  person_id INTEGER NOT NULL,
                  bot_id INTEGER NOT NULL,
                  capability TEXT NOT NULL,
                  count INTEGER NOT NULL,
                  last INTEGER NOT NULL,
                  PRIMARY KEY (person_id, bot_id, capability)
                ) STRICT, WITHOUT ROWID
                """,
            ]),
    ]
}

extension AppStore {
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
            if app.active.digest == package.digest { return app.active }
        } else if let other = try self.app(account: account, in: tx) {
            throw StoaError(
                .conflict, "The account already runs the app \(other.name). Give \(manifest.name) an account of its own.")
        }
        let id = try app?.id ?? insert(manifest, publisher: publisher, account: account, now: now, id: newID(), in: tx)
        let last = try tx.first("SELECT max(number) FROM app_versions WHERE app_id = ?", .int(id.value)) { try $0.intOrNil(0) }
        let version = AppVersion(
            id: AppVersionID(newID()), app: id, number: ((last ?? nil) ?? 0) + 1, manifest: manifest, digest: package.digest,
            createdAt: now)
        try insert(version, files: package.files, in: tx)
        try activate(version.id, of: id, in: tx)
        return version
    }

    /// Makes the version before the active one active. Once more goes back further; a deployment goes on from there
    /// with the next free number.
    /// - Throws: ``StoaError`` with `appNotFound`, or `conflict` when there is no earlier version.
    package static func rollback(app name: String, in tx: Transaction) throws -> AppVersion {
        guard let app = try app(named: name, in: tx) else {
            throw StoaError(.appNotFound, "No app is named \(name.prefix(64)). \"stoa apps\" lists those there are.")
        }
        let before = try tx.first(
            """
            SELECT id, app_id, number, manifest, digest, created_at FROM app_versions
            WHERE app_id = ? AND number < ? ORDER BY number DESC LIMIT 1
            """, .int(app.id.value), .int(app.active.number), row: { try AppVersion(row: $0, at: 0) })
        guard let before else {
            throw StoaError(
                .conflict, "The app \(app.name) has no version before number \(app.active.number). Deploy a mended one.")
        }
        try activate(before.id, of: app.id, in: tx)
        return before
    }

    private static func insert(
        _ manifest: Manifest, publisher: String, account: AccountID, now: Int64, id: Int64, in tx: Transaction
    ) throws -> AppID {
        try tx.execute(
            "INSERT INTO apps (id, name, name_key, account_id, publisher, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            .int(id), .text(manifest.name), .text(manifest.name.lowercased()), .int(account.value), .text(publisher), .int(now))
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

    private static func activate(_ version: AppVersionID, of app: AppID, in tx: Transaction) throws {
        try tx.execute("UPDATE apps SET active_version_id = ? WHERE id = ?", .int(version.value), .int(app.value))
    }
}
