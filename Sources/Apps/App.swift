package import Model

/// What is deployed under a name: a bot's or a mini-app's versions, one of which is active.
package struct App: Sendable, Equatable {
    package enum State: String, Sendable {
        /// People can use it.
        case live
        /// No version of it has been admitted yet.
        case unreleased
        /// A version that an operator tries before it is admitted, under an account of its own: nobody else reaches it.
        case trial
        /// The operator stopped it.
        case takenDown = "taken_down"
    }

    package let id: AppID
    package let name: String
    /// The bot's account.
    package let account: AccountID
    /// Whose it is. Apps of two publishers never share a sandbox worker.
    package let publisher: String
    /// What new conversations run; of an app that has never been live, the version sent in last.
    package let active: AppVersion
    package let state: State
    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64

    package init(
        id: AppID, name: String, account: AccountID, publisher: String, active: AppVersion, state: State = .live,
        createdAt: Int64
    ) {
        self.id = id
        self.name = name
        self.account = account
        self.publisher = publisher
        self.active = active
        self.state = state
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
