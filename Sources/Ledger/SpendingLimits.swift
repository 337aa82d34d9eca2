package import Database
package import Model

/// What a person has set for payments in one currency.
package struct SpendingLimits: Sendable, Equatable {
    /// Milliseconds over which spending is counted.
    package static let day: Int64 = 24 * 3600 * 1000

    package let currency: Currency
    /// Payments above this need the PIN; nil: all do.
    package let confirmAbove: Int64?
    /// At most so much in 24 hours, to all together.
    package let perDay: Int64?
    /// At most so much in 24 hours to any one app.
    package let perAppPerDay: Int64?
    /// At most so much in 24 hours to these apps, by the accounts of their bots.
    package let apps: [AccountID: Int64]

    package init(
        currency: Currency, confirmAbove: Int64? = nil, perDay: Int64? = nil, perAppPerDay: Int64? = nil,
        apps: [AccountID: Int64] = [:]
    ) {
        self.currency = currency
        self.confirmAbove = confirmAbove
        self.perDay = perDay
        self.perAppPerDay = perAppPerDay
        self.apps = apps
    }

    /// Takes the place of what was set before.
    /// - Throws: ``StoaError/Code/invalidAmount`` for a limit that is no amount, `tooLarge` for too many apps.
    package func set(of person: AccountID, in tx: Transaction) throws {
        let all = [confirmAbove, perDay, perAppPerDay].compactMap { $0 } + apps.values
        guard all.allSatisfy({ (0...Money.largest).contains($0) }) else {
            throw StoaError(.invalidAmount, "A limit is an amount from 0 to \(Money.largest), or null for none.")
        }
        guard apps.count <= 100 else { throw StoaError(.tooLarge, "At most 100 apps can have limits of their own.") }
        try tx.execute(
            """
            INSERT OR REPLACE INTO spending_limits (person, currency, confirm_above, per_day, per_app_per_day)
            VALUES (?, ?, ?, ?, ?)
            """,
            .int(person.value), .text(currency.code), .optional(confirmAbove), .optional(perDay), .optional(perAppPerDay))
        try tx.execute(
            "DELETE FROM app_spending_limits WHERE person = ? AND currency = ?", .int(person.value), .text(currency.code))
        for (app, limit) in apps {
            try tx.execute(
                "INSERT INTO app_spending_limits (person, currency, app, per_day) VALUES (?, ?, ?, ?)", .int(person.value),
                .text(currency.code), .int(app.value), .int(limit))
        }
    }

    /// In all currencies that the person has set something for.
    package static func all(of person: AccountID, in tx: ReadTransaction) throws -> [SpendingLimits] {
        try tx.query("SELECT currency FROM spending_limits WHERE person = ? ORDER BY currency", .int(person.value)) {
            try Currency(try $0.text(0))
        }.map { try of(person, $0, in: tx) }
    }

    package static func of(_ person: AccountID, _ currency: Currency, in tx: ReadTransaction) throws -> SpendingLimits {
        let apps = try tx.query(
            "SELECT app, per_day FROM app_spending_limits WHERE person = ? AND currency = ?", .int(person.value),
            .text(currency.code)
        ) { (AccountID(try $0.int(0)), try $0.int(1)) }
        let found = try tx.first(
            "SELECT confirm_above, per_day, per_app_per_day FROM spending_limits WHERE person = ? AND currency = ?",
            .int(person.value), .text(currency.code)
        ) { row in
            SpendingLimits(
                currency: currency, confirmAbove: try row.intOrNil(0), perDay: try row.intOrNil(1),
                perAppPerDay: try row.intOrNil(2), apps: Dictionary(apps, uniquingKeysWith: { first, _ in first }))
        }
        return found ?? SpendingLimits(currency: currency)
    }

    /// Whether the person has to confirm with their PIN.
    package static func needsConfirmation(_ money: Money, of person: AccountID, in tx: ReadTransaction) throws -> Bool {
        try money.amount > of(person, money.currency, in: tx).confirmAbove ?? 0
    }

    /// - Parameter app: the account of its bot; nil when a person is paid.
    /// - Throws: ``StoaError/Code/limitExceeded`` that says which limit, and what is left of it.
    package static func check(
        _ money: Money, by person: AccountID, to app: AccountID?, now: Int64, in tx: ReadTransaction
    ) throws {
        let limits = try of(person, money.currency, in: tx)
        if let limit = limits.perDay {
            try check(money, limit, spent: try spent(by: person, to: nil, money.currency, now: now, in: tx), "of a day")
        }
        guard let app, let limit = limits.apps[app] ?? limits.perAppPerDay else { return }
        try check(
            money, limit, spent: try spent(by: person, to: app, money.currency, now: now, in: tx), "for this app and a day")
    }

    private static func check(_ money: Money, _ limit: Int64, spent: Int64, _ which: String) throws(StoaError) {
        let left = max(0, limit - spent)
        guard money.amount > left else { return }
        throw StoaError(
            .limitExceeded,
            "Your limit \(which) is \(Money(limit, money.currency).text), and \(Money(left, money.currency).text) of it are left. The wallet's settings change it."
        )
    }

    /// What the person agreed to pay in the last 24 hours. What they got back counts all the same; what was never captured does
    /// not.
    private static func spent(
        by person: AccountID, to app: AccountID?, _ currency: Currency, now: Int64, in tx: ReadTransaction
    ) throws -> Int64 {
        try tx.first(
            """
            SELECT COALESCE(sum(CASE WHEN state IN (2, 3) THEN amount + tip ELSE captured END), 0) FROM payments
            WHERE payer = ?1 AND authorised_at > ?2 AND currency = ?3 AND (?4 IS NULL OR payee = ?4)
            """,
            .int(person.value), .int(now - day), .text(currency.code), .optional(app?.value)
        ) { try $0.int(0) } ?? 0
    }
}
