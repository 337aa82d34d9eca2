package import Database
package import Model
import Sandbox

/// Where a value of an app's store lives.
package struct StoreKey: Hashable, Sendable {
    package enum Scope: Int64, Sendable {
        case app = 0
        case chat = 1
        case user = 2
    }

    package let scope: Scope
    /// The chat's or the user's id; 0 with ``Scope/app``.
    package let scopeID: Int64
    package let key: String

    package init(scope: Scope, scopeID: Int64, key: String) {
        self.scope = scope
        self.scopeID = scopeID
        self.key = key
    }
}

/// The store as one turn sees it: what it read, with versions, and what it wrote over that. Written back at the commit if nothing
/// that was read has changed meanwhile.
package struct StoreView: Sendable {
    /// Longest key, in bytes.
    package static let maxKey = 256
    /// Largest value, encoded.
    package static let maxValue = 64 << 10
    /// All values and keys of an app together, unless an operator has decided otherwise for it.
    package static let maxBytes: Int64 = 256 << 20

    private enum Read: Sendable, Equatable {
        case absent
        case version(Int64)
    }

    private struct Listing: Sendable {
        let scope: StoreKey
        let after: String?
        let limit: Int
        let found: [String: Int64]
    }

    private var reads: [StoreKey: Read] = [:]
    private var cached: [StoreKey: [UInt8]] = [:]
    private var writes: [StoreKey: [UInt8]?] = [:]
    private var listings: [Listing] = []

    package init() {}

    package var keysRead: [StoreKey] { Array(reads.keys) }
    package var keysWritten: [StoreKey] { Array(writes.keys) }
    package var prefixesRead: [StoreKey] { listings.map(\.scope) }

    /// The encoded value, or nil when there is none.
    package mutating func get(_ key: StoreKey, of bot: AccountID, in tx: ReadTransaction) throws -> [UInt8]? {
        if let written = writes[key] { return written }
        if reads[key] != nil { return cached[key] }
        let found = try Self.load(key, of: bot, in: tx)
        reads[key] = found.map { .version($0.version) } ?? .absent
        cached[key] = found?.value
        return found?.value
    }

    package mutating func put(_ key: StoreKey, _ value: [UInt8]?) { writes[key] = .some(value) }

    /// Keys that begin with a prefix (`scope.key`) and come after another, sorted, at most `limit`, with their values.
    package mutating func list(
        _ prefix: StoreKey, after: String?, limit: Int, of bot: AccountID, in tx: ReadTransaction
    ) throws -> [(key: String, value: [UInt8])] {
        // Keys that this turn deletes must not make the listing short.
        let deleted = writes.count { $0.value == nil }
        let rows = try Self.scan(prefix, after: after, limit: limit + deleted, of: bot, in: tx)
        listings.append(
            Listing(
                scope: prefix, after: after, limit: limit + deleted,
                found: Dictionary(rows.map { ($0.key, $0.version) }, uniquingKeysWith: { first, _ in first })))
        var merged = Dictionary(rows.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        for (key, value) in writes
        where key.scope == prefix.scope && key.scopeID == prefix.scopeID && key.key.utf8.starts(with: prefix.key.utf8) {
            if let after, !after.utf8.lexicographicallyPrecedes(key.key.utf8) { continue }
            merged[key.key] = value
        }
        return merged.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.prefix(limit)
            .map { (key: $0.key, value: $0.value) }
    }

    /// The first of the keys read that has changed since.
    func conflict(of bot: AccountID, in tx: ReadTransaction) throws -> StoreKey? {
        for (key, read) in reads {
            let version = try tx.first(
                "SELECT version FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ? AND key = ?",
                .int(bot.value), .int(key.scope.rawValue), .int(key.scopeID), .text(key.key)
            ) { try $0.int(0) }
            guard read == (version.map { .version($0) } ?? .absent) else { return key }
        }
        for listing in listings {
            let rows = try Self.scan(listing.scope, after: listing.after, limit: listing.limit, of: bot, in: tx)
            let found = Dictionary(rows.map { ($0.key, $0.version) }, uniquingKeysWith: { first, _ in first })
            guard found == listing.found else { return listing.scope }
        }
        return nil
    }

    /// - Parameters:
    ///   - version: the turn's id, higher than that of any turn committed before on the same keys.
    ///   - limit: bytes that the app's values and keys may take. Who has more already can make it less.
    ///   - now: milliseconds since 1970 UTC.
    func apply(version: Int64, of bot: AccountID, limit: Int64 = maxBytes, now: Int64, in tx: Transaction) throws {
        guard !writes.isEmpty else { return }
        var change: Int64 = 0
        for (key, value) in writes {
            let old = try tx.first(
                "SELECT length(value) FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ? AND key = ?",
                .int(bot.value), .int(key.scope.rawValue), .int(key.scopeID), .text(key.key)
            ) { try $0.int(0) }
            let keyBytes = Int64(key.key.utf8.count)
            change -= old.map { $0 + keyBytes } ?? 0
            guard let value else {
                try tx.execute(
                    "DELETE FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ? AND key = ?",
                    .int(bot.value), .int(key.scope.rawValue), .int(key.scopeID), .text(key.key))
                continue
            }
            change += Int64(value.count) + keyBytes
            try tx.execute(
                """
                INSERT INTO store (bot_id, scope, scope_id, key, value, version, written_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (bot_id, scope, scope_id, key) DO UPDATE SET value = excluded.value, version = excluded.version,
                  written_at = excluded.written_at
                """,
                .int(bot.value), .int(key.scope.rawValue), .int(key.scopeID), .text(key.key), .blob(value), .int(version),
                .int(now))
        }
        guard change != 0 else { return }
        let bytes = try tx.first(
            """
            INSERT INTO store_usage (bot_id, bytes) VALUES (?, ?)
            ON CONFLICT (bot_id) DO UPDATE SET bytes = bytes + excluded.bytes RETURNING bytes
            """,
            .int(bot.value), .int(change)
        ) { try $0.int(0) }
        guard change < 0 || bytes ?? 0 <= limit else {
            throw StoaError(
                .quotaExceeded, "store: the app's values take more than \(limit >> 20) MiB. Delete what is old.")
        }
    }

    /// Writes one value from outside of a turn. Turns that have read it run again.
    /// - Parameters:
    ///   - value: encoded; nil removes it.
    ///   - version: an id that no turn and no other write has had.
    package static func write(
        _ key: StoreKey, _ value: [UInt8]?, of bot: AccountID, version: Int64, limit: Int64, now: Int64, in tx: Transaction
    ) throws {
        var view = StoreView()
        view.put(key, value)
        try view.apply(version: version, of: bot, limit: limit, now: now, in: tx)
    }

    /// What an app's values and their keys take.
    package static func bytes(of bot: AccountID, in tx: ReadTransaction) throws -> Int64 {
        try tx.first("SELECT bytes FROM store_usage WHERE bot_id = ?", .int(bot.value)) { try $0.int(0) } ?? 0
    }

    /// Deletes all of an app's values of a chat or a user. Turns that have read one of them run again.
    /// - Returns: how many there were.
    static func erase(_ scope: StoreKey.Scope, _ id: Int64, of bot: AccountID, in tx: Transaction) throws -> Int {
        let (count, bytes) =
            try tx.first(
                """
                SELECT count(*), COALESCE(sum(length(CAST(key AS BLOB)) + length(value)), 0) FROM store
                WHERE bot_id = ? AND scope = ? AND scope_id = ?
                """,
                .int(bot.value), .int(scope.rawValue), .int(id)
            ) { (try $0.int(0), try $0.int(1)) } ?? (0, 0)
        try tx.execute(
            "DELETE FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ?", .int(bot.value), .int(scope.rawValue), .int(id))
        try tx.execute("UPDATE store_usage SET bytes = bytes - ? WHERE bot_id = ?", .int(bytes), .int(bot.value))
        return Int(count)
    }

    /// All that an app keeps of a chat or a user, by key.
    package static func values(
        _ scope: StoreKey.Scope, _ id: Int64, of bot: AccountID, in tx: ReadTransaction
    ) throws -> [(key: String, value: [UInt8])] {
        try tx.query(
            "SELECT key, value FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ? ORDER BY key", .int(bot.value),
            .int(scope.rawValue), .int(id)
        ) { (try $0.text(0), try $0.bytes(1)) }
    }

    private static func load(
        _ key: StoreKey, of bot: AccountID, in tx: ReadTransaction
    ) throws -> (value: [UInt8], version: Int64)? {
        try tx.first(
            "SELECT value, version FROM store WHERE bot_id = ? AND scope = ? AND scope_id = ? AND key = ?",
            .int(bot.value), .int(key.scope.rawValue), .int(key.scopeID), .text(key.key)
        ) { (value: try $0.bytes(0), version: try $0.int(1)) }
    }

    private static func scan(
        _ prefix: StoreKey, after: String?, limit: Int, of bot: AccountID, in tx: ReadTransaction
    ) throws -> [(key: String, value: [UInt8], version: Int64)] {
        // The end of the range is the prefix with a character after every other, so no LIKE and no escaping is needed.
        try tx.query(
            """
            SELECT key, value, version FROM store
            WHERE bot_id = ? AND scope = ? AND scope_id = ? AND key >= ? AND key > ? AND key < ?
            ORDER BY key LIMIT ?
            """,
            .int(bot.value), .int(prefix.scope.rawValue), .int(prefix.scopeID), .text(prefix.key), .text(after ?? ""),
            .text(prefix.key + "\u{10FFFF}"), .int(Int64(limit))
        ) { (key: try $0.text(0), value: try $0.bytes(1), version: try $0.int(2)) }
    }
}
