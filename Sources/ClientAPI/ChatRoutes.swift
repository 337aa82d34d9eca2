import Database
import HTTPServer
import Messaging
import Model

extension ClientAPI {
    static let chatRoutes: [Route] = [
        Route(.get, "/v1/chats", .user { try await $0.listChats($1) }),
        Route(.post, "/v1/chats", bodyLimit: 512 * 1024, .user { try await $0.makeChat($1) }),
        Route(.get, "/v1/chats/:id", .user { try await $0.chat($1) }),
        Route(.patch, "/v1/chats/:id", .user { try await $0.renameChat($1) }),
        Route(.post, "/v1/chats/:id/typing", .user { try await $0.typing($1) }),
        Route(.post, "/v1/chats/:id/read", .user { try await $0.markRead($1) }),
    ]

    private func listChats(_ request: UserRequest) async throws -> HTTPResponse {
        let limit = Int(try request.query("limit", in: 1...100) ?? 50)
        let before = try request.query("cursor", in: WireInteger.ids).map { ChatID($0) }
        let account = request.account.id
        let chats = try await database.read { [messaging] tx in
            try messaging.chats(of: account, before: before, limit: limit + 1, in: tx)
        }
        return .json { writer in
            writer.openObject()
            writer.list("chats", chats.prefix(limit)) { $0.chat($1, for: account) }
            writer.field("next", chats.count > limit ? chats[limit - 1].chat.id.description : nil)
            writer.closeObject()
        }
    }

    private struct NewChat: Decodable {
        enum Kind: String, Decodable { case direct, group }

        let kind: Kind
        let with: String?
        let title: String?
        let members: [String]?
    }

    private func makeChat(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewChat.self)
        let me = request.account
        try messaging.limits.take(me, in: nil)
        let made = try await database.write { [messaging] tx -> (summary: ChatSummary, isNew: Bool) in
            let (chat, isNew) =
                switch body.kind {
                case .direct: try Self.directChat(with: body.with, for: me, messaging: messaging, in: tx)
                case .group: (try Self.group(body, for: me, messaging: messaging, in: tx), true)
                }
            return (try messaging.summary(of: chat.id, for: me.id, in: tx), isNew)
        }
        return .json(made.isNew ? 201 : 200) { $0.chat(made.summary, for: me.id) }
    }

    private static func directChat(
        with name: String?, for me: Account, messaging: Messaging, in tx: Transaction
    ) throws -> (Chat, Bool) {
        guard let name else { throw StoaError(.badRequest, "The field with is missing. Name the other account.") }
        let other = try reachable(name, messaging, in: tx)
        let direct = try messaging.directChat(me, with: other, in: tx)
        return (direct.chat, direct.made)
    }

    private static func group(
        _ body: NewChat, for me: Account, messaging: Messaging, in tx: Transaction
    ) throws -> Chat {
        guard let title = body.title else { throw StoaError(.badRequest, "The field title is missing.") }
        let names = body.members ?? []
        guard names.count < Messaging.maxMembers else {
            throw StoaError(.tooLarge, "A group has at most \(Messaging.maxMembers) members.")
        }
        let members = try names.map { try reachable($0, messaging, in: tx) }
        return try messaging.createGroup(title: title, owner: me, members: members, in: tx)
    }

    private func chat(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let account = request.account.id
        let summary = try await database.read { [messaging] tx in
            try messaging.summary(of: chat, for: account, in: tx)
        }
        return .json { $0.chat(summary, for: account) }
    }

    private struct Title: Decodable {
        let title: String
    }

    private func renameChat(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let title = try request.body(Title.self).title
        let me = request.account
        try messaging.limits.take(me, in: nil)
        let summary = try await database.write { [messaging] tx in
            try messaging.rename(chat, to: title, by: me, in: tx)
            return try messaging.summary(of: chat, for: me.id, in: tx)
        }
        return .json { $0.chat(summary, for: me.id) }
    }

    private func typing(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let me = request.account
        let users = try await database.read { [messaging] tx in
            try Self.audience(of: chat, for: me, messaging: messaging, in: tx)
        }
        if typing.passes(me.id, in: chat) { messaging.tellNow(.typing(chat: chat, account: me.id), to: users) }
        return .noContent
    }

    /// The other users of a chat: who is told what `account` does there in passing.
    static func audience(
        of chat: ChatID, for account: Account, messaging: Messaging, in tx: ReadTransaction
    ) throws -> [AccountID] {
        _ = try messaging.membership(of: account.id, in: chat, tx: tx)
        return try messaging.userIDs(of: chat, in: tx).filter { $0 != account.id }
    }

    private struct ReadMarker: Decodable {
        let upTo: WireID

        private enum CodingKeys: String, CodingKey { case upTo = "up_to" }
    }

    private func markRead(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let upTo = MessageID(try request.body(ReadMarker.self).upTo.value)
        let me = request.account
        try messaging.limits.take(me, in: nil)
        try await database.write { [messaging] tx in try messaging.markRead(chat, upTo: upTo, by: me, in: tx) }
        return .noContent
    }
}
