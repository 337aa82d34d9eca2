import Apps
import Database
import Messaging
import Model
import Runtime
import Sandbox

/// Conversations: what they wait for, what becomes of others, side conversations.
extension Bridge {
    private static let kinds: [String: Awaited.Kinds] = [
        "message": .message, "press": .press, "member_joined": .memberJoined, "member_left": .memberLeft,
        "consent": .consent,
    ]

    /// `conversation.wait`: ends the turn until one of the things listed happens.
    func wait(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let call = arguments.call
        guard let list = arguments[0].arrayValue, (1...Wait.maxAwaited).contains(list.count) else {
            throw StoaError(.badRequest, "\(call): a conversation waits for 1 to \(Wait.maxAwaited) things at a time.")
        }
        return .wait(Wait(try list.map { try awaited(Arguments(call, [$0]).fields(), in: turn) }))
    }

    private func awaited(_ fields: Fields, in turn: Turn) throws -> Awaited {
        var kinds: Awaited.Kinds = []
        for name in try fields.list("accepts") {
            guard let kind = Self.kinds[name.stringValue ?? ""] else {
                throw fields.wrong("accepts", "a list of message, press, member_joined, member_left and consent")
            }
            kinds.insert(kind)
        }
        // Who comes or goes is never the person who began the conversation.
        let isForAnyone = fields["of"] == "anyone" || kinds.contains(.memberJoined) || kinds.contains(.memberLeft)
        guard kinds.isEmpty || turn.update.chat != nil else {
            throw StoaError(.badRequest, "\(fields.call): this conversation has no chat in which somebody could answer.")
        }
        guard kinds.isEmpty || isForAnyone || turn.update.person != nil else {
            throw StoaError(.badRequest, "\(fields.call): this conversation has no person to wait for. Say of = \"anyone\".")
        }
        let due = try fields.intOrNil("due") ?? Awaited.never
        guard due > 0 else { throw fields.wrong("due", "a time in milliseconds since 1970") }
        return Awaited(
            id: try fields.int("id"), kinds: kinds, isForAnyone: isForAnyone,
            message: try fields.intOrNil("message") ?? 0, due: due)
    }

    /// `conversation.others`: what the turn does to those that wait for the same person.
    func others(_ arguments: Arguments, in turn: Turn) throws {
        switch try arguments.string(0, "what") {
        case "kept": turn.others = .kept
        case "cancelled": turn.others = .cancelled
        default: throw StoaError(.badRequest, "\(arguments.call): the others are kept or cancelled.")
        }
        // Nothing to apply: noted so that a replay finds it in the journal.
        turn.add(TurnEffect(arguments.call, [arguments[0]]) { _ in })
    }

    /// `conversation.spawn`: a side conversation with the same person in the same chat.
    func spawn(_ arguments: Arguments, in turn: Turn) throws {
        let call = arguments.call
        let name = try arguments.string(0, "name")
        guard (1...64).contains(name.utf8.count) else {
            throw StoaError(.badRequest, "\(call): the name of a task has 1 to 64 bytes.")
        }
        let payload = BridgeValue.array([.string(name), arguments[1]]).encoded
        let (bot, chat, person, date) = (turn.app.account, turn.update.chat, turn.update.person, turn.now)
        turn.add(
            TurnEffect(call, [arguments[0], arguments[1]]) { [messaging] tx in
                try messaging.enqueue(
                    [
                        Update(
                            id: UpdateID(messaging.ids.next()), bot: bot, kind: .task, chat: chat, person: person,
                            payload: payload, date: date)
                    ], in: tx)
            })
    }
}
