import AdminAPI
import Database
import Messaging
import Model

/// What `--demo` prepares: alice and bob, and every bot and mini-app that ships. Does nothing that is done already.
struct Demo {
    let admin: AdminAPI
    let messaging: Messaging
    let database: Database

    func prepare(_ configuration: ServerConfiguration, log: @Sendable (String) -> Void) async throws {
        for (name, display) in [("alice", "Alice"), ("bob", "Bob")] {
            let known = try await database.read { [messaging] in try messaging.account(named: name, in: $0) }
            if known == nil { _ = try await admin.createUser(name, password: "demo", display: display) }
        }
        for kind in ["bots", "miniapps"] {
            let given = configuration.shipFolder.map { $0 + "/" + kind }
            guard let folder = ShippedFiles.find(kind, given: given) else { continue }
            for app in ShippedFiles.folders(in: folder) {
                do { _ = try await admin.deploy(folder: app) } catch { log("\(app) could not be deployed: \(error)") }
            }
        }
    }
}
