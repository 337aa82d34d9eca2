import Crypto
package import Database
package import Model

/// What an app may use in a request and never read, such as another service's key. Sealed in the database with a key that lies
/// beside it, so that a copy of the database alone gives nothing away.
package struct Secrets: Sendable {
    /// A secret's name and what it is for.
    package struct Entry: Sendable {
        package let name: String
        /// The hosts that it may be sent to; empty for all that the manifest lists.
        package let hosts: [String]
        /// Milliseconds since 1970 UTC.
        package let date: Int64
    }

    /// Longest value in bytes; the shortest has 8, so that it can be told apart in an answer.
    package static let longest = 8192
    package static let shortest = 8

    private let key: [UInt8]

    /// Reads the key of a data folder; makes one the first time. Blocks.
    /// - Parameter isNew: whether nothing is sealed yet (``isEmpty(in:)``); else a missing key is not replaced, since nothing
    ///   that is sealed could be opened with another.
    /// - Throws: ``StoaError`` when the file is missing that should be there, or cannot be read or written.
    package init(folder: String, isNew: Bool) throws {
        key = try KeyFile.key(
            at: folder + "/secrets.key", makesOne: isNew,
            remedy: "If it is lost, delete the rows of the table secrets, start, and set each again with \"stoa secret set\".")
    }

    package static func isEmpty(in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT EXISTS (SELECT 1 FROM secrets)") { try $0.bool(0) } != true
    }

    /// - Throws: ``StoaError/Code/badRequest`` for a name or a value that cannot be used.
    package func set(
        _ name: String, to value: String, hosts: [String], of bot: AccountID, now: Int64, in tx: Transaction
    ) throws {
        guard Self.isName(name) else {
            throw StoaError(
                .badRequest, "A secret's name is a capital letter, then capital letters, digits or underscores; 64 at most.")
        }
        guard (Self.shortest...Self.longest).contains(value.utf8.count),
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            throw StoaError(
                .badRequest, "A secret's value has \(Self.shortest) to \(Self.longest) bytes and no control characters.")
        }
        guard hosts.allSatisfy({ !$0.isEmpty && !$0.contains(",") && $0.utf8.count <= 253 }) else {
            throw StoaError(.badRequest, "A host is a name such as api.example.com.")
        }
        guard let sealed = SealedBox.seal(Array(value.utf8), key: key, context: Self.context(name, bot)) else {
            throw StoaError(.internal, "The secret could not be sealed.")
        }
        try tx.execute(
            """
            INSERT INTO secrets (bot_id, name, sealed, hosts, date) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (bot_id, name) DO UPDATE SET sealed = excluded.sealed, hosts = excluded.hosts, date = excluded.date
            """,
            .int(bot.value), .text(name), .blob(sealed), .text(hosts.map { $0.lowercased() }.joined(separator: ",")), .int(now))
    }

    /// - Returns: whether there was one.
    package func remove(_ name: String, of bot: AccountID, in tx: Transaction) throws -> Bool {
        try tx.execute("DELETE FROM secrets WHERE bot_id = ? AND name = ?", .int(bot.value), .text(name)) == 1
    }

    /// Those of an app by name, without their values.
    package func list(of bot: AccountID, in tx: ReadTransaction) throws -> [Entry] {
        try tx.query("SELECT name, hosts, date FROM secrets WHERE bot_id = ? ORDER BY name", .int(bot.value)) {
            Entry(name: try $0.text(0), hosts: Self.hosts(try $0.text(1)), date: try $0.int(2))
        }
    }

    /// - Returns: nil when the app has no secret of that name.
    /// - Throws: ``StoaError/Code/internal`` when it was sealed with another key.
    package func value(
        _ name: String, of bot: AccountID, in tx: ReadTransaction
    ) throws -> (value: String, hosts: [String])? {
        let found = try tx.first(
            "SELECT sealed, hosts FROM secrets WHERE bot_id = ? AND name = ?", .int(bot.value), .text(name)
        ) { (try $0.bytes(0), try $0.text(1)) }
        guard let (sealed, hosts) = found else { return nil }
        guard let value = SealedBox.open(sealed, key: key, context: Self.context(name, bot)) else {
            throw StoaError(.internal, "The secret \(name) was sealed with another key than secrets.key. Set it again.")
        }
        return (String(decoding: value, as: UTF8.self), Self.hosts(hosts))
    }

    /// As manifests and requests spell it.
    package static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first, (0x41...0x5A).contains(first) else { return false }
        return name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    /// Ties the sealed bytes to their row.
    private static func context(_ name: String, _ bot: AccountID) -> [UInt8] { Array("\(bot.value)/\(name)".utf8) }

    private static func hosts(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
