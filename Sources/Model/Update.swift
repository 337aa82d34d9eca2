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

        /// Means nothing once the message is gone.
        package var isAboutMessage: Bool { self == .message || self == .command || self == .press }

        package var name: String {
            switch self {
            case .message: "message"
            case .command: "command"
            case .press: "press"
            case .timer: "timer"
            case .memberJoined: "member_joined"
            case .memberLeft: "member_left"
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
    /// What the timer's setter gave along, encoded as it crossed the bridge.
    package let payload: [UInt8]
    /// Milliseconds since 1970 UTC.
    package let date: Int64
    /// How often it was tried before.
    package var attempts: Int

    package init(
        id: UpdateID, bot: AccountID, kind: Kind, chat: Chat?, person: Account?, message: Message? = nil,
        press: Press? = nil, payload: [UInt8] = [], date: Int64, attempts: Int = 0
    ) {
        self.id = id
        self.bot = bot
        self.kind = kind
        self.chat = chat
        self.person = person
        self.message = message
        self.press = press
        self.payload = payload
        self.date = date
        self.attempts = attempts
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
