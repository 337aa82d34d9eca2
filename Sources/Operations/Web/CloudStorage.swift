import Apps
import Database
import Messaging
package import Model
import Permissions
import Runtime
import Sandbox

/// What a web mini-app keeps of a person on the server: texts by key, in the app's store of that person, where the app's Lua
/// finds them under `cloud:`. So they count for the app's quota, and go when the person wants to be forgotten.
extension WebLaunches {
    package static let mostKeys = 1024
    package static let mostValue = 4096
    /// Keys that one request may name.
    package static let mostAtOnce = 100
    private static let prefix = "cloud:"

    /// - Returns: the keys that there are, sorted.
    package func cloudKeys(of name: String, for person: Account) async throws -> [String] {
        try await database.read { tx in try Self.keys(of: try Self.requireStore(name, in: tx), person, in: tx) }
    }

    /// - Returns: those of the keys that have a value, with it.
    package func cloudValues(_ keys: [String], of name: String, for person: Account) async throws -> [(
        key: String, value: String
    )] {
        try Self.check(keys)
        return try await database.read { tx in
            let app = try Self.requireStore(name, in: tx)
            var view = StoreView()
            return try keys.compactMap { key in
                guard let bytes = try view.get(Self.place(key, person), of: app.account, in: tx),
                    let value = try BridgeValue.decode(bytes).stringValue
                else { return nil }
                return (key, value)
            }
        }
    }

    /// - Parameter value: nil removes it.
    package func setCloudValue(_ key: String, to value: String?, of name: String, by person: Account) async throws {
        try Self.check([key])
        if let value, value.utf8.count > Self.mostValue {
            throw StoaError(.tooLarge, "A value has at most \(Self.mostValue) bytes.")
        }
        try await database.write { [messaging] tx in
            let app = try Self.requireStore(name, in: tx)
            if value != nil {
                let known = try Self.keys(of: app, person, in: tx)
                guard known.contains(key) || known.count < Self.mostKeys else {
                    throw StoaError(.quotaExceeded, "There are \(Self.mostKeys) keys already. Remove one first.")
                }
            }
            let limit = try Quotas.quota(of: app.account, in: tx).storeMiB.map { $0 << 20 } ?? StoreView.maxBytes
            try StoreView.write(
                Self.place(key, person), value.map { BridgeValue.string($0).encoded }, of: app.account,
                version: messaging.ids.next(), limit: limit, now: messaging.clock.now(), in: tx)
        }
    }

    private static func keys(of app: App, _ person: Account, in tx: ReadTransaction) throws -> [String] {
        var view = StoreView()
        let all = StoreKey(scope: .user, scopeID: person.id.value, key: prefix)
        return try view.list(all, after: nil, limit: mostKeys, of: app.account, in: tx).map {
            String($0.key.dropFirst(prefix.count))
        }
    }

    private static func place(_ key: String, _ person: Account) -> StoreKey {
        StoreKey(scope: .user, scopeID: person.id.value, key: prefix + key)
    }

    private static func requireStore(_ name: String, in tx: ReadTransaction) throws -> App {
        let app = try require(name, in: tx)
        guard app.active.manifest.request(.store) != nil else {
            throw StoaError(
                .capabilityMissing, "\(app.name) keeps nothing: its manifest does not ask for the capability store.")
        }
        return app
    }

    private static func check(_ keys: [String]) throws(StoaError) {
        guard keys.count <= mostAtOnce else {
            throw StoaError(.badRequest, "At most \(mostAtOnce) keys can be asked for at once.")
        }
        for key in keys {
            let isGood =
                (1...128).contains(key.utf8.count)
                && key.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x5F: true
                    default: false
                    }
                }
            guard isGood else {
                throw StoaError(.badRequest, "A key has 1 to 128 letters (a-z), digits, hyphens or underscores.")
            }
        }
    }
}
