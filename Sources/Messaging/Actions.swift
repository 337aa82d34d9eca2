package import Database
package import Model

/// What people do on the pages of mini-apps: each put into the app's inbox once.
extension Messaging {
    /// Milliseconds for which the nonce of an action is remembered.
    package static let actionsKeptFor: Int64 = 24 * 3600 * 1000
    /// Bytes of a nonce, 1 or more.
    package static let maxActionNonce = 64

    /// Puts an action into the inbox of the app's bot. The same nonce again does nothing.
    /// - Parameter payload: what was done, encoded as it crosses the bridge.
    /// - Returns: the update; nil when it is there already, or was.
    /// - Throws: ``StoaError/Code/chatNotFound`` unless both are members of the chat.
    package func act(
        _ payload: [UInt8], nonce: String, on bot: AccountID, by person: Account, in chat: ChatID, tx: Transaction
    ) throws -> UpdateID? {
        guard (1...Self.maxActionNonce).contains(nonce.utf8.count) else {
            throw StoaError(.badRequest, "The nonce must have 1 to \(Self.maxActionNonce) bytes.")
        }
        let place = try membership(of: person.id, in: chat, tx: tx).chat
        _ = try membership(of: bot, in: chat, tx: tx)
        let now = clock.now()
        let isNew = try tx.execute(
            "INSERT OR IGNORE INTO actions (person_id, nonce, date) VALUES (?, ?, ?)", .int(person.id.value), .text(nonce),
            .int(now))
        guard isNew == 1 else { return nil }
        let id = UpdateID(ids.next())
        try enqueue(
            [Update(id: id, bot: bot, kind: .action, chat: place, person: person, payload: payload, date: now)], in: tx)
        return id
    }

    /// Forgets some nonces older than a time (milliseconds since 1970 UTC), few enough to keep nobody waiting.
    /// - Returns: whether there are more.
    package static func pruneActions(before time: Int64, in tx: Transaction) throws -> Bool {
        let batch: Int64 = 500
        let removed = try tx.execute(
            """
            DELETE FROM actions WHERE (person_id, nonce) IN
              (SELECT person_id, nonce FROM actions WHERE date < ?1 ORDER BY date LIMIT ?2)
            """, .int(time), .int(batch))
        return removed == batch
    }
}
