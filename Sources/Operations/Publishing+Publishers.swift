package import Apps
import Bridge
import Database
import Messaging
package import Model

/// Publishers, their people and their keys.
extension Publishing {
    package struct Known: Sendable {
        package let publisher: Publisher
        package let members: [(account: Account, role: Publisher.Role)]
        package let keys: [Publisher.Key]
    }

    /// - Parameters:
    ///   - owner: nil for one that only the operator acts for.
    ///   - key: what signs its packages, if it has one already.
    package func found(_ name: String, title: String, owner: Account?, key: PublisherKey?, by actor: Actor) async throws {
        try await database.write { [messaging, audit] tx in
            let now = messaging.clock.now()
            let publisher = try Publishers.create(
                name: name, title: title, owner: owner?.id, id: messaging.ids.next(), now: now, in: tx)
            if let key {
                _ = try Publishers.add(key, to: publisher, by: actor.name, isAdmitted: true, now: now, in: tx)
            }
            let details = [publisher.name, owner.map { "owned by \($0.name)" }, key.map { "with the key \($0)" }]
            try audit.append(
                Audit.Entry(.publisherFounded, by: actor.name, details.compactMap { $0 }.joined(separator: ", ")), now: now,
                in: tx)
        }
    }

    /// By an owner, whose later keys wait for an operator; or by an operator.
    package func add(_ key: PublisherKey, to name: String, by actor: Actor) async throws {
        try await change(name, .keyAdded, key.description, by: actor) { publisher, now, tx in
            _ = try Publishers.add(
                key, to: publisher, by: actor.name, isAdmitted: actor.isOperator, now: now, in: tx)
        }
    }

    /// An owner revokes; an operator admits too.
    package func set(_ key: PublisherKey, to state: Publisher.KeyState, of name: String, by actor: Actor) async throws {
        if state != .revoked { try actor.requireOperator() }
        try await change(name, state == .revoked ? .keyRevoked : .keyAdmitted, key.description, by: actor) { publisher, _, tx in
            try Publishers.set(key, to: state, of: publisher, in: tx)
        }
    }

    private func change(
        _ name: String, _ kind: Audit.Kind, _ details: String, by actor: Actor,
        _ body: @escaping @Sendable (Publisher, Int64, Transaction) throws -> Void
    ) async throws {
        try await database.write { [messaging, audit] tx in
            let publisher =
                if case .person(let account) = actor {
                    try Publishers.require(account.id, atLeast: .owner, in: name, tx)
                } else {
                    try Publishers.require(name, in: tx)
                }
            let now = messaging.clock.now()
            try body(publisher, now, tx)
            try audit.append(Audit.Entry(kind, by: actor.name, "\(publisher.name): \(details)"), now: now, in: tx)
        }
    }

    /// All there are, by name.
    package func publishers() async throws -> [Known] {
        try await database.read { [messaging] tx in
            try Publishers.all(in: tx).map { publisher in
                let members = try Publishers.members(of: publisher, in: tx).compactMap { member in
                    try messaging.account(member.person, in: tx).map { ($0, member.role) }
                }
                return Known(publisher: publisher, members: members, keys: try Publishers.keys(of: publisher, in: tx))
            }
        }
    }
}
