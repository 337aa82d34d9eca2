package import Database
import Messaging
package import Model
import Sandbox

/// What an app keeps about a person ends when the person wants it.
extension Runtime {
    /// What was deleted.
    package struct Forgotten: Sendable, Equatable {
        package var conversations = 0
        package var values = 0
        package var timers = 0
        package var turns = 0
    }

    /// Turns and log lines looked at in one go: none of it may keep the writer for long.
    private static let page = 2000

    /// Ends the app's conversations with the person and deletes its values of the person and of their chat with it alone, its
    /// timers and updates of theirs, its requests to other servers, and what its journal and log have of them. The app is told.
    /// What it keeps for all its users, and what others' conversations hold, is the app's to clear.
    /// - Parameters:
    ///   - chat: the direct chat of the two.
    ///   - record: part of the transaction that deletes.
    package func forget(
        _ person: AccountID, by bot: AccountID, chat: ChatID?, record: @escaping @Sendable (Forgotten, Transaction) throws -> Void
    ) async throws -> Forgotten {
        let (ended, waiting, counts) = try await database.write { [self] tx in
            let ended = try endConversations(of: person, with: bot, in: tx)
            var counts = Forgotten(conversations: ended.count)
            counts.values = try StoreView.erase(.user, person.value, of: bot, in: tx)
            if let chat { counts.values += try StoreView.erase(.chat, chat.value, of: bot, in: tx) }
            counts.timers = Int(
                try tx.execute(
                    "DELETE FROM timers WHERE bot_id = ? AND (person_id = ? OR chat_id = ?)", .int(bot.value),
                    .int(person.value), .optional(chat?.value)))
            let waiting = try tx.query(
                "SELECT id FROM inbox WHERE bot_id = ? AND person_id = ?", .int(bot.value), .int(person.value)
            ) { UpdateID(try $0.int(0)) }
            try tx.execute("DELETE FROM inbox WHERE bot_id = ? AND person_id = ?", .int(bot.value), .int(person.value))
            try record(counts, tx)
            try messaging.enqueue(
                [
                    Update(
                        id: UpdateID(ids.next()), bot: bot, kind: .forgotten, chat: nil, person: nil,
                        payload: BridgeValue.array([.int(person.value)]).encoded, date: clock.now())
                ], in: tx)
            return (ended, waiting, counts)
        }
        for update in waiting {
            tellObserver(
                EndedTurn(
                    update: update, bot: bot, kind: .action, chat: nil, person: person, written: [], notes: [],
                    failure: "The person wanted to be forgotten."))
        }
        for conversation in ended {
            let gone = withState { state in
                let gone = state.scheduler.conversations[conversation]
                state.scheduler.update { $0.remove(conversation) }
                return gone
            }
            forget(gone)
        }
        var all = counts
        all.turns = try await eraseTurns(of: person, with: bot)
        return all
    }

    private func endConversations(of person: AccountID, with bot: AccountID, in tx: Transaction) throws -> [ConversationID] {
        let ids = try tx.query(
            "SELECT id FROM conversations WHERE bot_id = ? AND person_id = ?", .int(bot.value), .int(person.value)
        ) { ConversationID(try $0.int(0)) }
        for id in ids { try endConversation(id, in: tx) }
        return ids
    }

    /// Turns lie in the order of time, whosever they are, so all of them are looked at, some at a time. One that belongs to a
    /// conversation of somebody else which goes on (an answer in a group) stays until that ends: without it the conversation
    /// could not be replayed, and would do again what it has done.
    private func eraseTurns(of person: AccountID, with bot: AccountID) async throws -> Int {
        let end = ids.next()
        var (last, erased): (Int64, Set<Int64>) = (0, [])
        while true {
            let after = last
            let page = try await database.read { tx in
                try tx.query(
                    """
                    SELECT id, bot_id = ? AND person_id = ? AND NOT EXISTS (
                      SELECT 1 FROM conversations c WHERE c.id = turns.conversation_id AND turns.id >= c.journal_from)
                    FROM turns WHERE id > ? AND id < ? ORDER BY id LIMIT ?
                    """,
                    .int(bot.value), .int(person.value), .int(after), .int(end), .int(Int64(Self.page))
                ) { (id: try $0.int(0), isTheirs: try $0.intOrNil(1) == 1) }
            }
            let theirs = page.filter(\.isTheirs).map(\.id)
            erased.formUnion(theirs)
            if !theirs.isEmpty {
                try await database.write { tx in
                    for id in theirs { try tx.execute("DELETE FROM turns WHERE id = ?", .int(id)) }
                }
            }
            guard page.count == Self.page, let next = page.last?.id else { break }
            last = next
        }
        try await eraseLogs(of: erased, bot)
        return erased.count
    }

    private func eraseLogs(of turns: Set<Int64>, _ bot: AccountID) async throws {
        var last: Int64 = 0
        while !turns.isEmpty {
            let after = last
            let page = try await database.read { tx in
                try tx.query(
                    "SELECT id, turn_id FROM logs WHERE bot_id = ? AND id > ? ORDER BY id LIMIT ?", .int(bot.value), .int(after),
                    .int(Int64(Self.page))
                ) { (id: try $0.int(0), turn: try $0.int(1)) }
            }
            let theirs = page.filter { turns.contains($0.turn) }.map(\.id)
            if !theirs.isEmpty {
                try await database.write { tx in
                    for id in theirs { try tx.execute("DELETE FROM logs WHERE id = ?", .int(id)) }
                }
            }
            guard page.count == Self.page, let next = page.last?.id else { return }
            last = next
        }
    }
}
