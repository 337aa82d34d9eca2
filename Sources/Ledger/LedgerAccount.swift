package import Database
package import Model

/// An account of the ledger: whose money, of which currency, for what. Opened when it is first needed, never closed.
package struct LedgerAccount: Sendable, Equatable {
    package enum Kind: Int64, Sendable, CaseIterable {
        /// A person's money, or what a business has earned.
        case wallet = 1
        /// Taken from a business while a dispute is open; its owner is the business.
        case reserve = 2
        /// What the operator keeps of payments.
        case fees = 3
        /// The other side of balances that the operator issues: what it owes in all, as a negative balance.
        case issuance = 4
        /// The other side of what came in through a provider; its owner is the provider's number.
        case clearing = 5
        /// What a business owes for a dispute that it lost when its balance was too small; its owner is the business.
        case debt = 6

        /// Whether its balance may be negative.
        package var allowsOverdraft: Bool {
            switch self {
            case .wallet, .reserve, .fees: false
            case .issuance, .clearing, .debt: true
            }
        }

        package var name: String {
            switch self {
            case .wallet: "wallet"
            case .reserve: "reserve"
            case .fees: "fees"
            case .issuance: "issuance"
            case .clearing: "clearing"
            case .debt: "debt"
            }
        }
    }

    package let id: LedgerAccountID
    /// An account of Messaging, the number of a provider, or 0 for the operator.
    package let owner: Int64
    package let kind: Kind
    package let currency: Currency
    package private(set) var debitsPending: Int64
    package private(set) var debitsPosted: Int64
    package private(set) var creditsPending: Int64
    package private(set) var creditsPosted: Int64

    /// What is there, holds included.
    package var balance: Int64 { creditsPosted - debitsPosted }
    /// What can be spent.
    package var available: Int64 { creditsPosted - debitsPosted - debitsPending }
    /// Put aside for holds.
    package var held: Int64 { debitsPending }

    // MARK: Changes, each judged

    /// - Throws: ``StoaError/Code/amountOverflow`` and ``StoaError/Code/insufficientFunds``.
    func posting(_ amount: Int64, asDebit: Bool) throws(StoaError) -> LedgerAccount {
        var changed = self
        if asDebit {
            changed.debitsPosted = try sum(debitsPosted, amount)
        } else {
            changed.creditsPosted = try sum(creditsPosted, amount)
        }
        try changed.check(spending: asDebit ? amount : 0, of: available)
        return changed
    }

    /// - Throws: ``StoaError/Code/amountOverflow`` and ``StoaError/Code/insufficientFunds``.
    func holding(_ amount: Int64, asDebit: Bool) throws(StoaError) -> LedgerAccount {
        var changed = self
        if asDebit {
            changed.debitsPending = try sum(debitsPending, amount)
        } else {
            changed.creditsPending = try sum(creditsPending, amount)
        }
        try changed.check(spending: asDebit ? amount : 0, of: available)
        return changed
    }

    /// Without what a hold had put aside; that was checked when it was.
    func releasing(_ amount: Int64, asDebit: Bool) -> LedgerAccount {
        var changed = self
        if asDebit { changed.debitsPending -= amount } else { changed.creditsPending -= amount }
        return changed
    }

    private func sum(_ a: Int64, _ b: Int64) throws(StoaError) -> Int64 {
        let (sum, overflows) = a.addingReportingOverflow(b)
        guard !overflows else { throw overflow }
        return sum
    }

    private var overflow: StoaError {
        StoaError(.amountOverflow, "The account \(id) cannot count that much: its sums end at \(Int64.max).")
    }

    /// Pending and posted together stay countable too, so that nothing that is computed of them can overflow.
    private func check(spending amount: Int64, of before: Int64) throws(StoaError) {
        let debits = try sum(debitsPending, debitsPosted)
        _ = try sum(creditsPending, creditsPosted)
        guard amount == 0 || kind.allowsOverdraft || debits <= creditsPosted else {
            throw StoaError(
                .insufficientFunds,
                "There is not enough money: \(Money(before, currency).text) are available, \(Money(amount, currency).text) are needed."
            )
        }
    }

    // MARK: Rows

    init(row: Row) throws {
        id = LedgerAccountID(try row.int(0))
        owner = try row.int(1)
        guard let kind = Kind(rawValue: try row.int(2)) else {
            throw StoaError(.internal, "The ledger's account \(id) is of an unknown kind.")
        }
        self.kind = kind
        currency = try Currency(try row.text(3))
        debitsPending = try row.int(4)
        debitsPosted = try row.int(5)
        creditsPending = try row.int(6)
        creditsPosted = try row.int(7)
    }

    func update(in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE ledger_accounts SET debits_pending = ?2, debits_posted = ?3, credits_pending = ?4, credits_posted = ?5
            WHERE id = ?1
            """,
            .int(id.value), .int(debitsPending), .int(debitsPosted), .int(creditsPending), .int(creditsPosted))
    }

    fileprivate init(id: LedgerAccountID, owner: Int64, kind: Kind, currency: Currency) {
        self.id = id
        self.owner = owner
        self.kind = kind
        self.currency = currency
        (debitsPending, debitsPosted, creditsPending, creditsPosted) = (0, 0, 0, 0)
    }
}

extension Ledger {
    /// - Throws: ``StoaError/Code/notFound``.
    package func account(_ id: LedgerAccountID, in tx: ReadTransaction) throws -> LedgerAccount {
        let found = try tx.first(
            """
            SELECT id, owner, kind, currency, debits_pending, debits_posted, credits_pending, credits_posted
            FROM ledger_accounts WHERE id = ?
            """,
            .int(id.value), row: LedgerAccount.init(row:))
        guard let found else { throw StoaError(.notFound, "The ledger has no account \(id).") }
        return found
    }

    /// The owner's account of that kind and currency; nil when it was never needed.
    package func account(
        of owner: Int64, _ kind: LedgerAccount.Kind, _ currency: Currency, in tx: ReadTransaction
    ) throws -> LedgerAccount? {
        try tx.first(
            """
            SELECT id, owner, kind, currency, debits_pending, debits_posted, credits_pending, credits_posted
            FROM ledger_accounts WHERE owner = ? AND kind = ? AND currency = ?
            """,
            .int(owner), .int(kind.rawValue), .text(currency.code), row: LedgerAccount.init(row:))
    }

    /// All accounts of an owner, by kind and currency.
    package func accounts(of owner: Int64, in tx: ReadTransaction) throws -> [LedgerAccount] {
        try tx.query(
            """
            SELECT id, owner, kind, currency, debits_pending, debits_posted, credits_pending, credits_posted
            FROM ledger_accounts WHERE owner = ? ORDER BY kind, currency
            """,
            .int(owner), row: LedgerAccount.init(row:))
    }

    /// The owner's account of that kind and currency, opened now if there is none.
    package func opened(
        _ kind: LedgerAccount.Kind, of owner: Int64, _ currency: Currency, in tx: Transaction
    ) throws -> LedgerAccount {
        if let found = try account(of: owner, kind, currency, in: tx) { return found }
        let account = LedgerAccount(id: LedgerAccountID(ids.next()), owner: owner, kind: kind, currency: currency)
        try tx.execute(
            "INSERT INTO ledger_accounts (id, owner, kind, currency, opened_at) VALUES (?, ?, ?, ?, ?)",
            .int(account.id.value), .int(owner), .int(kind.rawValue), .text(currency.code), .int(clock.now()))
        return account
    }

    /// The wallet of a person or a business, opened now if there is none.
    package func wallet(of owner: AccountID, _ currency: Currency, in tx: Transaction) throws -> LedgerAccount {
        try opened(.wallet, of: owner.value, currency, in: tx)
    }
}
