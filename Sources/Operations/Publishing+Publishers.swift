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
    /// - Returns: whether it signs at once.
    @discardableResult
    package func add(_ key: PublisherKey, to name: String, by actor: Actor) async throws -> Publisher.KeyState {
        try await change(name, by: actor) { publisher, now, tx in
            let state = try Publishers.add(
                key, to: publisher, by: actor.name, isAdmitted: actor.isOperator, now: now, in: tx)
            return (state, Audit.Entry(.keyAdded, by: actor.name, "\(publisher.name): \(key), \(state.rawValue)"))
        }
    }

    /// An owner revokes; an operator admits too.
    package func set(_ key: PublisherKey, to state: Publisher.KeyState, of name: String, by actor: Actor) async throws {
        if state != .revoked { try actor.requireOperator() }
        try await change(name, by: actor) { publisher, _, tx in
            try Publishers.set(key, to: state, of: publisher, in: tx)
            let kind: Audit.Kind = state == .revoked ? .keyRevoked : .keyAdmitted
            return ((), Audit.Entry(kind, by: actor.name, "\(publisher.name): \(key)"))
        }
    }

    /// By an owner of the publisher, or an operator. The entry that the body gives is part of the change.
    func change<T: Sendable>(
        _ name: String, by actor: Actor, atLeast role: Publisher.Role = .owner,
        _ body: @escaping @Sendable (Publisher, Int64, Transaction) throws -> (T, Audit.Entry)
    ) async throws -> T {
        try await database.write { [messaging, audit] tx in
            try Self.requireMember(of: name, by: actor, atLeast: role, in: tx)
            let publisher = try Publishers.require(name, in: tx)
            let now = messaging.clock.now()
            let (result, entry) = try body(publisher, now, tx)
            try audit.append(entry, now: now, in: tx)
            return result
        }
    }

    /// All there are, by name, for operators.
    package func publishers(by actor: Actor) async throws -> [Known] {
        try actor.requireOperator()
        return try await database.read { [messaging] tx in
            try Publishers.all(in: tx).map { try Self.known($0, messaging, in: tx) }
        }
    }
}
