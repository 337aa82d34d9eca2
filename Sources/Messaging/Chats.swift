package import Database
package import Model

extension Messaging {
    /// Members a group may have.
    package static let maxMembers = 10_000

    /// The direct chat of two accounts: made once, returned after.
    /// - Returns: the chat, and whether it was made now.
    package func directChat(
        _ one: Account, with other: Account, in tx: Transaction
    ) throws -> (chat: Chat, made: Bool) {
        guard one.id != other.id else {
            throw StoaError(.badRequest, "A direct chat needs somebody else. Name another account.")
        }
        let key = "\(min(one.id, other.id)):\(max(one.id, other.id))"
        let known = try tx.first("SELECT id FROM chats WHERE direct_key = ?", .text(key)) { ChatID(try $0.int(0)) }
        if let known { return (Chat(id: known, kind: .direct, title: ""), false) }
        let chat = Chat(id: ChatID(ids.next()), kind: .direct, title: "")
        try insert(chat, directKey: key, by: one, in: tx)
        try insertMember(one.id, role: .member, of: chat.id, in: tx)
        try insertMember(other.id, role: .member, of: chat.id, in: tx)
        try log(.chatNew(chat.id), to: [one, other].filter { $0.kind == .user }.map(\.id), in: tx)
        return (chat, true)
    }

    /// The direct chat of two accounts, if they have one.
    package func knownDirectChat(_ one: AccountID, with other: AccountID, in tx: ReadTransaction) throws -> ChatID? {
        let key = "\(min(one, other)):\(max(one, other))"
        return try tx.first("SELECT id FROM chats WHERE direct_key = ?", .text(key)) { ChatID(try $0.int(0)) }
    }

    /// A group that `owner` opens with the others in it.
    /// - Throws: ``StoaError/Code/badRequest`` for a title that is blank or over 128 characters.
    package func createGroup(title: String, owner: Account, members: [Account], in tx: Transaction) throws -> Chat {
        try Self.checkTitle(title)
        guard members.count < Self.maxMembers else {
            throw StoaError(.tooLarge, "A group has at most \(Self.maxMembers) members.")
        }
        let chat = Chat(id: ChatID(ids.next()), kind: .group, title: title)
        try insert(chat, directKey: nil, by: owner, in: tx)
        try insertMember(owner.id, role: .owner, of: chat.id, in: tx)
        var seen: Set<AccountID> = [owner.id]
        for member in members where seen.insert(member.id).inserted {
            try insertMember(member.id, role: .member, of: chat.id, in: tx)
        }
        try log(.chatNew(chat.id), to: try userIDs(of: chat.id, in: tx), in: tx)
        for member in members where member.kind == .bot {
            try tellBots(of: chat, .memberJoined, about: member, by: owner, in: tx)
        }
        return chat
    }

    /// - Throws: ``StoaError/Code/forbidden`` unless `actor` is an admin or the owner.
    package func rename(_ chat: ChatID, to title: String, by actor: Account, in tx: Transaction) throws {
        try Self.checkTitle(title)
        try requireGroupAdmin(actor, of: chat, in: tx)
        try tx.execute("UPDATE chats SET title = ? WHERE id = ?", .text(title), .int(chat.value))
        try log(.chatUpdated(chat), to: try userIDs(of: chat, in: tx), in: tx)
    }

    /// Adding somebody who is in already changes nothing. Any member may add.
    package func add(_ account: Account, to chat: ChatID, by actor: Account, in tx: Transaction) throws {
        let membership = try membership(of: actor.id, in: chat, tx: tx)
        guard membership.chat.kind == .group else {
            throw StoaError(.badRequest, "Members can be added to groups only. Create a group.")
        }
        let before = try recipients(of: chat, in: tx)
        guard !before.contains(where: { $0.id == account.id }) else { return }
        guard before.count < Self.maxMembers else {
            throw StoaError(.tooLarge, "A group has at most \(Self.maxMembers) members.")
        }
        try insertMember(account.id, role: .member, of: chat, in: tx)
        try log(
            .memberJoined(chat: chat, account: account.id),
            to: before.filter { $0.kind == .user }.map(\.id), in: tx)
        if account.kind == .user { try log(.chatNew(chat), to: [account.id], in: tx) }
        try tellBots(of: membership.chat, .memberJoined, about: account, by: actor, in: tx)
    }

    /// Takes somebody out, or lets `actor` leave. Admins take out members, the owner takes out anybody.
    package func remove(_ account: Account, from chat: ChatID, by actor: Account, in tx: Transaction) throws {
        let actorMembership = try membership(of: actor.id, in: chat, tx: tx)
        guard actorMembership.chat.kind == .group else {
            throw StoaError(.badRequest, "Nobody can be removed from a direct chat.")
        }
        let target = try membership(of: account.id, in: chat, tx: tx)
        guard account.id == actor.id || actorMembership.role > target.role else {
            throw StoaError(.forbidden, "Only an admin can remove members, and only the owner can remove an admin.")
        }
        let users = try userIDs(of: chat, in: tx)
        try tellBots(of: actorMembership.chat, .memberLeft, about: account, by: actor, in: tx)
        try tx.execute(
            "DELETE FROM members WHERE chat_id = ? AND account_id = ?", .int(chat.value), .int(account.id.value))
        try log(.memberLeft(chat: chat, account: account.id), to: users, in: tx)
        if target.role == .owner { try passOwnership(of: chat, in: tx) }
        if account.kind == .bot { try setHearing(account.id, false, in: chat, until: nil, tx: tx) }
    }

    /// - Throws: ``StoaError/Code/forbidden`` unless `actor` is the owner.
    package func setRole(
        _ role: Chat.Role, of account: Account, in chat: ChatID, by actor: Account, tx: Transaction
    ) throws {
        let actorMembership = try membership(of: actor.id, in: chat, tx: tx)
        _ = try membership(of: account.id, in: chat, tx: tx)
        guard actorMembership.role == .owner, role != .owner, account.id != actor.id else {
            throw StoaError(.forbidden, "Only the owner can make a member an admin, or an admin a member.")
        }
        try tx.execute(
            "UPDATE members SET role = ? WHERE chat_id = ? AND account_id = ?",
            .int(role.rawValue), .int(chat.value), .int(account.id.value))
        try log(.chatUpdated(chat), to: try userIDs(of: chat, in: tx), in: tx)
    }

    /// A group is never without an owner while a user is in it: the highest in role, then the longest in, follows.
    private func passOwnership(of chat: ChatID, in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE members SET role = 2 WHERE chat_id = ?1 AND account_id =
              (SELECT m.account_id FROM members m JOIN accounts a ON a.id = m.account_id
               WHERE m.chat_id = ?1 AND a.kind = 0 ORDER BY m.role DESC, m.joined_at, m.account_id LIMIT 1)
            """,
            .int(chat.value))
        try log(.chatUpdated(chat), to: try userIDs(of: chat, in: tx), in: tx)
    }

    private func requireGroupAdmin(_ actor: Account, of chat: ChatID, in tx: Transaction) throws {
        let membership = try membership(of: actor.id, in: chat, tx: tx)
        guard membership.chat.kind == .group, membership.role >= .admin else {
            throw StoaError(.forbidden, "Only an admin of the group can do that.")
        }
    }

    private static func checkTitle(_ title: String) throws {
        guard title.isLine(upTo: 128) else {
            throw StoaError(
                .badRequest, "The title must have 1 to 128 characters, not all blank and without control characters.")
        }
    }

    private func insert(_ chat: Chat, directKey: String?, by creator: Account, in tx: Transaction) throws {
        try tx.execute(
            "INSERT INTO chats (id, kind, title, direct_key, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            .int(chat.id.value), .int(chat.kind.rawValue), .text(chat.title), .optional(directKey),
            .int(creator.id.value), .int(clock.now()))
    }

    private func insertMember(_ account: AccountID, role: Chat.Role, of chat: ChatID, in tx: Transaction) throws {
        try tx.execute(
            "INSERT INTO members (chat_id, account_id, role, joined_at) VALUES (?, ?, ?, ?)",
            .int(chat.value), .int(account.value), .int(role.rawValue), .int(clock.now()))
    }
}
