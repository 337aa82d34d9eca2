import AdminAPI
import Apps
import Bridge
import ClientAPI
import Database
import Foundation
import HTTPClient
import HTTPServer
import Crypto
import Identity
import Messaging
import MiniApps
import Model
import Operations
import Runtime
import Sandbox
import WebApps
import WebhookAPI

/// The composition root: makes every part, ties them together, takes them down in order.
package final class Server: Sendable {
    private let engine: Engine
    private let http: HTTPServer
    private let admin: AdminSocket
    private let adminAPI: AdminAPI
    package let address: String

    /// Starts everything; when this returns, connections are accepted.
    /// - Parameter log: gets a line for the operator.
    package static func start(
        _ configuration: ServerConfiguration, log: @escaping @Sendable (String) -> Void
    ) async throws -> Server {
        let engine = try await Engine.make(configuration, log: log)
        let (database, messaging, audit) = (engine.database, engine.messaging, engine.audit)
        let (runtime, deployments) = (engine.runtime, engine.deployments)
        let sessions = try await Blocking.run { try Sessions(ids: engine.ids, clock: engine.clock) }
        let port = LateValue("")
        let origins = LateValue(try configuration.appOrigins(port: nil))
        let launchKey = try await Blocking.run { try LaunchKey.read(folder: configuration.dataFolder) }
        let launches = WebLaunches(
            database: database, messaging: messaging, secrets: engine.secrets, audit: audit, key: launchKey,
            origins: { origins.value })
        let operations = ServerOperations(
            database: database, messaging: messaging, deployments: deployments, runtime: runtime, audit: audit,
            isolation: configuration.isolation, listening: { port.value })
        let desk = ConsentDesk(messaging: messaging, audit: audit, blobs: engine.blobs)
        let wallets = Wallets(
            database: database, messaging: messaging, payments: engine.payments.payments, desk: engine.payments,
            topUps: engine.topUps,
            pins: PINs(key: HMAC.sign(Array("pins".utf8), key: engine.ledgerKey)), audit: audit)
        let people = People(database: database, messaging: messaging, sessions: sessions, audit: audit)
        let sender = try configuration.contactSender(log: log)
        let api = ClientAPI(
            database: database, messaging: messaging, sessions: sessions, throttle: SignInThrottle(clock: engine.clock),
            blobs: engine.blobs, people: people,
            contacts: Contacts(database: database, messaging: messaging, audit: audit, sender: sender, log: log),
            consents: desk, forget: { try await desk.forget($1, by: $0, in: runtime, of: database) },
            static: try configuration.webFiles(log: log) { ClientPolicy.text(origins.value) }, publishing: operations.publishing,
            storefront: operations.storefront, console: operations.console, wallets: wallets,
            views: Views(
                database: database, messaging: messaging, runtime: runtime, alarms: engine.alarms, log: log),
            launches: launches,
            bots: { deployments.apps.map(BotListing.init(app:)) },
            metrics: { ServerMetrics.write(to: &$0, database: database, runtime: runtime, sandbox: engine.sandbox) },
            openRegistration: configuration.openRegistration, log: log)
        let webhooks = WebhookAPI(
            database: database, messaging: messaging, secrets: engine.secrets, apps: { deployments.apps },
            provider: engine.providerHook, log: log)
        let adminAPI = AdminAPI(
            database: database, messaging: messaging, sessions: sessions, secrets: engine.secrets, audit: audit,
            deployments: deployments, publishing: operations.publishing, storefront: operations.storefront,
            console: operations.console, people: people, wallets: wallets, launches: launches, runtime: runtime,
            listening: { port.value },
            advance: engine.advance)
        try await engine.start()
        if configuration.demo {
            try await Demo(admin: adminAPI, messaging: messaging, database: database).prepare(configuration, log: log)
        }
        let doors = FrontDoors(
            webApps: WebApps(database: database, origins: { origins.value }, log: log), webhooks: webhooks, client: api)
        let http = try await Blocking.run { try HTTPServer.start(options: configuration.httpOptions, handler: doors) }
        let scheme = configuration.tlsCertificate == nil ? "http" : "https"
        let address = "\(scheme)://\(configuration.host):\(http.port)"
        port.value = address
        if origins.value == nil { origins.value = try configuration.appOrigins(port: http.port) }
        let admin = try AdminSocket(path: configuration.dataFolder + "/admin.sock") { request, send in
            adminAPI.handle(request, send: send)
        }
        Maintenance(
            database: database, sessions: sessions, audit: audit, ledgerMark: LedgerMarkFile(folder: configuration.dataFolder),
            alarms: engine.alarms, log: log
        ).start()
        DailyReconciliation(wallets: wallets, alarms: engine.alarms, log: log).start()
        Retention(database: database, runtime: runtime, audit: audit, alarms: engine.alarms, log: log).start()
        return Server(engine: engine, http: http, admin: admin, adminAPI: adminAPI, address: address)
    }

    private init(engine: Engine, http: HTTPServer, admin: AdminSocket, adminAPI: AdminAPI, address: String) {
        self.engine = engine
        self.http = http
        self.admin = admin
        self.adminAPI = adminAPI
        self.address = address
    }

    /// Stops taking, lets running turns commit, then closes. What is not done within the grace stays in the inboxes.
    package func stop(grace: Duration = .seconds(8)) async {
        admin.stop()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [engine] in await engine.runtime.stop() }
            group.addTask { try? await Task.sleep(for: grace) }
            await group.next()
            group.cancelAll()
            await Blocking.run { [http] in http.stop(grace: .seconds(1)) }
            try? await engine.database.read { [engine] in try engine.audit.keepMark(in: $0) }
            await Blocking.run { [engine] in
                // What is not answered yet is asked again after the next start.
                engine.client.shutdown()
                engine.sandbox.shutdown()
                engine.database.close()
            }
        }
    }
}

extension ServerConfiguration {
    /// The web client; nil when it is not built.
    func webFiles(log: (String) -> Void, policy: @escaping @Sendable () -> String) throws -> StaticFiles? {
        guard let folder = ShippedFiles.find("web/dist", given: webFolder) else {
            log("The web client is not built, so only the API is served. Run web/build.sh.")
            return nil
        }
        return try StaticFiles(root: folder, contentSecurityPolicy: policy)
    }

    var httpClientOptions: HTTPClientOptions {
        var options = HTTPClientOptions()
        options.allowsPrivateAddresses = allowPrivateFetch
        return options
    }

    var runtimeLimits: Runtime.Limits {
        var limits = Runtime.Limits()
        if rateLimits == nil { limits.turnsPerMinute = nil }
        return limits
    }

    /// The operator's program goes before the demo's log.
    fileprivate func contactSender(log: @escaping @Sendable (String) -> Void) throws -> (any ContactSender)? {
        if let contactSender { return try ProgramSender(path: contactSender) }
        return demo ? PrintingSender(log: log) : nil
    }

    var httpOptions: HTTPServerOptions {
        var options = HTTPServerOptions(host: host, port: port)
        options.tlsCertificatePath = tlsCertificate
        options.tlsKeyPath = tlsKey
        return options
    }
}
