import Apps
import Database
package import Messaging
package import Model

/// An app's dead letters: what they died of, and what becomes of them. What was written is not shown, though an app's own error
/// may quote it.
extension Console {
    private static let batch = 200

    /// A page of them, the oldest first. The entry in the audit is there before anything is shown.
    /// - Parameter id: those after it; nil for the first.
    package func dead(_ name: String, after id: UpdateID? = nil, by actor: Actor) async throws -> [DeadLetter] {
        try actor.requireOperator()
        return try await database.write { [messaging] tx in
            let app = try Publishing.requireApp(name, in: tx)
            if id == nil { try note(.read, app, "its dead letters", by: actor, in: tx) }
            return try messaging.deadLetters(of: app.account, after: id ?? UpdateID(0), limit: Self.batch, in: tx)
        }
    }

    /// Puts dead letters back into the app's inbox.
    /// - Parameter ids: nil for all there are now.
    /// - Returns: how many.
    package func retryDead(_ name: String, _ ids: [UpdateID]?, by actor: Actor) async throws -> Int {
        try await work(name, ids, by: actor) { [messaging] id, app, tx in
            guard try messaging.retry(deadLetter: id, of: app.account, in: tx) != nil else { return false }
            try note(.deadRetried, app, "\(id)", by: actor, in: tx)
            return true
        }
    }

    /// Gives dead letters up.
    /// - Parameter ids: nil for all there are now.
    /// - Returns: how many.
    package func dropDead(_ name: String, _ ids: [UpdateID]?, by actor: Actor) async throws -> Int {
        try await work(name, ids, by: actor) { [messaging] id, app, tx in
            guard try messaging.drop(deadLetter: id, of: app.account, in: tx) else { return false }
            try note(.deadDropped, app, "\(id)", by: actor, in: tx)
            return true
        }
    }

    private func work(
        _ name: String, _ ids: [UpdateID]?, by actor: Actor,
        _ body: @escaping @Sendable (UpdateID, App, Transaction) throws -> Bool
    ) async throws -> Int {
        try actor.requireOperator()
        if let ids {
            return try await database.write { tx in
                let app = try Publishing.requireApp(name, in: tx)
                for id in ids where try !body(id, app, tx) {
                    throw StoaError(
                        .notFound, "\(app.name) has no dead letter \(id). \"stoa dead \(app.name)\" lists those there are.")
                }
                return ids.count
            }
        }
        // What dies again meanwhile is not tried for ever.
        let end = UpdateID(messaging.ids.next())
        var count = 0
        while true {
            let done = try await database.write { [messaging] tx in
                let app = try Publishing.requireApp(name, in: tx)
                let page = try messaging.deadLetters(of: app.account, limit: Self.batch, in: tx).filter { $0.update.id < end }
                for letter in page { _ = try body(letter.update.id, app, tx) }
                return page.count
            }
            count += done
            if done < Self.batch { return count }
        }
    }
}
