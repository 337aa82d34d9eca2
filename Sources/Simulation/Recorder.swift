import Messaging
import Model
import Synchronization

/// Hears everything that is said in a simulated world.
final class Recorder: Messaging.Observer {
    struct Sight: Sendable {
        let isAnswer: Bool
        let text: String
    }

    private struct State {
        /// Bots' messages by chat as they stand, in the order in which they were sent or edited last.
        var messages: [ChatID: [Message]] = [:]
        /// What a user could see in a chat since their last action.
        var sights: [ChatID: [AccountID: [Sight]]] = [:]
        var lines: [String] = []
    }

    private let state = Mutex(State())

    func committed(_ updates: [Update]) {}

    func committed(_ event: Event, to recipients: [(user: AccountID, seq: Int64)]) {
        state.withLock { state in
            switch event {
            case .messageNew(let message):
                state.lines.append(Self.line(message, ""))
                if message.from.kind == .bot { Self.show(message, to: recipients, in: &state) }
            case .messageEdited(let message):
                state.lines.append(Self.line(message, " (edited)"))
                if message.from.kind == .bot { Self.show(message, to: recipients, in: &state) }
            case .messageDeleted(let chat, let id):
                state.messages[chat]?.removeAll { $0.id == id }
                state.lines.append("  (a message was deleted)")
            case .buttonAnswer(let answer):
                if !answer.text.isEmpty { state.lines.append("  (answer to the press: \(answer.text))") }
                for recipient in recipients {
                    state.sights[answer.chat, default: [:]][recipient.user, default: []]
                        .append(Sight(isAnswer: true, text: answer.text))
                }
            default: break
            }
        }
    }

    func note(_ line: String) { state.withLock { $0.lines.append("  (\(line))") } }

    /// The user acts in this chat: what they saw before is past.
    func acts(_ user: AccountID, in chat: ChatID) { state.withLock { $0.sights[chat]?[user] = nil } }

    /// The user does something on a page, which may have the app write to them anywhere: what they saw before is past.
    func actsOnPage(_ user: AccountID) {
        state.withLock { state in
            for chat in state.sights.keys { state.sights[chat]?[user] = nil }
        }
    }

    func sights(of user: AccountID, in chat: ChatID) -> [Sight] { state.withLock { $0.sights[chat]?[user] ?? [] } }

    func newestMessage(in chat: ChatID) -> Message? { state.withLock { $0.messages[chat]?.last } }

    func newestButton(_ label: String, in chat: ChatID) -> (message: MessageID, button: Button)? {
        state.withLock { state in
            for message in (state.messages[chat] ?? []).reversed() {
                if let button = message.content.buttons.joined().first(where: { $0.text == label }) {
                    return (message.id, button)
                }
            }
            return nil
        }
    }

    var transcript: String { state.withLock { $0.lines.joined(separator: "\n") } }

    private static func show(
        _ message: Message, to recipients: [(user: AccountID, seq: Int64)], in state: inout State
    ) {
        state.messages[message.chat, default: []].removeAll { $0.id == message.id }
        state.messages[message.chat, default: []].append(message)
        for recipient in recipients {
            state.sights[message.chat, default: [:]][recipient.user, default: []]
                .append(Sight(isAnswer: false, text: message.content.text))
        }
    }

    private static func line(_ message: Message, _ suffix: String) -> String {
        var line = "  \(message.from.name)\(suffix): \(message.content.text)"
        for row in message.content.buttons { line += "\n    " + row.map { "[\($0.text)]" }.joined(separator: " ") }
        return line
    }
}
