import AdminAPI
import Apps
import Bridge
import ClientAPI
import Database
import Foundation
import HTTPClient
import HTTPServer
import Identity
import Messaging
import Model
import Operations
import Runtime
import Sandbox
import WebhookAPI

/// The composition root: makes every part, ties them together, takes them down in order.
package final class Server: Sendable {
    private let database: Database
    private let sandbox: SandboxHost
    private let runtime: Runtime
    private let http: HTTPServer
    private let client: HTTPClient
    private let admin: AdminSocket
    private let adminAPI: AdminAPI
    package let address: String

    /// Starts everything; when this returns, connections are accepted.
    /// - Parameter log: gets a line for the operator.
    package static func start(
        _ configuration: ServerConfiguration, log: @escaping @Sendable (String) -> Void
    ) async throws -> Server {
        let clock = Clock.system
        let database = try await Blocking.run {
            try Database.open(folder: configuration.dataFolder, migrations: Schema.migrations)
        }
        let ids = IDGenerator(clock: clock, above: try await database.read { try Schema.highestID(in: $0) })
        let messaging = Messaging(ids: ids, clock: clock, limits: RateLimiter(limits: configuration.rateLimits, clock: clock))
        let sandbox = try SandboxHost(isolation: configuration.isolation, log: log)
        let alarms = Alarms(clock: clock)
        let timers = Timers(database: database, messaging: messaging, alarms: alarms, log: log)
        let secrets = try await Blocking.run { try Secrets(folder: configuration.dataFolder) }
        let audit = try await Blocking.run { try Audit(folder: configuration.dataFolder) }
        let client = try HTTPClient(options: configuration.httpClientOptions)
        let fetch = HTTPFetch(client: client, database: database, secrets: secrets)
        let faults = Faults(configuration.faults)
        let outbox = Outbox(
            database: database, messaging: messaging, alarms: alarms, faults: faults, log: log
        ) { entry, completion in
            fetch.send(entry, completion: completion)
        }
        let bridge = Bridge(messaging: messaging, timers: timers, outbox: outbox, audit: audit)
        let runtime = Runtime(
            database: database, messaging: messaging, sandbox: sandbox, bridge: bridge, alarms: alarms, outbox: outbox,
            limits: configuration.runtimeLimits, faults: faults, log: log)
        sandbox.onLost = { [weak runtime] _, conversations in runtime?.lostConversations(conversations) }
        let deployments = Deployments(
            database: database, messaging: messaging, sandbox: sandbox, runtime: runtime, audit: audit)
        let port = LateValue("")
        let operations = ServerOperations(
            database: database, messaging: messaging, deployments: deployments, runtime: runtime, audit: audit,
            isolation: configuration.isolation, listening: { port.value })
        let sessions = try await Blocking.run { try Sessions(ids: ids, clock: clock) }
        let desk = ConsentDesk(messaging: messaging, audit: audit)
        let people = People(database: database, messaging: messaging, sessions: sessions, audit: audit)
        let sender = try configuration.contactSender(log: log)
        let contacts = Contacts(database: database, messaging: messaging, audit: audit, sender: sender, log: log)
        let api = ClientAPI(
            database: database, messaging: messaging, sessions: sessions, throttle: SignInThrottle(clock: clock),
            blobs: try await Blocking.run { try BlobStore(folder: configuration.dataFolder + "/blobs") }, people: people,
            contacts: contacts, consents: desk, forget: { try await desk.forget($1, by: $0, in: runtime, of: database) },
            static: try configuration.webFiles(log: log), publishing: operations.publishing,
            storefront: operations.storefront, console: operations.console,
            bots: { deployments.apps.map(BotListing.init(app:)) },
            metrics: { ServerMetrics.write(to: &$0, database: database, runtime: runtime, sandbox: sandbox) },
            openRegistration: configuration.openRegistration, log: log)
        let doors = FrontDoors(
            webhooks: WebhookAPI(
                database: database, messaging: messaging, secrets: secrets, apps: { deployments.apps }, log: log), client: api)
        let adminAPI = AdminAPI(
            database: database, messaging: messaging, sessions: sessions, secrets: secrets, audit: audit,
            deployments: deployments, publishing: operations.publishing, storefront: operations.storefront,
            console: operations.console, people: people, runtime: runtime, listening: { port.value })
        try await deployments.refresh()
        try await runtime.start()
        timers.start()
        if configuration.demo {
            try await Demo(admin: adminAPI, messaging: messaging, database: database).prepare(configuration, log: log)
        }
        let http = try await Blocking.run { try HTTPServer.start(options: configuration.httpOptions, handler: doors) }
        let scheme = configuration.tlsCertificate == nil ? "http" : "https"
        let address = "\(scheme)://\(configuration.host):\(http.port)"
        port.value = address
        let admin = try AdminSocket(path: configuration.dataFolder + "/admin.sock") { request, send in
            adminAPI.handle(request, send: send)
        }
        Maintenance(database: database, sessions: sessions, alarms: alarms, log: log).start()
        return Server(
            database: database, sandbox: sandbox, runtime: runtime, http: http, client: client, admin: admin,
            adminAPI: adminAPI, address: address)
    }

    private init(
        database: Database, sandbox: SandboxHost, runtime: Runtime, http: HTTPServer, client: HTTPClient, admin: AdminSocket,
        adminAPI: AdminAPI, address: String
    ) {
        self.database = database
        self.sandbox = sandbox
        self.runtime = runtime
        self.http = http
        self.client = client
        self.admin = admin
        self.adminAPI = adminAPI
        self.address = address
    }

    /// Stops taking, lets running turns commit, then closes. What is not done within the grace stays in the inboxes.
    package func stop(grace: Duration = .seconds(8)) async {
        admin.stop()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [runtime] in await runtime.stop() }
            group.addTask { try? await Task.sleep(for: grace) }
            await group.next()
            group.cancelAll()
            await Blocking.run { [http] in http.stop(grace: .seconds(1)) }
            await Blocking.run { [sandbox, database, client] in
                // What is not answered yet is asked again after the next start.
                client.shutdown()
                sandbox.shutdown()
                database.close()
            }
        }
    }
}

extension ServerConfiguration {
    /// The web client; nil when it is not built.
    func webFiles(log: (String) -> Void) throws -> StaticFiles? {
        guard let folder = ShippedFiles.find("web/dist", given: webFolder) else {
            log("The web client is not built, so only the API is served. Run web/build.sh.")
            return nil
        }
        return try StaticFiles(root: folder)
    }

    var httpClientOptions: HTTPClientOptions {
        var options = HTTPClientOptions()
        options.allowsPrivateAddresses = allowPrivateFetch
        return options
    }

    fileprivate var runtimeLimits: Runtime.Limits {
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
