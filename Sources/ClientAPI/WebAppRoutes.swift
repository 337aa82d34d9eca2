import Apps
import Bridge
import Crypto
import HTTPServer
import Messaging
import Model
import Operations

/// Web mini-apps: opening them, and what their pages ask the client for in the person's name. The pages have no session.
extension ClientAPI {
    static let webAppRoutes: [Route] = [
        Route(.get, "/v1/apps/keys", .open { api, _ in try api.launchKeys() }),
        Route(.post, "/v1/apps/:name/launch", .user { try await $0.launch($1) }),
        Route(.post, "/v1/apps/:name/data", .user { try await $0.sendWebData($1) }),
        Route(.post, "/v1/apps/:name/requests", .user { try await $0.askForWebApp($1) }),
        Route(.get, "/v1/apps/:name/storage", .user { try await $0.cloudStorage($1) }),
        Route(.put, "/v1/apps/:name/storage/:key", .user { try await $0.setCloudValue($1) }),
        Route(.delete, "/v1/apps/:name/storage/:key", .user { try await $0.removeCloudValue($1) }),
        Route(.get, "/v1/apps/:name/token", .user { try await $0.webAppToken($1, renews: false) }),
        Route(.post, "/v1/apps/:name/token", .user { try await $0.webAppToken($1, renews: true) }),
    ]

    /// With what the signature of launch data is checked.
    private func launchKeys() throws -> HTTPResponse {
        let key = try launches.publicKey()
        return .json { writer in
            writer.openObject()
            writer.field("ed25519", Hex.encode(key))
            writer.closeObject()
        }
    }

    private struct NewLaunch: Decodable {
        let chat: Int64?
        let start_param: String?
    }

    private func launch(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewLaunch.self)
        try messaging.limits.take(request.account, in: nil)
        let launch = try await launches.launch(
            request.request.parameters[0], in: try body.chat.map(Self.chatID), startParameter: body.start_param,
            language: request.language, for: request.account)
        return .json { writer in
            writer.openObject()
            writer.field("url", launch.url)
            writer.field("init_data", launch.initData)
            writer.field("chat", launch.chat.value)
            writer.key("app")
            writer.openObject()
            writer.field("id", launch.app.account.value)
            writer.field("name", launch.app.name)
            writer.field("title", launch.app.active.manifest.title)
            writer.closeObject()
            writer.closeObject()
        }
    }

    private struct WebData: Decodable {
        let chat: Int64?
        let data: String
        let nonce: String
    }

    private func sendWebData(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(WebData.self)
        try messaging.limits.take(request.account, in: nil)
        try await launches.receive(
            body.data, nonce: body.nonce, by: request.request.parameters[0], in: try body.chat.map(Self.chatID),
            from: request.account, language: request.language)
        return .noContent
    }

    private struct WebRequest: Decodable {
        let chat: Int64?
        let request: String
        let nonce: String
    }

    private func askForWebApp(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(WebRequest.self)
        guard let wanted = WebAppAction.Request(rawValue: body.request) else {
            let all = WebAppAction.Request.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoaError(.badRequest, "\"request\" must be one of \(all).")
        }
        try messaging.limits.take(request.account, in: nil)
        try await launches.ask(
            wanted, nonce: body.nonce, by: request.request.parameters[0], in: try body.chat.map(Self.chatID),
            of: request.account, language: request.language)
        return .noContent
    }

    private static func chatID(_ id: Int64) throws(StoaError) -> ChatID {
        guard WireInteger.ids.contains(id) else {
            throw StoaError(.badRequest, "\"chat\" must be an id: a whole number from 1 to 2^53 - 1.")
        }
        return ChatID(id)
    }

    /// The keys; or the values of those that the query names.
    private func cloudStorage(_ request: UserRequest) async throws -> HTTPResponse {
        let name = request.request.parameters[0]
        let wanted = request.request.http.query.filter { $0.name == "key" }.map(\.value)
        if wanted.isEmpty {
            let keys = try await launches.cloudKeys(of: name, for: request.account)
            return .json { writer in
                writer.openObject()
                writer.list("keys", keys) { $0.string($1) }
                writer.closeObject()
            }
        }
        let values = try await launches.cloudValues(wanted, of: name, for: request.account)
        return .json { writer in
            writer.openObject()
            writer.key("values")
            writer.openObject()
            for (key, value) in Dictionary(values.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }).sorted(by: {
                $0.key < $1.key
            }) {
                writer.memberName(key)
                writer.string(value)
            }
            writer.closeObject()
            writer.closeObject()
        }
    }

    private struct NewValue: Decodable {
        let value: String
    }

    private func setCloudValue(_ request: UserRequest) async throws -> HTTPResponse {
        let value = try request.body(NewValue.self).value
        try await change(request, to: value)
        return .noContent
    }

    private func removeCloudValue(_ request: UserRequest) async throws -> HTTPResponse {
        try await change(request, to: nil)
        return .noContent
    }

    private func change(_ request: UserRequest, to value: String?) async throws {
        try messaging.limits.take(request.account, in: nil)
        let parameters = request.request.parameters
        try await launches.setCloudValue(parameters[1], to: value, of: parameters[0], by: request.account)
    }

    /// For the people of the app's publisher.
    private func webAppToken(_ request: UserRequest, renews: Bool) async throws -> HTTPResponse {
        try messaging.limits.take(request.account, in: nil)
        let token = try await launches.token(
            of: request.request.parameters[0], renews: renews, by: .person(request.account))
        return .json { writer in
            writer.openObject()
            writer.field("token", token)
            writer.closeObject()
        }
    }
}
