package import Database
package import Model

/// How an event stands in the table: its type, and what it refers to. Messages are read where they are, so that what
/// was deleted is not kept in a log.
private enum EventType: Int64 {
    case messageNew = 1
    case messageEdited = 2
    case messageDeleted = 3
    case chatNew = 4
    case chatUpdated = 5
    case memberJoined = 6
    case memberLeft = 7
    case read = 8
    case buttonAnswer = 9
    case consentRequested = 10
    case consentClosed = 11
    case paymentUpdated = 12
    case subscriptionUpdated = 13
    case walletUpdated = 14
}

extension Messaging {
    /// Appends an event to the log of each user and tells it after the commit.
    func log(_ event: Event, to users: [AccountID], in tx: Transaction) throws {
        let row = EventRow(event)
        guard let row else {
            tell(event, to: users.map { ($0, 0) }, after: tx)
            return
        }
        var recipients: [(user: AccountID, seq: Int64)] = []
        recipients.reserveCapacity(users.count)
        for user in users {
            let seq = try tx.first(
                """
                INSERT INTO events (user_id, seq, type, chat_id, message_id, account_id, number, text)
                VALUES (?1, (SELECT COALESCE(max(seq), 0) + 1 FROM events WHERE user_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7)
                RETURNING seq
                """,
                .int(user.value), .int(row.type.rawValue), .int(row.chat), .optional(row.message),
                .optional(row.account), .optional(row.number), .optional(row.text)
            ) { try $0.int(0) }
            recipients.append((user, seq ?? 0))
        }
        tell(event, to: recipients, after: tx)
    }

    /// An event that is one person's alone.
    package func announce(_ event: Event, to person: AccountID, in tx: Transaction) throws {
        try log(event, to: [person], in: tx)
    }

    /// The last place in a user's log; 0 when it is empty.
    package func lastSeq(of user: AccountID, in tx: ReadTransaction) throws -> Int64 {
        try tx.first("SELECT COALESCE(max(seq), 0) FROM events WHERE user_id = ?", .int(user.value)) {
            try $0.int(0)
        } ?? 0
    }

    /// What a user's log holds after `seq`, oldest first, at most `limit` (1 to 1,000).
    package func events(
        of user: AccountID, after seq: Int64, limit: Int, in tx: ReadTransaction
    ) throws -> [LoggedEvent] {
        try tx.query(
            """
            SELECT e.seq, e.type, e.chat_id, e.message_id, e.account_id, e.number, e.text,
              m.id, m.chat_id, m.date, m.text, m.entities, m.attachments, m.buttons, m.reply_to, m.edited_at, m.nonce, m.card,
              a.id, a.kind, a.name, a.display
            FROM events e
            LEFT JOIN messages m ON m.id = e.message_id AND m.deleted_at IS NULL
            LEFT JOIN accounts a ON a.id = m.sender_id
            WHERE e.user_id = ? AND e.seq > ? ORDER BY e.seq LIMIT ?
            """,
            .int(user.value), .int(seq), .int(Int64(limit))
        ) { LoggedEvent(seq: try $0.int(0), event: try Event(row: $0)) }
    }
}

private struct EventRow {
    var type: EventType
    var chat: Int64
    var message: Int64?
    var account: Int64?
    var number: Int64?
    var text: String?

    /// Nil for what is not logged.
    init?(_ event: Event) {
        switch event {
        case .messageNew(let message):
            (type, chat, self.message) = (.messageNew, message.chat.value, message.id.value)
        case .messageEdited(let message):
            (type, chat, self.message) = (.messageEdited, message.chat.value, message.id.value)
        case .messageDeleted(let chat, let message):
            (type, self.chat, self.message) = (.messageDeleted, chat.value, message.value)
        case .chatNew(let chat):
            (type, self.chat) = (.chatNew, chat.value)
        case .chatUpdated(let chat):
            (type, self.chat) = (.chatUpdated, chat.value)
        case .memberJoined(let chat, let account):
            (type, self.chat, self.account) = (.memberJoined, chat.value, account.value)
        case .memberLeft(let chat, let account):
            (type, self.chat, self.account) = (.memberLeft, chat.value, account.value)
        case .read(let chat, let account, let upTo):
            (type, self.chat, self.account, number) = (.read, chat.value, account.value, upTo.value)
        case .buttonAnswer(let answer):
            (type, chat, message) = (.buttonAnswer, answer.chat.value, answer.message.value)
            // The sign carries `alert`, so that the rarest event needs no column of its own.
            (number, text) = (answer.alert ? -answer.press : answer.press, answer.text)
        case .consentRequested(let consent):
            (type, chat, number) = (.consentRequested, 0, consent.value)
        case .consentClosed(let consent):
            (type, chat, number) = (.consentClosed, 0, consent.value)
        case .paymentUpdated(let payment):
            (type, chat, number) = (.paymentUpdated, 0, payment.value)
        case .subscriptionUpdated(let subscription):
            (type, chat, number) = (.subscriptionUpdated, 0, subscription.value)
        case .walletUpdated:
            (type, chat) = (.walletUpdated, 0)
        case .typing:
            return nil
        }
    }
}

extension Event {
    /// From the columns of ``Messaging/events(of:after:limit:in:)``.
    fileprivate init(row: Row) throws {
        let chat = ChatID(try row.int(2))
        let messageID = MessageID(try row.intOrNil(3) ?? 0)
        let account = AccountID(try row.intOrNil(4) ?? 0)
        let number = try row.intOrNil(5) ?? 0
        switch EventType(rawValue: try row.int(1)) {
        case .messageNew, .messageEdited:
            guard try row.intOrNil(7) != nil else {
                self = .messageDeleted(chat: chat, message: messageID)
                return
            }
            let message = try Message(row: row, at: 7)
            self = try row.int(1) == EventType.messageNew.rawValue ? .messageNew(message) : .messageEdited(message)
        case .messageDeleted: self = .messageDeleted(chat: chat, message: messageID)
        case .chatNew: self = .chatNew(chat)
        case .memberJoined: self = .memberJoined(chat: chat, account: account)
        case .memberLeft: self = .memberLeft(chat: chat, account: account)
        case .read: self = .read(chat: chat, account: account, upTo: MessageID(number))
        case .buttonAnswer:
            self = .buttonAnswer(
                ButtonAnswer(
                    chat: chat, message: messageID, press: abs(number), text: try row.textOrNil(6) ?? "",
                    alert: number < 0))
        case .consentRequested: self = .consentRequested(ConsentID(number))
        case .consentClosed: self = .consentClosed(ConsentID(number))
        case .paymentUpdated: self = .paymentUpdated(PaymentID(number))
        case .subscriptionUpdated: self = .subscriptionUpdated(SubscriptionID(number))
        case .walletUpdated: self = .walletUpdated
        case .chatUpdated, nil: self = .chatUpdated(chat)
        }
    }
}
