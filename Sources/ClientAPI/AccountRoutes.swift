import Crypto
import Database
import HTTPServer
import Identity
import Messaging
import Model

extension ClientAPI {
    static let accountRoutes: [Route] = [
        Route(.post, "/v1/accounts", .open { try await $0.register($1) }),
        Route(.get, "/v1/accounts/:name", .user { try await $0.account($1) }),
        Route(.get, "/v1/bots", .user { api, _ in api.listBots() }),
    ]

    private struct Registration: Decodable {
        let name: String
        let password: String
        let display: String?
    }

    private static let passwordBytes = 8...1024

    /// - Throws: ``StoaError/Code/badRequest``.
    static func checkNewPassword(_ password: String) throws {
        guard passwordBytes.contains(password.utf8.count) else {
            throw StoaError(.badRequest, "The password must have 8 to 1024 bytes.")
        }
    }

    private func register(_ request: APIRequest) async throws -> HTTPResponse {
        guard openRegistration else {
            throw StoaError(.forbidden, "Accounts are made by the operator of this server. Ask for one.")
        }
        let body = try request.body(Registration.self)
        try Account.checkName(body.name)
        try Self.checkNewPassword(body.password)
        let hash = try await passwords.run { try Password.hash(body.password) }
        let (account, token) = try await database.write { [messaging, sessions] tx in
            let account = try messaging.createAccount(
                .user, name: body.name, display: body.display ?? body.name, in: tx)
            try sessions.setPassword(hash: hash, of: account.id, in: tx)
            return (account, try sessions.open(for: account.id, in: tx).token)
        }
        return Self.signedIn(account, token)
    }

    private func account(_ request: UserRequest) async throws -> HTTPResponse {
        let name = request.request.parameters[0]
        let account = try await database.read { [messaging] tx in try messaging.requireAccount(named: name, in: tx) }
        return .json { $0.user(account) }
    }

    private func listBots() -> HTTPResponse {
        .json { writer in
            writer.openObject()
            writer.list("bots", bots()) { $0.bot($1) }
            writer.closeObject()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func bot(_ bot: BotListing) {
        openObject()
        userMembers(bot.account)
        field("description", bot.description)
        field("miniapp", bot.isMiniApp)
        field("web", bot.isWeb)
        list("commands", bot.commands) { writer, command in
            writer.openObject()
            writer.field("name", command.name)
            writer.field("description", command.description)
            writer.closeObject()
        }
        closeObject()
    }
}
