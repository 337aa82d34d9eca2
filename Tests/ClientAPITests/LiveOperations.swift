import Apps
import Bridge
import Database
import Identity
import Messaging
import Ledger
import MiniApps
import Operations
import PaymentProviders
import Runtime
import Sandbox

/// What the client API asks for releases, the catalogue and the console, over a test's database. Nothing runs in it.
struct LiveOperations {
    let publishing: Publishing
    let storefront: Storefront
    let console: Console
    let wallets: Wallets
    let views: Views

    init(database: Database, messaging: Messaging, audit: Audit) throws {
        let sandbox = try SandboxHost(isolation: .thread)
        let alarms = Alarms(clock: messaging.clock)
        let timers = Timers(database: database, messaging: messaging, alarms: alarms, log: { _ in })
        let outbox = Outbox(database: database, messaging: messaging, alarms: alarms, log: { _ in }) { _, _ in }
        let payments = PaymentDesk(messaging: messaging, audit: audit, ledgerKey: [])
        let runtime = Runtime(
            database: database, messaging: messaging, sandbox: sandbox,
            bridge: Bridge(messaging: messaging, timers: timers, outbox: outbox, audit: audit, payments: payments),
            alarms: alarms, outbox: outbox, log: { _ in })
        views = Views(database: database, messaging: messaging, runtime: runtime, alarms: alarms, log: { _ in })
        let deployments = Deployments(
            database: database, messaging: messaging, sandbox: sandbox, runtime: runtime, audit: audit)
        publishing = Publishing(
            database: database, messaging: messaging, deployments: deployments, audit: audit,
            checks: PackageChecks(isolation: .thread))
        storefront = Storefront(database: database, messaging: messaging, deployments: deployments)
        console = Console(
            database: database, messaging: messaging, deployments: deployments, runtime: runtime, audit: audit,
            listening: { "http://127.0.0.1" })
        wallets = Wallets(
            database: database, messaging: messaging, payments: payments.payments, desk: payments,
            topUps: TopUpDesk(
                database: database, topUps: TopUps(ledger: payments.payments.ledger), providers: [InternalProvider()],
                at: { _, _ in },
                moved: { _, _, _ in }, log: { _ in }),
            pins: PINs(key: [1]),
            audit: audit)
    }
}
