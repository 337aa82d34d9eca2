import AdminAPI
import Database
import Identity
import Messaging
import Model
import Operations

/// What `--demo` prepares: alice, who is of age and an operator, and bob, who is neither, and every bot and mini-app that ships.
/// Does nothing that is done already.
struct Demo {
    let admin: AdminAPI
    let messaging: Messaging
    let database: Database

    func prepare(_ configuration: ServerConfiguration, log: @Sendable (String) -> Void) async throws {
        for (name, display, born) in [("alice", "Alice", "1990-05-01"), ("bob", "Bob", "2012-09-30")] {
            let known = try await database.read { [messaging] in try messaging.account(named: name, in: $0) }
            guard known == nil else { continue }
            _ = try await admin.createUser(name, password: "demo", display: display)
            try await admin.setAttribute(.birthDate, of: name, to: born)
            try await admin.setAttribute(.email, of: name, to: "\(name)@example.com")
            try await admin.giveDemoWallet(to: name)
            if name == "alice" { try await admin.people.setRole(of: name, isOperator: true, by: .console) }
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
