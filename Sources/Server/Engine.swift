import Apps
import Bridge
import Database
import HTTPClient
import Ledger
import Messaging
import Model
import PaymentProviders
import Runtime
import Sandbox
import WebhookAPI

/// What works behind the front doors: the database, the router, the sandbox, and the runtime with what it stands on.
struct Engine: Sendable {
    let clock: Clock
    let testClock: TestClock?
    let ids: IDGenerator
    let database: Database
    let messaging: Messaging
    let sandbox: SandboxHost
    let runtime: Runtime
    let deployments: Deployments
    let timers: Timers
    let alarms: Alarms
    let secrets: Secrets
    let audit: Audit
    /// The key of the ledger's chain, from which other keys for money are made.
    let ledgerKey: [UInt8]
    let payments: PaymentDesk
    let paymentClock: PaymentClock
    let topUps: TopUpDesk
    /// Nil where no webhook is set up.
    let stripeWebhook: StripeWebhook?
    let blobs: BlobStore
    /// Of `http.fetch`.
    let client: HTTPClient

    /// Opens the data folder and ties the parts together. Nothing runs yet.
    static func make(
        _ configuration: ServerConfiguration, log: @escaping @Sendable (String) -> Void
    ) async throws -> Engine {
        let clock = configuration.testClock?.clock ?? Clock.system
        let folder = configuration.dataFolder
        let database = try await Blocking.run { try Database.open(folder: folder, migrations: Schema.migrations) }
        let ids = IDGenerator(clock: clock, above: try await database.read { try Schema.highestID(in: $0) })
        let messaging = Messaging(ids: ids, clock: clock, limits: RateLimiter(limits: configuration.rateLimits, clock: clock))
        let sandbox = try SandboxHost(isolation: configuration.isolation, log: log)
        let alarms = Alarms(clock: clock)
        let timers = Timers(database: database, messaging: messaging, alarms: alarms, log: log)
        let isNew = try await database.read {
            (
                audit: try Audit.isEmpty(in: $0), secrets: try Secrets.isEmpty(in: $0), ledger: try LedgerSchema.isEmpty(in: $0)
            )
        }
        let (secrets, audit, blobs, ledgerKey) = try await Blocking.run {
            (
                try Secrets(folder: folder, isNew: isNew.secrets), try Audit(folder: folder, isNew: isNew.audit),
                try BlobStore(folder: folder + "/blobs"), try Ledger.key(in: folder, isNew: isNew.ledger)
            )
        }
        let payments = PaymentDesk(messaging: messaging, audit: audit, ledgerKey: ledgerKey)
        let client = try HTTPClient(options: configuration.httpClientOptions)
        let fetch = HTTPFetch(client: client, database: database, secrets: secrets)
        let faults = Faults(configuration.faults)
        let outbox = Outbox(
            database: database, messaging: messaging, alarms: alarms, faults: faults, log: log
        ) { entry, completion in
            fetch.send(entry, completion: completion)
        }
        let bridge = Bridge(
            messaging: messaging, timers: timers, outbox: outbox, audit: audit, payments: payments, blobs: blobs)
        let runtime = Runtime(
            database: database, messaging: messaging, sandbox: sandbox, bridge: bridge, alarms: alarms, outbox: outbox,
            limits: configuration.runtimeLimits, faults: faults, log: log)
        sandbox.onLost = { [weak runtime] _, conversations in runtime?.lostConversations(conversations) }
        let deployments = Deployments(
            database: database, messaging: messaging, sandbox: sandbox, runtime: runtime, audit: audit)
        let stripe = try await Blocking.run { try StripeSetup.make(configuration.stripe) }
        let topUps = TopUpDesk(
            database: database, topUps: TopUps(ledger: payments.payments.ledger),
            providers: [InternalProvider()] + (stripe.map { [$0.provider] } ?? []), at: { alarms.at($0, $1) },
            moved: { try payments.tell($0, moved: $1, in: $2) }, log: log)
        return Engine(
            clock: clock, testClock: configuration.testClock, ids: ids, database: database, messaging: messaging,
            sandbox: sandbox, runtime: runtime,
            deployments: deployments, timers: timers, alarms: alarms, secrets: secrets, audit: audit, ledgerKey: ledgerKey,
            payments: payments,
            paymentClock: PaymentClock(database: database, desk: payments, alarms: alarms, log: log), topUps: topUps,
            stripeWebhook: stripe?.webhook, blobs: blobs,
            client: client)
    }

    /// Moves a test's clock on; what is due by then happens now. Nil where the clock is the machine's.
    var advance: (@Sendable (Int64) -> Void)? {
        guard let testClock else { return nil }
        return { [self] milliseconds in
            testClock.advance(milliseconds)
            timers.start()
            runtime.clockMoved()
            paymentClock.start()
            topUps.start()
        }
    }

    /// What the payment provider calls; nil where none is set up.
    var providerHook: WebhookAPI.ProviderHook? {
        guard let stripeWebhook else { return nil }
        return { [clock, topUps] body, signature in
            _ = try await topUps.heard(try stripeWebhook.open(body, header: signature, now: clock.now() / 1000))
        }
    }

    func start() async throws {
        try await deployments.refresh()
        try await runtime.start()
        timers.start()
        paymentClock.start()
        topUps.start()
    }
}

extension Ledger {
    /// The key of the chain of transfers, made the first time. Blocks.
    package static func key(in folder: String, isNew: Bool) throws -> [UInt8] {
        try KeyFile.key(
            at: folder + "/ledger.key", makesOne: isNew,
            remedy: "Without it, nobody can tell whether the ledger is as it was written, and no PIN fits any more.")
    }
}
