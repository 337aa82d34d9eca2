import Apps
import Database
import Foundation
import Model
import Permissions

/// What a decision on a use of a capability costs, alone and with the look-up of the grants that bear on it.
enum PermissionBench {
    private static let person = AccountID(1)

    static func run() async throws {
        let capability = CapabilityRegistry.capability(.identityAge)
        let manifest: DeclaredCapabilities = [.messagesSend, .store, .identityAge]
        // As many as a look-up gives at most; only the last one holds.
        let grants = (1...16).map { index in
            Grant(id: Int64(index), capability: .identityAge, detail: "18", chat: index == 16 ? nil : 7, begin: 0, until: nil)
        }
        let request = Permissions.Request(detail: "18", chat: 5, now: 1000)
        let rounds = 1_000_000
        var allowed = 0
        let alone = await Figure.time {
            for _ in 0..<rounds {
                let decision = Permissions.decide(
                    capability: capability, manifest: manifest, grants: grants, request: request)
                if case .allow = decision { allowed += 1 }
            }
        }
        guard allowed == rounds else { throw StoaError(.internal, "A grant that holds was not taken.") }
        Figure.print("permission decision, 16 grants", alone * 1000 / Double(rounds), "ns")
        try await lookUp(of: 100, named: "grants looked up and decided, 100 grants of the person")
        try await lookUp(of: 100_000, named: "grants looked up and decided, 100,000 grants of the person")
    }

    private static func lookUp(of count: Int, named name: String) async throws {
        let folder = NSTemporaryDirectory() + "stoa-bench-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = DatabaseOptions()
        options.isDurable = false
        let database = try Database.open(folder: folder, migrations: AppStore.migrations, options: options)
        try await database.write { tx in
            for index in 0..<count {
                // Fifty apps with many questions each, as somebody might have who agrees to everything.
                let consent = Consent(
                    id: ConsentID(Int64(index + 1)), person: person, bot: AccountID(Int64(10 + index % 50)),
                    version: AppVersionID(1), chat: nil, conversation: ConversationID(1), capability: .identityAge,
                    detail: String(1 + index / 50), askedAt: Int64(index))
                try Grants.give(
                    GrantID(consent.id.value), to: consent, term: .always, uses: 1, now: Int64(index), in: tx)
            }
        }
        let rounds = 20_000
        let took = try await Figure.time {
            try await database.read { tx in
                for index in 0..<rounds {
                    let detail = String(1 + index % 2)
                    let grants = try Grants.bearing(
                        on: .identityAge, detail: detail, of: person, to: AccountID(Int64(10 + index % 50)), in: nil,
                        at: .max - 1, tx)
                    let decision = Permissions.decide(
                        capability: CapabilityRegistry.capability(.identityAge), manifest: [.identityAge], grants: grants,
                        request: Permissions.Request(detail: detail, now: .max - 1))
                    guard case .allow = decision else { throw StoaError(.internal, "A grant that holds was not found.") }
                }
            }
        }
        Figure.print(name, took / Double(rounds), "us")
        database.close()
    }
}
