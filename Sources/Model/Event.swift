/// One entry of a user's event log, before it has its place (`seq`) there.
package enum Event: Sendable, Equatable {
    case messageNew(Message)
    case messageEdited(Message)
    case messageDeleted(chat: ChatID, message: MessageID)
    case chatNew(ChatID)
    case chatUpdated(ChatID)
    case memberJoined(chat: ChatID, account: AccountID)
    case memberLeft(chat: ChatID, account: AccountID)
    case read(chat: ChatID, account: AccountID, upTo: MessageID)
    case buttonAnswer(ButtonAnswer)
    /// An app asks for the person's consent; the sheet is fetched.
    case consentRequested(ConsentID)
    /// Somebody has answered, or nobody waits for the answer any more.
    case consentClosed(ConsentID)
    /// Something of a payment is other than it was; it is fetched.
    case paymentUpdated(PaymentID)
    case subscriptionUpdated(SubscriptionID)
    /// A balance, a limit or the PIN is other than it was.
    case walletUpdated
    /// Told to whoever is connected, never kept: it has no place in the log.
    case typing(chat: ChatID, account: AccountID)
}

/// What a bot says to the person who pressed its button.
package struct ButtonAnswer: Sendable, Equatable {
    package let chat: ChatID
    package let message: MessageID
    package let press: Int64
    package let text: String
    /// Shown as a dialog rather than in passing.
    package let alert: Bool

    package init(chat: ChatID, message: MessageID, press: Int64, text: String, alert: Bool) {
        self.chat = chat
        self.message = message
        self.press = press
        self.text = text
        self.alert = alert
    }
}

/// An event with its place in a user's log. `seq` counts from 1 without gaps.
package struct LoggedEvent: Sendable, Equatable {
    package let seq: Int64
    package let event: Event

    package init(seq: Int64, event: Event) {
        self.seq = seq
        self.event = event
    }
}
