package import Apps
import Database
import Messaging
package import Model

/// What people see of the publishers that they belong to, and who belongs to them.
extension Publishing {
    private static let releasesShown = 20

    package struct Membership: Sendable {
        package let known: Known
        package let role: Publisher.Role
        package let apps: [(standing: AppStanding, releases: [QueueEntry])]
    }

    /// The publishers that a person belongs to, by name.
    package func memberships(of person: Account) async throws -> [Membership] {
        try await database.read { [messaging] tx in
            try Publishers.roles(of: person.id, in: tx).map { publisher, role in
                let apps = try AppStore.apps(of: publisher.name, in: tx).map { app in
                    let releases = try Releases.all(of: app.id, in: tx).prefix(Self.releasesShown).compactMap {
                        try Self.entry($0, app, in: tx)
                    }
                    return (try AppStanding(app, in: tx), releases)
                }
                return Membership(known: try Self.known(publisher, messaging, in: tx), role: role, apps: apps)
            }
        }
    }

    static func known(_ publisher: Publisher, _ messaging: Messaging, in tx: ReadTransaction) throws -> Known {
        let members = try Publishers.members(of: publisher, in: tx).compactMap { member in
            try messaging.account(member.person, in: tx).map { ($0, member.role) }
        }
        return Known(publisher: publisher, members: members, keys: try Publishers.keys(of: publisher, in: tx))
    }

    /// Adds a person to a publisher, gives them another role, or takes them out of it.
    /// - Parameter role: nil takes them out.
    package func setMember(_ user: String, to role: Publisher.Role?, of name: String, by actor: Actor) async throws {
        // Whoever was put into a publisher may leave it.
        let leaves = role == nil && actor.isPerson(named: user)
        try await change(name, by: actor, atLeast: leaves ? .developer : .owner) { [messaging] publisher, now, tx in
            let account = try messaging.requireAccount(named: user, in: tx)
            guard account.kind == .user else { throw StoaError(.badRequest, "\(account.name) is no user.") }
            if let role {
                try Publishers.set(account.id, to: role, in: publisher, now: now, tx)
            } else {
                try Publishers.remove(account.id, from: publisher, byThemself: leaves, in: tx)
            }
            let details = "\(publisher.name): \(account.name) \(role.map { "is \($0.rawValue)" } ?? "is out")"
            return ((), Audit.Entry(.memberChanged, by: actor.name, person: account.id, details))
        }
    }

    /// An operator says whether they have checked who a publisher is.
    package func setVerified(_ name: String, _ isVerified: Bool, by actor: Actor) async throws {
        try actor.requireOperator()
        try await change(name, by: actor) { publisher, _, tx in
            try Publishers.setVerified(publisher.name, isVerified, in: tx)
            let details = "\(publisher.name) is \(isVerified ? "verified" : "not verified any more")"
            return ((), Audit.Entry(.publisherVerified, by: actor.name, details))
        }
    }

    /// Keys that an operator has to admit or revoke, the oldest first.
    package func waitingKeys(by actor: Actor) async throws -> [(publisher: Publisher, key: Publisher.Key)] {
        try actor.requireOperator()
        return try await database.read { tx in
            try Publishers.all(in: tx).flatMap { publisher in
                try Publishers.keys(of: publisher, in: tx).filter { $0.state == .waiting }.map { (publisher, $0) }
            }.sorted { $0.1.addedAt < $1.1.addedAt }
        }
    }
}
