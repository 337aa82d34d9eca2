import Crypto
import Database
import Foundation
import HTTPServer
import Identity
import Ledger
import Messaging
import Model
import Testing

import Apps
import Bridge
import Operations
import Runtime

@testable import ClientAPI

/// The client API on a free port over a database of its own, with users to act as.
final class LiveServer: Sendable {
    let folder: String
    let database: Database
    let messaging: Messaging
    let sessions: Sessions
    let api: ClientAPI
    private let server: HTTPServer

    init(limits: RateLimits? = nil, openRegistration: Bool = false, maxFile: Int64 = 1 << 20) throws {
        folder = NSTemporaryDirectory() + "clientapi-\(SecureRandom.token(9))"
        var options = DatabaseOptions()
        options.isDurable = false
        database = try Database.open(
            folder: folder,
            migrations: MessagingSchema.migrations + IdentitySchema.migrations + AppStore.migrations + RuntimeSchema.migrations
                + LedgerSchema.migrations,
            options: options)
        let ids = IDGenerator(clock: .system)
        messaging = Messaging(ids: ids, clock: .system, limits: RateLimiter(limits: limits, clock: .system))
        sessions = try Sessions(ids: ids, clock: .system)
        let audit = Audit(key: [])
        let live = try LiveOperations(database: database, messaging: messaging, audit: audit)
        api = ClientAPI(
            database: database, messaging: messaging, sessions: sessions, throttle: SignInThrottle(clock: .system),
            blobs: try BlobStore(folder: folder + "/blobs", maxSize: maxFile),
            people: People(database: database, messaging: messaging, sessions: sessions, audit: audit),
            contacts: Contacts(database: database, messaging: messaging, audit: audit, sender: nil, log: { _ in }),
            consents: ConsentDesk(messaging: messaging, audit: audit), forget: { _, _ in }, static: nil,
            publishing: live.publishing, storefront: live.storefront, console: live.console, wallets: live.wallets,
            views: live.views,
            launches: WebLaunches(
                database: database, messaging: messaging, secrets: try Secrets(folder: folder, isNew: true), audit: audit,
                key: [],
                origins: { nil }),
            bots: {
                [
                    BotListing(
                        account: Account(id: AccountID(77), kind: .bot, name: "echo", display: "Echo"),
                        description: "Says it again", isMiniApp: false, isWeb: false,
                        commands: [.init(name: "start", description: "Begin")])
                ]
            },
            metrics: { $0.gauge("stoa_test", "A test.", 1) }, openRegistration: openRegistration, log: { _ in })
        server = try HTTPServer.start(options: HTTPServerOptions(), handler: api)
    }

    var port: Int { server.port }

    /// Runs `body` with a server that is gone afterwards.
    static func run(
        limits: RateLimits? = nil, openRegistration: Bool = false, maxFile: Int64 = 1 << 20,
        _ body: (LiveServer) async throws -> Void
    ) async throws {
        let live = try await offThePool {
            try LiveServer(limits: limits, openRegistration: openRegistration, maxFile: maxFile)
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(live)) } catch { result = .failure(error) }
        await offThePool {
            live.server.stop(grace: .seconds(1))
            live.database.close()
            try? FileManager.default.removeItem(atPath: live.folder)
        }
        try result.get()
    }

    /// A user with a session.
    func user(_ name: String) async throws -> TestUser {
        let (account, session) = try await database.write { [messaging, sessions] tx in
            let account = try messaging.createAccount(.user, name: name, display: name, in: tx)
            return (account, try sessions.open(for: account.id, in: tx))
        }
        return TestUser(port: port, account: account, token: session.token, session: session.session)
    }

    func bot(_ name: String) async throws -> Account {
        try await database.write { [messaging] tx in
            try messaging.createAccount(.bot, name: name, display: name, in: tx)
        }
    }
}

/// Somebody who calls the API.
struct TestUser: Sendable {
    let port: Int
    let account: Account
    let token: String
    let session: Session

    func call(_ method: String, _ path: String, _ json: String? = nil) async throws -> TestAnswer {
        try await TestHTTP.call(port: port, method, path, token: token, json: json)
    }

    func directChat(with name: String) async throws -> Int64 {
        let answer = try await call("POST", "/v1/chats", "{\"kind\":\"direct\",\"with\":\"\(name)\"}")
        return try #require(try answer.json["id"].int)
    }

    func group(_ members: [String]) async throws -> Int64 {
        let names = members.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await call("POST", "/v1/chats", "{\"kind\":\"group\",\"title\":\"Group\",\"members\":[\(names)]}")
        return try #require(try answer.json["id"].int)
    }

    func send(_ text: String, to chat: Int64) async throws -> Int64 {
        let answer = try await call("POST", "/v1/chats/\(chat)/messages", "{\"text\":\"\(text)\"}")
        return try #require(try answer.json["id"].int)
    }

    func stream(after: Int64?) async throws -> TestSocket {
        try await TestSocket.open(port: port, path: "/v1/stream" + (after.map { "?after=\($0)" } ?? ""), token: token)
    }
}
