package import Apps
package import Bridge
import Crypto
package import Database
import Foundation
package import Messaging
package import Model
import Permissions
import Runtime
import Sandbox

/// Opens web mini-apps for people, and gives the apps what their pages ask for in the person's name.
package struct WebLaunches: Sendable {
    /// The name under which an app's token lies among its secrets.
    package static let tokenName = "WEB_APP_TOKEN"

    let database: Database
    let messaging: Messaging
    private let secrets: Secrets
    private let audit: Audit
    private let key: [UInt8]
    private let currentOrigins: @Sendable () -> AppOrigins?

    /// - Parameters:
    ///   - key: the 32 bytes of the private key that signs launch data.
    ///   - origins: nil while the server has no place for web mini-apps.
    package init(
        database: Database, messaging: Messaging, secrets: Secrets, audit: Audit, key: [UInt8],
        origins: @escaping @Sendable () -> AppOrigins?
    ) {
        self.database = database
        self.messaging = messaging
        self.secrets = secrets
        self.audit = audit
        self.key = key
        currentOrigins = origins
    }

    package var origins: AppOrigins? { currentOrigins() }

    /// With what launch data is checked by who has no token: 32 bytes.
    /// - Throws: ``StoaError/Code/internal`` when the server's key is none.
    package func publicKey() throws(StoaError) -> [UInt8] {
        guard let signer = Ed25519.PrivateKey(seed: key) else {
            throw StoaError(.internal, "The key of the launch data cannot be read.")
        }
        return signer.publicKey
    }

    package struct Launch: Sendable {
        package let app: App
        package let chat: ChatID
        /// The page to be framed. Launch data belongs into its fragment.
        package let url: String
        package let initData: String
    }

    /// - Parameter chat: nil for the person's direct chat with the app, which is made when there is none.
    /// - Throws: ``StoaError``: `appNotFound`, `appStopped`, `chatNotFound`, `badRequest` for a start parameter of other
    ///   characters, `unavailable` where the server has no domain for apps.
    package func launch(
        _ name: String, in chat: ChatID?, startParameter: String?, language: Language, for person: Account
    ) async throws -> Launch {
        if let startParameter, !Self.isStartParameter(startParameter) {
            throw StoaError(.badRequest, "start_param must have 1 to 512 letters (a-z), digits, hyphens or underscores.")
        }
        guard let origins else {
            throw StoaError(
                .unavailable, "This server has no domain for web mini-apps. Its operator sets one with --apps-domain.",
                retryAfter: nil)
        }
        let query = SecureRandom.token(15)
        let user = try Self.user(person, language)
        let (app, place, token) = try await database.write { [self] tx -> (App, Chat, String) in
            let app = try Self.require(name, in: tx)
            return (app, try self.place(of: app, chat, person, in: tx), try self.token(of: app, in: tx))
        }
        var fields: [(name: String, value: String)] = [
            ("query_id", query), ("user", user), ("chat_instance", chatInstance(app, place.id)),
            ("chat_type", place.kind == .direct ? "sender" : "group"),
        ]
        if let startParameter { fields.append(("start_param", startParameter)) }
        fields.append(("auth_date", String(messaging.clock.now() / 1000)))
        return Launch(
            app: app, chat: place.id, url: "\(origins.frame)/\(app.name)",
            initData: try InitData(fields).signed(for: app.account, token: token, key: key))
    }

    /// What a page sends with `sendData` becomes an action of the app's, in that chat. The same nonce again does nothing.
    package func receive(
        _ data: String, nonce: String, by name: String, in chat: ChatID?, from person: Account, language: Language
    ) async throws {
        try await database.write { [self] tx in
            try act(.data(data), nonce, name, chat, person, language, in: tx)
        }
    }

    /// Has the app ask the person, in a turn of its own. The same nonce again does nothing.
    /// - Throws: ``StoaError/Code/capabilityMissing`` when the app's manifest does not say that it asks for this.
    package func ask(
        _ request: WebAppAction.Request, nonce: String, by name: String, in chat: ChatID?, of person: Account, language: Language
    ) async throws {
        try await database.write { [self] tx in
            try act(.request(request), nonce, name, chat, person, language, in: tx)
        }
    }

    private func act(
        _ action: WebAppAction, _ nonce: String, _ name: String, _ chat: ChatID?, _ person: Account, _ language: Language,
        in tx: Transaction
    ) throws {
        let app = try Self.require(name, in: tx)
        try action.check(app.active.manifest)
        let place = try place(of: app, chat, person, in: tx)
        _ = try messaging.act(
            action.payload(language.rawValue), nonce: nonce, on: app.account, by: person, in: place.id, tx: tx)
    }

    // MARK: The app's token

    /// The token that makes the hash of launch data, made at first need. Whoever has it can make up launch data.
    /// - Parameter renews: makes another; what the old one has signed is worth nothing from then on.
    /// - Throws: ``StoaError/Code/forbidden`` unless the actor is of the app's publisher, or the operator at the console.
    package func token(of name: String, renews: Bool, by actor: Actor) async throws -> String {
        try await database.write { [self] tx in
            guard let app = try AppStore.app(named: name, in: tx) else { throw Self.noApp(name) }
            try Publishing.requireOwnMember(of: app.publisher, by: actor, in: tx)
            guard app.active.manifest.web != nil else { throw Self.noPage(app) }
            if renews { _ = try secrets.remove(Self.tokenName, of: app.account, in: tx) }
            let token = try token(of: app, in: tx)
            try audit.append(
                Audit.Entry(
                    .read, by: actor.name, bot: app.account,
                    "\(app.name): the token of its launch data\(renews ? ", a new one" : "")"),
                now: messaging.clock.now(), in: tx)
            return token
        }
    }

    /// Bound to a host that does not exist, so that no request of the app's carries it; a publisher may set another.
    private func token(of app: App, in tx: Transaction) throws -> String {
        if let known = try secrets.value(Self.tokenName, of: app.account, in: tx) { return known.value }
        let now = messaging.clock.now()
        let token = "\(app.account):\(SecureRandom.token())"
        try secrets.set(Self.tokenName, to: token, hosts: ["token.invalid"], of: app.account, now: now, in: tx)
        try audit.append(
            Audit.Entry(.secretSet, by: "server", bot: app.account, "\(app.name): \(Self.tokenName), made by the server"),
            now: now, in: tx)
        return token
    }

    // MARK: Parts

    /// The app, if people can open its page now.
    static func require(_ name: String, in tx: ReadTransaction) throws -> App {
        let app = try AppStore.openApp(named: name, in: tx)
        guard app.active.manifest.web != nil else { throw noPage(app) }
        return app
    }

    private static func noApp(_ name: String) -> StoaError { StoaError(.appNotFound, "No app here is named \(name.prefix(32)).") }

    private static func noPage(_ app: App) -> StoaError {
        StoaError(.pageNotFound, "\(app.name) has no page for the browser: its manifest has no \"web\".")
    }

    /// The chat in which the person opens the app: both of them must be members.
    private func place(of app: App, _ chat: ChatID?, _ person: Account, in tx: Transaction) throws -> Chat {
        guard let chat else {
            guard let bot = try messaging.account(app.account, in: tx) else { throw Self.noApp(app.name) }
            return try messaging.directChat(person, with: bot, in: tx).chat
        }
        _ = try messaging.membership(of: app.account, in: chat, tx: tx)
        return try messaging.membership(of: person.id, in: chat, tx: tx).chat
    }

    /// The chat as this app may know it again, and no other app: a whole number, as Telegram has it.
    private func chatInstance(_ app: App, _ chat: ChatID) -> String {
        let code = HMAC.sign(Array("chat \(app.id) \(chat)".utf8), key: key)
        return String(Int64(bitPattern: code.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }))
    }

    private struct User: Encodable {
        let id: Int64
        let first_name: String
        let username: String
        let language_code: String
    }

    private static func user(_ person: Account, _ language: Language) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let user = User(
            id: person.id.value, first_name: person.display, username: person.name, language_code: language.rawValue)
        return String(decoding: try encoder.encode(user), as: UTF8.self)
    }

    private static func isStartParameter(_ text: String) -> Bool {
        (1...512).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x5F: true
                default: false
                }
            }
    }
}
