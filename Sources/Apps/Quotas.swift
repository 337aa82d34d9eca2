package import Database
package import Model

/// What an app may use up, where an operator has decided otherwise than for all apps. Nil stands for what holds for all.
package struct Quota: Sendable, Equatable {
    package static let turnsAllowed: ClosedRange<Int64> = 1...1_000_000
    /// MiB.
    package static let storeAllowed: ClosedRange<Int64> = 1...65_536

    package let turnsPerMinute: Int64?
    /// MiB of all its values and their keys.
    package let storeMiB: Int64?

    package init(turnsPerMinute: Int64? = nil, storeMiB: Int64? = nil) {
        self.turnsPerMinute = turnsPerMinute
        self.storeMiB = storeMiB
    }

    /// - Throws: ``StoaError/Code/badRequest``.
    package func check() throws {
        if let turnsPerMinute, !Self.turnsAllowed.contains(turnsPerMinute) {
            throw StoaError(.badRequest, "An app may have 1 to \(Self.turnsAllowed.upperBound) turns a minute. \(Self.stop)")
        }
        if let storeMiB, !Self.storeAllowed.contains(storeMiB) {
            throw StoaError(.badRequest, "An app's store may have 1 to \(Self.storeAllowed.upperBound) MiB. \(Self.stop)")
        }
    }

    private static let stop = "To stop an app, take it down."
}

/// The table of quotas. The runtime goes by it as part of ``Rollout``.
package enum Quotas {
    package static func quota(of bot: AccountID, in tx: ReadTransaction) throws -> Quota {
        try tx.first("SELECT turns_per_minute, store_mib FROM quotas WHERE bot_id = ?", .int(bot.value)) {
            Quota(turnsPerMinute: try $0.intOrNil(0), storeMiB: try $0.intOrNil(1))
        } ?? Quota()
    }

    /// - Throws: ``StoaError/Code/badRequest``.
    package static func set(_ quota: Quota, of bot: AccountID, in tx: Transaction) throws {
        try quota.check()
        try tx.execute(
            """
            INSERT INTO quotas (bot_id, turns_per_minute, store_mib) VALUES (?, ?, ?)
            ON CONFLICT (bot_id) DO UPDATE SET turns_per_minute = excluded.turns_per_minute, store_mib = excluded.store_mib
            """, .int(bot.value), .optional(quota.turnsPerMinute), .optional(quota.storeMiB))
    }
}
