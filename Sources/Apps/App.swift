package import Model

/// What is deployed under a name: a bot's or a mini-app's versions, one of which is active.
package struct App: Sendable, Equatable {
    package let id: AppID
    package let name: String
    /// The bot's account.
    package let account: AccountID
    /// Whose it is. Apps of two publishers never share a sandbox worker.
    package let publisher: String
    /// What new conversations run.
    package let active: AppVersion
    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64

    package init(id: AppID, name: String, account: AccountID, publisher: String, active: AppVersion, createdAt: Int64) {
        self.id = id
        self.name = name
        self.account = account
        self.publisher = publisher
        self.active = active
        self.createdAt = createdAt
    }
}

/// One deployment of an app. Never changes and is never removed while conversations may run it.
package struct AppVersion: Sendable, Equatable {
    package let id: AppVersionID
    package let app: AppID
    /// Counts the app's deployments from 1.
    package let number: Int64
    package let manifest: Manifest
    /// ``AppPackage/digest``.
    package let digest: String
    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64

    package init(id: AppVersionID, app: AppID, number: Int64, manifest: Manifest, digest: String, createdAt: Int64) {
        self.id = id
        self.app = app
        self.number = number
        self.manifest = manifest
        self.digest = digest
        self.createdAt = createdAt
    }

    /// The developer's own version, such as `1.0.0`.
    package var version: String { manifest.version }
}
