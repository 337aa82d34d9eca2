import Database
import HTTPServer
import Messaging
import Model

extension ClientAPI {
    private static let messageBody = 512 * 1024

    static let messageRoutes: [Route] = [
        Route(.get, "/v1/chats/:id/messages", .user { try await $0.history($1) }),
        Route(.post, "/v1/chats/:id/messages", bodyLimit: messageBody, .user { try await $0.postMessage($1) }),
        Route(.get, "/v1/chats/:id/messages/:id", .user { try await $0.message($1) }),
        Route(.patch, "/v1/chats/:id/messages/:id", bodyLimit: messageBody, .user { try await $0.editMessage($1) }),
        Route(.delete, "/v1/chats/:id/messages/:id", .user { try await $0.deleteMessage($1) }),
        Route(.post, "/v1/chats/:id/messages/:id/press", .user { try await $0.pressButton($1) }),
    ]

    private func history(_ request: UserRequest) async throws -> HTTPResponse {
        let chat = try request.chat()
        let before = try request.query("before", in: WireInteger.ids).map { MessageID($0) }
        let limit = Int(try request.query("limit", in: 1...200) ?? 50)
        let account = request.account.id
        let messages = try await database.read { [messaging] tx in
            try messaging.history(of: chat, for: account, before: before, limit: limit, in: tx)
        }
        return .json { writer in
            writer.openObject()
            writer.list("messages", messages) { $0.message($1, for: account) }
            writer.closeObject()
        }
    }

    private struct NewMessage: Decodable {
        struct Attached: Decodable {
            let file: WireID
        }

        let text: String?
        let entities: [Entity]?
        let attachments: [Attached]?
        let replyTo: WireID?
        let nonce: String?

        private enum CodingKeys: String, CodingKey {
            case text, entities, attachments, nonce
            case replyTo = "reply_to"
        }

        /// What the attachments are, beyond their ids, the router looks up.
        var content: MessageContent {
            MessageContent(
                text: text ?? "", entities: entities ?? [],
                attachments: (attachments ?? []).map {
                    Attachment(
                        type: .file, file: FileID($0.file.value), name: "", size: 0, mime: "", width: nil, height: nil)
                })
        }
    }

    private func postMessage(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewMessage.self)
        let me = request.account
        let draft = Draft(
            chat: try request.chat(), content: body.content, replyTo: body.replyTo.map { MessageID($0.value) },
            nonce: body.nonce)
        try messaging.limits.take(me, in: nil)
        let posted = try await database.write { [messaging] tx in try messaging.post(draft, from: me, in: tx) }
        return .json(posted.isNew ? 201 : 200) { $0.message(posted.message, for: me.id) }
    }

    private func message(_ request: UserRequest) async throws -> HTTPResponse {
        let (chat, id, account) = (try request.chat(), try request.message(), request.account.id)
        let message = try await database.read { [messaging] tx in
            _ = try messaging.membership(of: account, in: chat, tx: tx)
            return try messaging.requireMessage(id, in: chat, tx: tx)
        }
        return .json { $0.message(message, for: account) }
    }

    private struct Edit: Decodable {
        let text: String
        let entities: [Entity]?
    }

    private func editMessage(_ request: UserRequest) async throws -> HTTPResponse {
        let (chat, id, me) = (try request.chat(), try request.message(), request.account)
        let body = try request.body(Edit.self)
        try messaging.limits.take(me, in: nil)
        let message = try await database.write { [messaging] tx in
            try messaging.edit(
                id, in: chat, to: MessageContent(text: body.text, entities: body.entities ?? []), by: me, tx: tx)
        }
        return .json { $0.message(message, for: me.id) }
    }

    private func deleteMessage(_ request: UserRequest) async throws -> HTTPResponse {
        let (chat, id, me) = (try request.chat(), try request.message(), request.account)
        try messaging.limits.take(me, in: nil)
        try await database.write { [messaging] tx in try messaging.delete(id, in: chat, by: me, tx: tx) }
        return .noContent
    }

    private struct Pressed: Decodable {
        let button: String
    }

    private func pressButton(_ request: UserRequest) async throws -> HTTPResponse {
        let (chat, id, me) = (try request.chat(), try request.message(), request.account)
        let button = try request.body(Pressed.self).button
        try messaging.limits.take(me, in: nil)
        let press = try await database.write { [messaging] tx in
            try messaging.press(button: button, of: id, in: chat, by: me, tx: tx)
        }
        return .json { writer in
            writer.openObject()
            writer.field("press", press)
            writer.closeObject()
        }
    }
}
