package import Database
package import Messaging
package import Model

extension Messaging {
    /// An update for a conversation that waits, in its chat and about its person; nil when there is no such conversation.
    package func addressed(
        _ kind: Update.Kind, to addressee: Update.Addressee, of bot: AccountID, payload: [UInt8], in tx: ReadTransaction
    ) throws -> Update? {
        try tx.first(
            """
            SELECT h.id, h.kind, h.title, a.id, a.kind, a.name, a.display
            FROM conversations c LEFT JOIN chats h ON h.id = c.chat_id LEFT JOIN accounts a ON a.id = c.person_id
            WHERE c.id = ? AND c.bot_id = ?
            """,
            .int(addressee.conversation.value), .int(bot.value)
        ) { row in
            Update(
                id: UpdateID(ids.next()), bot: bot, kind: kind,
                chat: try row.intOrNil(0) == nil ? nil : try Chat(row: row, at: 0),
                person: try row.intOrNil(3) == nil ? nil : try Account(row: row, at: 3), payload: payload,
                addressee: addressee, date: clock.now())
        }
    }
}
