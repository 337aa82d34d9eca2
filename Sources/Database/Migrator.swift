import CSQLite

/// Brings the schema up to date: each migration once, in order, in a transaction of its own.
struct Migrator {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// - Throws: ``DatabaseError/Kind/newerSchema`` when the file has migrations that this program does not know.
    func apply(_ migrations: [Migration]) throws {
        let transaction = Transaction(connection)
        let known = try applied()
        for (name, digest) in known {
            guard let migration = migrations.first(where: { $0.key == name }) else {
                throw DatabaseError(
                    .newerSchema,
                    "The data folder was written by a newer Stoa (migration \(name)). Run that one, or restore a backup.")
            }
            guard migration.digest == digest else {
                throw DatabaseError(
                    .newerSchema, "The migration \(name) is not the one that made this data folder. Run the Stoa that did.")
            }
        }
        for migration in migrations where known[migration.key] == nil {
            try connection.run("BEGIN IMMEDIATE")
            do {
                for statement in migration.statements { try transaction.execute(statement) }
                try transaction.execute(
                    """
                    CREATE TABLE IF NOT EXISTS migrations (
                      key TEXT PRIMARY KEY, name TEXT NOT NULL, digest INTEGER NOT NULL, applied_at INTEGER NOT NULL
                    ) STRICT
                    """)
                try transaction.execute(
                    "INSERT INTO migrations (key, name, digest, applied_at) VALUES (?, ?, ?, unixepoch() * 1000)",
                    .text(migration.key), .text(migration.name), .int(migration.digest))
                try connection.run("COMMIT")
            } catch {
                try? connection.run("ROLLBACK")
                throw error
            }
        }
    }

    private func applied() throws -> [String: Int64] {
        guard try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'") == 1 else { return [:] }
        let rows = try Transaction(connection).query("SELECT key, digest FROM migrations") {
            (try $0.text(0), try $0.int(1))
        }
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
}

extension Migration {
    var key: String { "\(component)/\(number)" }

    /// FNV-1a over the statements: tells whether a migration was changed after it was applied.
    var digest: Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in statements {
            statement.text.withUTF8Buffer { bytes in
                for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            }
            hash = hash &* 0x100_0000_01b3
        }
        return Int64(bitPattern: hash)
    }
}
