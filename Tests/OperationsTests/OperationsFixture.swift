import Apps
import Bridge
import Crypto
import Database
import Foundation
import Identity
import Ledger
import Messaging
import Model
import Operations
import Runtime
import Sandbox

/// Publishing over a database of its own, with the publisher `acme` of the person ann; olga is an operator. Nothing runs in it.
struct OperationsFixture {
    let database: Database
    let messaging: Messaging
    let publishing: Publishing
    let console: Console
    let ann: Account
    let olga: Account
    let acme: Publisher
    private let key: [UInt8]

    /// Calls `body` with a new one, and removes it.
    static func with(_ body: (OperationsFixture) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-operations-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let migrations =
            MessagingSchema.migrations + IdentitySchema.migrations + AppStore.migrations + RuntimeSchema.migrations
            + LedgerSchema.migrations
        let database = try Database.open(folder: folder.path, migrations: migrations)
        defer { database.close() }
        try await body(try await OperationsFixture(database))
    }

    private init(_ database: Database) async throws {
        self.database = database
        let clock = Clock.system
        let messaging = Messaging(ids: IDGenerator(clock: clock), clock: clock, limits: RateLimiter(limits: nil, clock: clock))
        self.messaging = messaging
        let audit = Audit(key: [1])
        let sandbox = try SandboxHost(isolation: .thread)
        let alarms = Alarms(clock: clock)
        let timers = Timers(database: database, messaging: messaging, alarms: alarms, log: { _ in })
        let outbox = Outbox(database: database, messaging: messaging, alarms: alarms, log: { _ in }) { _, _ in }
        let payments = PaymentDesk(messaging: messaging, audit: audit, ledgerKey: [])
        let runtime = Runtime(
            database: database, messaging: messaging, sandbox: sandbox,
            bridge: Bridge(messaging: messaging, timers: timers, outbox: outbox, audit: audit, payments: payments),
            alarms: alarms, outbox: outbox, log: { _ in })
        let deployments = Deployments(
            database: database, messaging: messaging, sandbox: sandbox, runtime: runtime, audit: audit)
        publishing = Publishing(
            database: database, messaging: messaging, deployments: deployments, audit: audit,
            checks: PackageChecks(isolation: .thread))
        console = Console(
            database: database, messaging: messaging, deployments: deployments, runtime: runtime, audit: audit,
            listening: { "http://127.0.0.1" })
        guard let key = Ed25519.PrivateKey(), let pem = key.pem, let publicKey = PublisherKey(bytes: key.publicKey) else {
            throw StoaError(.internal, "no key")
        }
        self.key = pem
        (ann, olga, acme) = try await database.write { tx in
            let ann = try messaging.createAccount(.user, name: "ann", display: "Ann", in: tx)
            let olga = try messaging.createAccount(.user, name: "olga", display: "Olga", in: tx)
            let acme = try Publishers.create(
                name: "acme", title: "Acme", owner: ann.id, id: messaging.ids.next(), now: 1, in: tx)
            _ = try Publishers.add(publicKey, to: acme, by: "ann", isAdmitted: true, now: 1, in: tx)
            return (ann, olga, acme)
        }
    }

    /// A release of acme's that waits, as if its package had passed the checks.
    func submit(_ name: String, _ version: String = "1") async throws -> Release {
        let manifest = #"{"name": "\#(name)", "title": "Parcel", "kind": "bot", "version": "\#(version)"}"#
        let files = [("manifest.json", manifest), ("main.lua", "-- \(version)")]
        let package = try AppPackage(files: files.map { AppPackage.File(path: $0.0, content: Array($0.1.utf8)) })
        guard let key = Ed25519.PrivateKey(pem: key), let signature = PackageSignature(of: package, publisher: "acme", by: key)
        else { throw StoaError(.internal, "no signature") }
        return try await database.write { [messaging, acme] tx in
            try Releases.submit(
                package, signature: signature, notes: "", findings: "", publisher: acme, by: "ann",
                account: { try Deployments.account(for: package.manifest, messaging, in: $0) }, now: messaging.clock.now(),
                newID: { messaging.ids.next() }, in: tx)
        }
    }

    /// What it is refused with; nil when it is not.
    static func code(_ body: () async throws -> Void) async -> StoaError.Code? {
        do { try await body() } catch { return (error as? StoaError)?.code ?? .internal }
        return nil
    }
}
