import Apps
import Bridge
import Database
import Messaging
import Operations
import Runtime
import Sandbox

/// What the doors of people and of the operator both open to: releases, the catalogue, the console.
struct ServerOperations {
    let publishing: Publishing
    let storefront: Storefront
    let console: Console

    init(
        database: Database, messaging: Messaging, deployments: Deployments, runtime: Runtime, audit: Audit,
        isolation: SandboxIsolation, listening: @escaping @Sendable () -> String
    ) {
        publishing = Publishing(
            database: database, messaging: messaging, deployments: deployments, audit: audit,
            checks: PackageChecks(isolation: isolation))
        storefront = Storefront(database: database, messaging: messaging, deployments: deployments)
        console = Console(
            database: database, messaging: messaging, deployments: deployments, runtime: runtime, audit: audit,
            listening: listening)
    }
}
