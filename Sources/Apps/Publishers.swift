package import Database
package import Model

/// Who sends apps in: an organisation with people in it and the keys that sign its packages.
package struct Publisher: Sendable, Equatable {
    /// What a person may do for their publisher.
    package enum Role: String, Sendable, CaseIterable {
        /// Also decides who belongs to it and which keys sign.
        case owner
        /// Sends packages in, withdraws them, answers a takedown.
        case developer
    }

    package enum KeyState: String, Sendable {
        /// An operator has not admitted it yet.
        case waiting
        case active
        /// Signs nothing any more, and never will again.
        case revoked
    }

    package struct Member: Sendable, Equatable {
        package let person: AccountID
        package let role: Role
    }

    package struct Key: Sendable, Equatable {
        package let key: PublisherKey
        package let state: KeyState
        package let addedBy: String
        /// Milliseconds since 1970 UTC.
        package let addedAt: Int64
    }

    package let id: Int64
    /// Like an account's name, but of another list. Never changes: packages are signed for it.
    package let name: String
    /// 1 to 64 characters, for people to read.
    package let title: String
    /// The operator has checked who that is.
    package let isVerified: Bool
}

/// The tables of publishers. Every function takes the transaction it is part of and opens none.
package enum Publishers {
    /// Keys of one publisher that are not revoked.
    private static let maxKeys = 10
    private static let maxMembers = 200
    /// Publishers that one person can found.
    private static let maxFounded = 5

    /// - Parameter owner: nil for one that has no people here: its packages come by the operator's hand.
    /// - Throws: ``StoaError/Code/nameTaken``, ``StoaError/Code/badRequest``, ``StoaError/Code/quotaExceeded``.
    package static func create(
        name: String, title: String, owner: AccountID?, id: Int64, now: Int64, in tx: Transaction
    ) throws -> Publisher {
        try Account.checkName(name)
        guard title.isLine(upTo: 64) else {
            throw StoaError(.badRequest, "A publisher's title has 1 to 64 characters, \(ShownText.rule).")
        }
        guard !Account.isReserved(name), try publisher(named: name, in: tx) == nil else {
            throw StoaError(.nameTaken, "The publisher's name \(name) is taken. Choose another.")
        }
        if let owner, try roles(of: owner, in: tx).count(where: { $0.role == .owner }) >= maxFounded {
            throw StoaError(.quotaExceeded, "A person can own \(maxFounded) publishers at most.")
        }
        try tx.execute(
            "INSERT INTO publishers (id, name, name_key, title, created_at) VALUES (?, ?, ?, ?, ?)",
            .int(id), .text(name), .text(name.lowercased()), .text(title), .int(now))
        if let owner { try put(owner, as: .owner, in: id, now: now, tx) }
        return Publisher(id: id, name: name, title: title, isVerified: false)
    }

    package static func publisher(named name: String, in tx: ReadTransaction) throws -> Publisher? {
        try tx.first(
            "SELECT id, name, title, verified FROM publishers WHERE name_key = ?", .text(name.lowercased()),
            row: { try Publisher(row: $0) })
    }

    /// - Throws: ``StoaError/Code/notFound``.
    package static func require(_ name: String, in tx: ReadTransaction) throws -> Publisher {
        guard let publisher = try publisher(named: name, in: tx) else {
            throw StoaError(.notFound, "No publisher is named \(name.prefix(64)). Check the spelling, or found it.")
        }
        return publisher
    }

    package static func all(in tx: ReadTransaction) throws -> [Publisher] {
        try tx.query("SELECT id, name, title, verified FROM publishers ORDER BY name_key", row: { try Publisher(row: $0) })
    }

    package static func setVerified(_ name: String, _ isVerified: Bool, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE publishers SET verified = ? WHERE id = ?", .int(isVerified ? 1 : 0), .int(try require(name, in: tx).id))
    }
}

// MARK: People

extension Publishers {
    package static func members(of publisher: Publisher, in tx: ReadTransaction) throws -> [Publisher.Member] {
        try tx.query(
            "SELECT person_id, role FROM publisher_members WHERE publisher_id = ? ORDER BY added_at, person_id",
            .int(publisher.id)
        ) { .init(person: AccountID(try $0.int(0)), role: Publisher.Role(rawValue: try $0.text(1)) ?? .developer) }
    }

    /// The publishers that a person belongs to.
    package static func roles(
        of person: AccountID, in tx: ReadTransaction
    ) throws -> [(publisher: Publisher, role: Publisher.Role)] {
        try tx.query(
            """
            SELECT p.id, p.name, p.title, p.verified, m.role
            FROM publisher_members m JOIN publishers p ON p.id = m.publisher_id WHERE m.person_id = ? ORDER BY p.name_key
            """, .int(person.value)
        ) { (try Publisher(row: $0), Publisher.Role(rawValue: try $0.text(4)) ?? .developer) }
    }

    /// - Throws: ``StoaError/Code/notFound`` for who does not belong to it, as for a publisher that does not exist;
    ///   ``StoaError/Code/forbidden`` for who belongs to it with less than this role.
    package static func require(
        _ person: AccountID, atLeast role: Publisher.Role, in name: String, _ tx: ReadTransaction
    ) throws -> Publisher {
        guard let publisher = try publisher(named: name, in: tx),
            let member = try members(of: publisher, in: tx).first(where: { $0.person == person })
        else { throw StoaError(.notFound, "You belong to no publisher named \(name.prefix(64)).") }
        guard role == .developer || member.role == .owner else {
            throw StoaError(.forbidden, "Only an owner of \(publisher.name) can do that.")
        }
        return publisher
    }

    /// Adds a person, or gives them another role.
    /// - Throws: ``StoaError/Code/conflict`` when no owner would be left.
    package static func set(
        _ person: AccountID, to role: Publisher.Role, in publisher: Publisher, now: Int64, _ tx: Transaction
    ) throws {
        let members = try members(of: publisher, in: tx)
        guard members.count < maxMembers || members.contains(where: { $0.person == person }) else {
            throw StoaError(.quotaExceeded, "A publisher has \(maxMembers) members at most.")
        }
        if role != .owner { try keepOwner(besides: person, members, publisher) }
        try put(person, as: role, in: publisher.id, now: now, tx)
    }

    /// - Parameter byThemself: who was put into a publisher by others can leave it; its last owner only while it has no apps.
    package static func remove(
        _ person: AccountID, from publisher: Publisher, byThemself: Bool = false, in tx: Transaction
    ) throws {
        let members = try members(of: publisher, in: tx)
        guard members.contains(where: { $0.person == person }) else {
            throw StoaError(.notFound, "They do not belong to \(publisher.name).")
        }
        let hasApps = try tx.first("SELECT 1 FROM apps WHERE publisher = ?", .text(publisher.name)) { _ in true } ?? false
        if !byThemself || hasApps { try keepOwner(besides: person, members, publisher) }
        try tx.execute(
            "DELETE FROM publisher_members WHERE publisher_id = ? AND person_id = ?", .int(publisher.id), .int(person.value))
    }

    private static func keepOwner(besides person: AccountID, _ members: [Publisher.Member], _ publisher: Publisher) throws {
        let owners = members.filter { $0.role == .owner }
        guard owners.isEmpty || owners.contains(where: { $0.person != person }) else {
            throw StoaError(.conflict, "\(publisher.name) would have no owner left. Make somebody else an owner first.")
        }
    }

    private static func put(
        _ person: AccountID, as role: Publisher.Role, in publisher: Int64, now: Int64, _ tx: Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO publisher_members (publisher_id, person_id, role, added_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (publisher_id, person_id) DO UPDATE SET role = excluded.role
            """, .int(publisher), .int(person.value), .text(role.rawValue), .int(now))
    }
}

// MARK: Keys

extension Publishers {
    package static func keys(of publisher: Publisher, in tx: ReadTransaction) throws -> [Publisher.Key] {
        try tx.query(
            "SELECT key, state, added_by, added_at FROM publisher_keys WHERE publisher_id = ? ORDER BY added_at, key",
            .int(publisher.id)
        ) { row in
            guard let key = PublisherKey(try row.text(0)) else {
                throw StoaError(.internal, "A key of \(publisher.name) cannot be read.")
            }
            return .init(
                key: key, state: Publisher.KeyState(rawValue: try row.text(1)) ?? .revoked, addedBy: try row.text(2),
                addedAt: try row.int(3))
        }
    }

    /// The first key of a publisher signs at once; each later one waits for an operator, so that who takes over an owner's
    /// session cannot send in packages as the publisher.
    /// - Parameter isAdmitted: an operator adds it.
    /// - Throws: ``StoaError/Code/conflict`` for a key that any publisher has or has had.
    package static func add(
        _ key: PublisherKey, to publisher: Publisher, by actor: String, isAdmitted: Bool, now: Int64, in tx: Transaction
    ) throws -> Publisher.KeyState {
        let known = try keys(of: publisher, in: tx)
        guard known.count(where: { $0.state != .revoked }) < maxKeys else {
            throw StoaError(.quotaExceeded, "A publisher has \(maxKeys) keys at most. Revoke one.")
        }
        guard try tx.first("SELECT 1 FROM publisher_keys WHERE key = ?", .text(key.description), row: { try $0.int(0) }) == nil
        else {
            throw StoaError(.conflict, "The key \(key) is known already. Make another: \"stoa key new\".")
        }
        let state: Publisher.KeyState = isAdmitted || known.isEmpty ? .active : .waiting
        try tx.execute(
            "INSERT INTO publisher_keys (key, publisher_id, state, added_by, added_at) VALUES (?, ?, ?, ?, ?)",
            .text(key.description), .int(publisher.id), .text(state.rawValue), .text(actor), .int(now))
        return state
    }

    /// An operator admits a key that waits; an owner or an operator revokes one.
    package static func set(
        _ key: PublisherKey, to state: Publisher.KeyState, of publisher: Publisher, in tx: Transaction
    ) throws {
        guard let known = try keys(of: publisher, in: tx).first(where: { $0.key == key }) else {
            throw StoaError(.notFound, "\(publisher.name) has no key \(key).")
        }
        guard known.state != .revoked else { throw StoaError(.conflict, "The key \(key) is revoked, for good.") }
        try tx.execute("UPDATE publisher_keys SET state = ? WHERE key = ?", .text(state.rawValue), .text(key.description))
    }

    /// Whose key it is, and whether it may sign.
    package static func owner(
        of key: PublisherKey, in tx: ReadTransaction
    ) throws -> (publisher: Publisher, state: Publisher.KeyState)? {
        try tx.first(
            """
            SELECT p.id, p.name, p.title, p.verified, k.state
            FROM publisher_keys k JOIN publishers p ON p.id = k.publisher_id WHERE k.key = ?
            """, .text(key.description)
        ) { (try Publisher(row: $0), Publisher.KeyState(rawValue: try $0.text(4)) ?? .revoked) }
    }
}

extension Publisher {
    /// From the columns id, name, title, verified.
    fileprivate init(row: borrowing Row) throws {
        self.init(
            id: try row.int(0), name: try row.text(1), title: try row.text(2), isVerified: try row.int(3) != 0)
    }
}
