import Apps
import Database
import Messaging
import Model
import Permissions
import Runtime
import Sandbox

/// `messages`: send, reply, edit, delete, typing, answers to presses. Everything that an app does to its own messages.
extension Bridge {
    func send(_ arguments: Arguments, in turn: Turn) throws {
        let call = "messages.send"
        try check(.messagesSend, for: call, in: turn)
        let draft = try draft(arguments, in: turn)
        let account = turn.app.account
        let isElsewhere = draft.chat != turn.update.chat?.id
        turn.add(
            TurnEffect(call, [arguments[0]]) { [messaging] tx in
                let bot = try Self.bot(account, messaging, in: tx)
                if isElsewhere { try Self.refuseUnlessGroup(draft.chat, bot, messaging, in: tx) }
                _ = try messaging.post(draft, from: bot, in: tx)
            })
    }

    func draft(_ arguments: Arguments, in turn: Turn) throws -> Draft {
        let fields = try arguments.fields()
        let id = try fields.int("id")
        guard turn.owns(id) else {
            throw StoaError(.badRequest, "\(arguments.call): the id \(id) was not given to this turn.")
        }
        let draft = Draft(
            chat: ChatID(try fields.int("chat")), content: try ContentArguments.content(fields),
            replyTo: try fields.intOrNil("reply_to").map { MessageID($0) }, id: MessageID(id))
        try ContentRules.check(draft.content)
        return draft
    }

    /// A group has let the bot in; a person has to agree that it writes to them from elsewhere.
    private static func refuseUnlessGroup(
        _ chat: ChatID, _ bot: Account, _ messaging: Messaging, in tx: Transaction
    ) throws {
        guard try messaging.membership(of: bot.id, in: chat, tx: tx).chat.kind == .direct else { return }
        throw StoaError(
            .capabilityMissing,
            """
            messages.send: writing first to a person needs the capability messages.broadcast and their consent: ask with \
            chat:subscribe, then write with stoa.chat(id):broadcast
            """)
    }

    func edit(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let call = "messages.edit"
        try check(.messagesSend, for: call, in: turn)
        let fields = try arguments.fields()
        let chat = ChatID(try fields.int("chat"))
        let message = MessageID(try fields.int("message"))
        let content = try ContentArguments.content(fields)
        try ContentRules.check(content)
        return try change(call, message, chat, arguments, in: turn) { [messaging] bot, tx in
            _ = try messaging.edit(message, in: chat, to: content, by: bot, tx: tx)
        }
    }

    func delete(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let call = "messages.delete"
        try check(.messagesSend, for: call, in: turn)
        let fields = try arguments.fields()
        let chat = ChatID(try fields.int("chat"))
        let message = MessageID(try fields.int("message"))
        return try change(call, message, chat, arguments, in: turn) { [messaging] bot, tx in
            try messaging.delete(message, in: chat, by: bot, tx: tx)
        }
    }

    /// A change of a message that may not be there, or not be the bot's: judged now, so that the handler hears of it, and
    /// made at the
    /// commit, where a message that went away meanwhile is no failure.
    private func change(
        _ call: String, _ message: MessageID, _ chat: ChatID, _ arguments: Arguments, in turn: Turn,
        _ body: @escaping @Sendable (Account, Transaction) throws -> Void
    ) throws -> CallAnswer {
        let account = turn.app.account
        let effect = TurnEffect(call, [arguments[0]]) { [messaging] tx in
            let bot = try Self.bot(account, messaging, in: tx)
            do {
                try body(bot, tx)
            } catch let error as StoaError where error.code == .messageNotFound {
                // Somebody deleted it between the call and the commit.
            }
        }
        if turn.owns(message.value) {
            turn.add(effect)
            return .now([.bool(true)])
        }
        return .read { [messaging] tx, turn in
            let bot = turn.app.account
            _ = try messaging.membership(of: bot, in: chat, tx: tx)
            // People delete messages as they like: that is an answer, not a fault of the app.
            guard let found = try messaging.message(message, in: chat, tx: tx) else {
                return [.null, .string(StoaError.Code.messageNotFound.rawValue)]
            }
            guard found.from.id == bot else {
                throw StoaError(.forbidden, "\(call): a bot can change only its own messages.")
            }
            turn.add(effect)
            return [.bool(true)]
        }
    }

    func typing(_ arguments: Arguments, in turn: Turn) throws {
        try check(.messagesSend, for: "messages.typing", in: turn)
        let chat = ChatID(try arguments.fields().int("chat"))
        let bot = turn.app.account
        turn.add(
            TurnEffect("messages.typing", [arguments[0]]) { [messaging] tx in
                _ = try messaging.membership(of: bot, in: chat, tx: tx)
                let users = try messaging.userIDs(of: chat, in: tx)
                tx.afterCommit { messaging.tellNow(.typing(chat: chat, account: bot), to: users) }
            })
    }

    func answer(_ arguments: Arguments, in turn: Turn) throws {
        let call = "messages.answer"
        try check(.messagesSend, for: call, in: turn)
        let fields = try arguments.fields()
        guard let pressed = turn.update.press, let person = turn.update.person, let chat = turn.update.chat,
            let message = turn.update.message, try fields.int("press") == pressed.id
        else {
            throw StoaError(.badRequest, "\(call): only the press that this turn is about can be answered.")
        }
        let answer = ButtonAnswer(
            chat: chat.id, message: message.id, press: pressed.id, text: try fields.string("text"),
            alert: fields["alert"] == .bool(true))
        guard answer.text.unicodeScalars.count <= 200 else {
            throw StoaError(.tooLarge, "\(call): the text has more than 200 characters.")
        }
        turn.add(
            TurnEffect(call, [arguments[0]]) { [messaging] tx in
                try messaging.answer(answer, to: person.id, in: tx)
            })
    }

    static func bot(_ account: AccountID, _ messaging: Messaging, in tx: Transaction) throws -> Account {
        guard let bot = try messaging.account(account, in: tx) else {
            throw StoaError(.accountNotFound, "The app's bot account is gone. Deploy the app again.")
        }
        return bot
    }
}
