package import Apps
package import Database
package import Messaging
package import Model
package import Runtime
package import Sandbox
import Permissions
import Synchronization

/// Puts packages to work: checked, tried in a sandbox, stored with their bot's account in one transaction, then active.
package final class Deployments: Sendable {
    package struct Deployed: Sendable {
        package let app: App
        package let version: AppVersion
        package let warnings: [Diagnostic]
        /// Conversations that wait on versions before.
        package var olderVersions: [(version: AppVersion, conversations: Int)] = []
        /// Nil when none was asked for.
        package var migration: Runtime.Migration?
    }

    private let database: Database
    private let messaging: Messaging
    private let sandbox: SandboxHost
    private let runtime: Runtime
    private let audit: Audit
    private let listing = Mutex<[App]>([])

    package init(database: Database, messaging: Messaging, sandbox: SandboxHost, runtime: Runtime, audit: Audit) {
        self.database = database
        self.messaging = messaging
        self.sandbox = sandbox
        self.runtime = runtime
        self.audit = audit
    }

    /// The apps as they stand, without asking the database.
    package var apps: [App] { listing.withLock { $0 } }

    /// Reads the list of apps; called at the start.
    package func refresh() async throws {
        let apps = try await database.read { try AppStore.apps(in: $0) }
        listing.withLock { $0 = apps }
    }

    /// Has the runtime and the listings go by what the database says of a bot's app. Part of the transaction that changes it:
    /// what comes after a commit happens in the order of the commits, so a later change is never overtaken by an earlier one.
    package func apply(_ bot: AccountID, in tx: Transaction) throws {
        let app = try AppStore.app(account: bot, in: tx)
        let rollout = try AppStore.rollout(of: bot, in: tx)
        // What the app declares no longer, nobody's grant allows it.
        if let app, !app.active.manifest.declared.contains(.chatHistory) { try messaging.stopHearing(bot, tx: tx) }
        tx.afterCommit { [self] in
            if let rollout { runtime.serve(rollout) }
            listing.withLock { apps in
                apps.removeAll { $0.account == bot }
                guard let app, app.state == .live else { return }
                let place = apps.firstIndex { $0.name.lowercased() > app.name.lowercased() } ?? apps.endIndex
                apps.insert(app, at: place)
            }
        }
    }

    /// - Parameter migrate: waiting conversations of older versions go over to this one, each if it can.
    /// - Throws: ``PackageError`` with what is wrong in the package, ``StoaError`` when the name is taken.
    package func deploy(_ package: AppPackage, publisher: String, migrate: Bool = false) async throws -> Deployed {
        let diagnostics = SourceCheck.check(package)
        guard !diagnostics.hasErrors else { throw PackageError(diagnostics.inOrder(), files: package.files) }
        let tried = try await Inspection.run(package, publisher: publisher, sandbox: sandbox, messaging: messaging)
        let (app, version) = try await database.write { [self] tx in
            let before = try AppStore.app(named: package.manifest.name, in: tx)?.active.id
            let account = try Self.account(for: package.manifest, messaging, in: tx)
            let version = try AppStore.deploy(
                package, publisher: publisher, account: account, now: messaging.clock.now(), newID: { messaging.ids.next() },
                in: tx)
            guard let app = try AppStore.app(account: account, in: tx) else {
                throw StoaError(.internal, "The app was not stored. Deploy it again.")
            }
            if before != version.id {
                try audit.append(
                    Audit.Entry(
                        .deploy, by: publisher, bot: account, "\(app.name) \(version.version), SHA-256 \(version.digest)"),
                    now: messaging.clock.now(), in: tx)
            }
            try apply(account, in: tx)
            return (app, version)
        }
        var deployed = Deployed(
            app: app, version: version, warnings: package.warnings + diagnostics + tried.warnings)
        if migrate {
            deployed.migration = try await runtime.migrate(
                app.account, to: version.id, tellsApp: tried.handlesUpgrades)
        }
        deployed.olderVersions = try await older(than: version)
        return deployed
    }

    /// Takes a staged version out of the chats that it has; else makes the version before the active one active again.
    /// - Parameter permit: throws for an app that may not be rolled back; part of the same transaction.
    package func rollback(
        _ name: String, by actor: String, permit: @escaping @Sendable (App, ReadTransaction) throws -> Void
    ) async throws -> Deployed {
        let (app, version) = try await database.write { [self] tx in
            if let app = try AppStore.app(named: name, in: tx) { try permit(app, tx) }
            let version = try Releases.rollBack(name, by: actor, now: messaging.clock.now(), in: tx)
            guard let app = try AppStore.app(named: name, in: tx) else {
                throw StoaError(.appNotFound, "No app is named \(name).")
            }
            try messaging.updateBot(
                app.account, display: version.manifest.title, groupMessages: version.manifest.groupMessages, in: tx)
            try audit.append(
                Audit.Entry(
                    .rollback, by: actor, bot: app.account, "\(app.name) back to \(version.version), SHA-256 \(version.digest)"),
                now: messaging.clock.now(), in: tx)
            try apply(app.account, in: tx)
            return (app, version)
        }
        return Deployed(
            app: app, version: version, warnings: [], olderVersions: try await older(than: version))
    }

    func older(than version: AppVersion) async throws -> [(version: AppVersion, conversations: Int)] {
        let versions = try await database.read { try AppStore.versions(version.app, in: $0) }
        return runtime.waiting(on: versions.filter { $0.id != version.id })
    }

    /// The bot's account: that of the app if it is deployed already, else a new one under the app's name.
    package static func account(for manifest: Manifest, _ messaging: Messaging, in tx: Transaction) throws -> AccountID {
        if let app = try AppStore.app(named: manifest.name, in: tx) {
            try messaging.updateBot(
                app.account, display: manifest.title, groupMessages: manifest.groupMessages, in: tx)
            return app.account
        }
        return try messaging.createAccount(
            .bot, name: manifest.name, display: manifest.title, groupMessages: manifest.groupMessages, in: tx
        ).id
    }
}
