import Apps
package import Database
import Identity
import Ledger
import Messaging
import Runtime

/// All migrations, and what all tables together know.
package enum Schema {
    package static let migrations: [Migration] =
        MessagingSchema.migrations + IdentitySchema.migrations + AppStore.migrations + RuntimeSchema.migrations
        + LedgerSchema.migrations

    /// The highest id in use anywhere: new ones must be above it, also when the clock was set back.
    package static func highestID(in tx: ReadTransaction) throws -> Int64 {
        let others = try tx.first(
            """
            SELECT max(COALESCE((SELECT max(id) FROM turns), 0), COALESCE((SELECT max(id) FROM timers), 0),
              COALESCE((SELECT max(id) FROM conversations), 0), COALESCE((SELECT max(id) FROM outbox), 0),
              COALESCE((SELECT max(id) FROM sessions), 0))
            """
        ) { try $0.int(0) }
        return max(
            try Messaging.highestID(in: tx), try AppStore.highestID(in: tx), try LedgerSchema.highestID(in: tx), others ?? 0)
    }
}
