package import Database
package import Model

extension Messaging {
    /// - Parameter mayBeReserved: for accounts that the server makes for itself.
    /// - Throws: ``StoaError/Code/nameTaken``, ``StoaError/Code/badRequest``.
    package func createAccount(
        _ kind: Account.Kind, name: String, display: String, groupMessages: Account.GroupMessages = .all,
        mayBeReserved: Bool = false, in tx: Transaction
    ) throws -> Account {
        try Account.checkName(name)
        guard mayBeReserved || !Account.isReserved(name) else {
            throw StoaError(.nameTaken, "The name \(name) stands for the server itself. Choose another.")
        }
        try Account.checkDisplay(display)
        guard try account(named: name, in: tx) == nil else {
            throw StoaError(.nameTaken, "The name \(name) is taken. Choose another.")
        }
        let account = Account(id: AccountID(ids.next()), kind: kind, name: name, display: display)
        try tx.execute(
            """
            INSERT INTO accounts (id, kind, name, name_key, display, group_messages, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .int(account.id.value), .int(kind.rawValue), .text(name), .text(name.lowercased()), .text(display),
            .int(groupMessages.rawValue), .int(clock.now()))
        return account
    }

    /// What a new version of an app says about its bot.
    package func updateBot(
        _ id: AccountID, display: String, groupMessages: Account.GroupMessages, in tx: Transaction
    ) throws {
        try Account.checkDisplay(display)
        try tx.execute(
            "UPDATE accounts SET display = ?, group_messages = ? WHERE id = ? AND kind = 1",
            .text(display), .int(groupMessages.rawValue), .int(id.value))
    }

    /// What others see of a user. Messages that were written before show it too.
    package func setDisplay(_ display: String, of user: AccountID, in tx: Transaction) throws {
        try Account.checkDisplay(display)
        try tx.execute("UPDATE accounts SET display = ? WHERE id = ? AND kind = 0", .text(display), .int(user.value))
    }

    package func countUsers(in tx: ReadTransaction) throws -> Int64 {
        try tx.first("SELECT count(*) FROM accounts WHERE kind = 0") { try $0.int(0) } ?? 0
    }

    /// Users by name, those after one.
    package func users(
        after name: String, limit: Int, in tx: ReadTransaction
    ) throws -> [(account: Account, createdAt: Int64)] {
        try tx.query(
            """
            SELECT id, kind, name, display, created_at FROM accounts WHERE kind = 0 AND name_key > ?
            ORDER BY name_key LIMIT ?
            """,
            .text(name.lowercased()), .int(Int64(limit))
        ) { (try Account(row: $0, at: 0), try $0.int(4)) }
    }

    package func account(named name: String, in tx: ReadTransaction) throws -> Account? {
        try tx.first(
            "SELECT id, kind, name, display FROM accounts WHERE name_key = ?", .text(name.lowercased()),
            row: { try Account(row: $0, at: 0) })
    }

    package func account(_ id: AccountID, in tx: ReadTransaction) throws -> Account? {
        try tx.first(
            "SELECT id, kind, name, display FROM accounts WHERE id = ?", .int(id.value),
            row: { try Account(row: $0, at: 0) })
    }

    /// Like ``account(named:in:)``, for a name that a client gave.
    /// - Throws: ``StoaError/Code/accountNotFound``.
    package func requireAccount(named name: String, in tx: ReadTransaction) throws -> Account {
        guard let account = try account(named: name, in: tx) else {
            throw StoaError(.accountNotFound, "No account is named \(name.prefix(64)). Check the spelling.")
        }
        return account
    }
}

extension Account {
    /// From the columns id, kind, name, display.
    package init(row: Row, at column: Int) throws {
        self.init(
            id: AccountID(try row.int(column)), kind: try row.int(column + 1) == 1 ? .bot : .user,
            name: try row.text(column + 2), display: try row.text(column + 3))
    }
}

extension Chat {
    /// From the columns id, kind, title.
    package init(row: Row, at column: Int) throws {
        self.init(
            id: ChatID(try row.int(column)), kind: Kind(rawValue: try row.int(column + 1)) ?? .group,
            title: try row.text(column + 2))
    }
}
