/// One thing that happened, addressed to an app: an entry of its bot's inbox.
package struct Update: Sendable {
    package enum Kind: Int64, Sendable {
        case message = 0
        /// A message whose text begins with `/name`.
        case command = 1
        case press = 2
        case timer = 3
        case memberJoined = 4
        case memberLeft = 5
        /// A wait's time is over.
        case timeout = 6
        /// The answer to a request that a conversation made with `http.fetch`.
        case fetched = 7
        /// The answer to a call of another app.
        case returned = 8
        /// Another app calls a function that this one exports.
        case call = 9
        /// A side conversation that a turn began with `stoa.spawn`.
        case task = 10
        /// A request to one of the app's webhook paths.
        case webhook = 11
        /// A conversation begins afresh from a value.
        case checkpoint = 12
        /// A conversation of an older version is handed to the present one.
        case upgrade = 13
        /// A person's answer to a question for their consent.
        case consent = 14
        /// A person wants to be forgotten; what Stoa kept for the app about them is gone already.
        case forgotten = 15
        /// What became of the payment or the subscription that a conversation waits for.
        case payment = 16
        /// Something happened to a payment or a subscription that no conversation waits for.
        case paymentEvent = 17
        /// What a person did on a page of a mini-app.
        case action = 18
        /// A page of a mini-app is to be drawn. Never in an inbox: nothing is committed for it.
        case draw = 19

        /// Means nothing once the message is gone.
        package var isAboutMessage: Bool { self == .message || self == .command || self == .press }

        /// Somebody did it there and then; no app and no clock brings it about.
        package var isByPerson: Bool { self == .message || self == .command || self == .press || self == .action }

        /// Addressed to one conversation; means nothing once that no longer waits for it.
        package var isAboutConversation: Bool {
            switch self {
            case .timeout, .fetched, .returned, .checkpoint, .consent, .payment: true
            default: false
            }
        }

        /// Begins a conversation of its own beside those of the person.
        package var beginsSideConversation: Bool {
            switch self {
            case .timer, .task, .call, .webhook, .forgotten, .paymentEvent: true
            default: false
            }
        }

        package var name: String {
            switch self {
            case .message: "message"
            case .command: "command"
            case .press: "press"
            case .timer: "timer"
            case .memberJoined: "member_joined"
            case .memberLeft: "member_left"
            case .timeout: "timeout"
            case .fetched: "fetched"
            case .returned: "returned"
            case .call: "call"
            case .task: "task"
            case .webhook: "webhook"
            case .checkpoint: "checkpoint"
            case .upgrade: "upgrade"
            case .consent: "consent"
            case .forgotten: "forgotten"
            case .payment: "payment"
            case .paymentEvent: "payment_event"
            case .action: "action"
            case .draw: "draw"
            }
        }
    }

    package let id: UpdateID
    package let bot: AccountID
    package let kind: Kind
    package let chat: Chat?
    /// Who did it; with a timer, whose conversation set it.
    package let person: Account?
    /// The message itself, or the one whose button was pressed.
    package let message: Message?
    package let press: Press?
    /// What the kind adds, encoded as values cross the bridge; empty for what people do.
    package let payload: [UInt8]
    /// The conversation that it is addressed to, and the wait in it that it ends.
    package let addressee: Addressee?
    /// Milliseconds since 1970 UTC.
    package let date: Int64
    /// How often it was tried before.
    package var attempts: Int

    package init(
        id: UpdateID, bot: AccountID, kind: Kind, chat: Chat?, person: Account?, message: Message? = nil,
        press: Press? = nil, payload: [UInt8] = [], addressee: Addressee? = nil, date: Int64, attempts: Int = 0
    ) {
        self.id = id
        self.bot = bot
        self.kind = kind
        self.chat = chat
        self.person = person
        self.message = message
        self.press = press
        self.payload = payload
        self.addressee = addressee
        self.date = date
        self.attempts = attempts
    }
}

extension Update {
    /// One wait of one conversation. The wait's number is unique in the whole server.
    package struct Addressee: Sendable, Hashable {
        package let conversation: ConversationID
        package let wait: Int64

        package init(conversation: ConversationID, wait: Int64) {
            self.conversation = conversation
            self.wait = wait
        }
    }
}

/// A callback button pressed by a person. Its id answers the press.
package struct Press: Sendable, Equatable {
    package let id: Int64
    package let button: String
    package let text: String
    package let data: String

    package init(id: Int64, button: String, text: String, data: String) {
        self.id = id
        self.button = button
        self.text = text
        self.data = data
    }
}
