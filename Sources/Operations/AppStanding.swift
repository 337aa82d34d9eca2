package import Apps
package import Database

/// An app as those see it who answer for it: whether people can use it, in which version, and why not.
package struct AppStanding: Sendable {
    package let app: App
    /// What people have; nil when no version was ever live.
    package let version: String?
    /// The version that some of the chats have, and how many of 100.
    package let candidate: (version: String, percent: Int)?
    /// The one that holds now.
    package let takedown: Takedown?

    package init(_ app: App, in tx: ReadTransaction) throws {
        self.app = app
        let rollout = try AppStore.rollout(of: app.account, in: tx)
        version = rollout?.active == nil ? nil : app.active.version
        candidate = try rollout?.candidate.flatMap { candidate in
            try AppStore.version(candidate.version, in: tx).map { ($0.version, candidate.percent) }
        }
        takedown = try Takedowns.last(of: app.id, in: tx)
    }
}
