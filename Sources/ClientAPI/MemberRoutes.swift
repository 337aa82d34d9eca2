import Apps
import Bridge
import Database
import HTTPServer
import Messaging
import Model

extension ClientAPI {
    static let memberRoutes: [Route] = [
        Route(.get, "/v1/chats/:id/members", .user { try await $0.listMembers($1) }),
        Route(.post, "/v1/chats/:id/members", .user { try await $0.addMember($1) }),
        Route(.patch, "/v1/chats/:id/members/:account", .user { try await $0.changeRole($1) }),
        Route(.delete, "/v1/chats/:id/members/:account", .user { try await $0.removeMember($1) }),
    ]

    private func listMembers(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let account = request.account.id
        let members = try await database.read { [messaging] tx in
            _ = try messaging.membership(of: account, in: chat, tx: tx)
            return try messaging.members(of: chat, in: tx)
        }
        return .json { writer in
            writer.openObject()
            writer.list("members", members) { $0.member($1.account, role: $1.role) }
            writer.closeObject()
        }
    }

    private struct NewMember: Decodable {
        let name: String
    }

    private func addMember(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let name = try request.body(NewMember.self).name
        let me = request.account
        try messaging.limits.take(me, in: nil)
        let added = try await database.write { [messaging] tx -> (account: Account, role: Chat.Role, isNew: Bool) in
            // Who is no member learns nothing about who exists.
            _ = try messaging.membership(of: me.id, in: chat, tx: tx)
            let account = try Self.reachable(name, messaging, in: tx)
            let wasIn = try messaging.isMember(account.id, of: chat, in: tx)
            try messaging.add(account, to: chat, by: me, in: tx)
            return (account, try messaging.membership(of: account.id, in: chat, tx: tx).role, !wasIn)
        }
        return .json(added.isNew ? 201 : 200) { $0.member(added.account, role: added.role) }
    }

    private struct NewRole: Decodable {
        let role: String
    }

    private func changeRole(_ request: UserRequest) async throws -> HTTPResponse {
        let (chat, member, me) = (try request.chat(), try request.member(), request.account)
        let role = Chat.Role(name: try request.body(NewRole.self).role)
        guard let role, role != .owner else {
            throw StoaError(.badRequest, "The field role must be \"member\" or \"admin\".")
        }
        try messaging.limits.take(me, in: nil)
        let account = try await database.write { [messaging, consents] tx in
            let account = try Self.account(member, of: chat, for: me, messaging: messaging, in: tx)
            try messaging.setRole(role, of: account, in: chat, by: me, tx: tx)
            if role < .admin { try consents.gaveUp(chat, account, in: tx) }
            return account
        }
        return .json { $0.member(account, role: role) }
    }

    private func removeMember(_ request: UserRequest) async throws -> HTTPResponse {
        let (chat, member, me) = (try request.chat(), try request.member(), request.account)
        try messaging.limits.take(me, in: nil)
        try await database.write { [messaging, consents] tx in
            let account = try Self.account(member, of: chat, for: me, messaging: messaging, in: tx)
            try messaging.remove(account, from: chat, by: me, in: tx)
            try consents.gaveUp(chat, account, in: tx)
        }
        return .noContent
    }

    /// - Throws: ``StoaError/Code/chatNotFound`` to who is no member, ``StoaError/Code/accountNotFound``.
    private static func account(
        _ id: AccountID, of chat: ChatID, for me: Account, messaging: Messaging, in tx: ReadTransaction
    ) throws -> Account {
        _ = try messaging.membership(of: me.id, in: chat, tx: tx)
        guard try messaging.isMember(id, of: chat, in: tx), let account = try messaging.account(id, in: tx) else {
            throw StoaError(.accountNotFound, "The account \(id) is not a member of the chat \(chat).")
        }
        return account
    }
}

extension ClientAPI {
    /// An account that can be talked to: an app that nobody has admitted is not there for people, and one that was taken down
    /// begins no new chats.
    /// - Throws: ``StoaError/Code/accountNotFound``, ``StoaError/Code/forbidden``.
    static func reachable(_ name: String, _ messaging: Messaging, in tx: ReadTransaction) throws -> Account {
        let account = try messaging.requireAccount(named: name, in: tx)
        guard account.kind == .bot, let app = try AppStore.app(account: account.id, in: tx) else { return account }
        switch app.state {
        case .live: return account
        case .takenDown: throw StoaError(.forbidden, "The app \(app.name) was taken down by the operator.")
        case .unreleased, .trial:
            throw StoaError(.accountNotFound, "No account is named \(name.prefix(64)). Check the spelling.")
        }
    }
}
