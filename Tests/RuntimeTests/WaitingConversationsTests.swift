import Model
import Testing

@testable import Runtime

/// Which conversation an update is for: the design's rule, case by case.
struct WaitingConversationsTests {
    private let lane = LaneKey(bot: AccountID(1), chat: 10, person: 20)
    private let other = LaneKey(bot: AccountID(1), chat: 10, person: 21)

    private func waiting(_ id: Int64, _ lane: LaneKey, _ person: Wait.Person, _ accepts: Set<String>, message: Int64? = nil)
        -> WaitingConversation
    {
        WaitingConversation(
            id: ConversationID(id), version: ID(7), lane: lane,
            wait: Wait(person: person, accepts: accepts, message: message.map { MessageID($0) }), isWarm: true)
    }

    private func update(_ kind: Update.Kind, by lane: LaneKey, about message: Int64 = 0, replyTo: Int64? = nil) -> Update {
        let account = Account(id: AccountID(lane.person), kind: .user, name: "u", display: "U")
        let content = MessageContent(text: "x")
        let said = Message(
            id: MessageID(message), chat: ChatID(lane.chat), from: account, date: 0, content: content,
            replyTo: replyTo.map { MessageID($0) })
        return Update(
            id: UpdateID(99), bot: lane.bot, kind: kind, chat: Chat(id: ChatID(lane.chat), kind: .group, title: ""),
            person: account, message: said, date: 0)
    }

    @Test("A message goes to what waits for its writer there, and for nobody else")
    func sameperson() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .same, ["message"]))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == ConversationID(1))
        #expect(all.target(of: update(.message, by: other), lane: other) == nil)
        #expect(all.target(of: update(.press, by: lane), lane: lane) == nil)
    }

    @Test("A command and a timer always begin anew", arguments: [Update.Kind.command, .timer])
    func anew(kind: Update.Kind) {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .same, ["message", "press"], message: 5))
        #expect(all.target(of: update(kind, by: lane, about: 5), lane: lane) == nil)
    }

    @Test("A press goes to the question it stands under, if its person was asked")
    func press() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .same, ["message", "press"], message: 5))
        #expect(all.target(of: update(.press, by: lane, about: 5), lane: lane) == ConversationID(1))
        #expect(all.target(of: update(.press, by: lane, about: 6), lane: lane) == nil)
        #expect(all.target(of: update(.press, by: other, about: 5), lane: other) == nil)
    }

    @Test("A question to anyone takes anyone's answer, but not before one's own")
    func anyone() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .anyone, ["message"]))
        #expect(all.target(of: update(.message, by: other), lane: other) == ConversationID(1))
        all.insert(waiting(2, other, .same, ["message"]))
        #expect(all.target(of: update(.message, by: other), lane: other) == ConversationID(2))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == ConversationID(1))
    }

    @Test("A reply to the question finds it, also beside another that waits")
    func reply() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .anyone, ["message"], message: 5))
        all.insert(waiting(2, other, .same, ["message"], message: 6))
        #expect(all.target(of: update(.message, by: other, replyTo: 5), lane: other) == ConversationID(1))
    }

    @Test("What is removed is found no more")
    func remove() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .same, ["message"], message: 5))
        all.remove(ConversationID(1))
        #expect(all.target(of: update(.message, by: lane, replyTo: 5), lane: lane) == nil)
        #expect(all.count == 0)
    }

    @Test("The longest warm are cooled first, never those that run")
    func cool() {
        var all = WaitingConversations()
        for id in 1...5 {
            all.insert(waiting(Int64(id), LaneKey(bot: AccountID(1), chat: Int64(id), person: 20), .same, ["message"]))
        }
        all.setBusy(ConversationID(1), true)
        let cooled = all.cool(AccountID(1), keeping: 3)
        #expect(cooled.map(\.id.value) == [2, 3])
        #expect(all[ConversationID(2)]?.isWarm == false)
        #expect(all[ConversationID(1)]?.isWarm == true)
        let again = all.cool(AccountID(1), keeping: 3)
        #expect(again.isEmpty)
    }

    @Test("A wait is stored and read back")
    func stored() {
        let wait = Wait(person: .anyone, accepts: ["press", "message"], message: MessageID(77))
        #expect(Wait(stored: wait.stored) == wait)
        #expect(Wait(stored: Wait(person: .same, accepts: ["message"], message: nil).stored)?.message == nil)
        #expect(Wait(stored: "nobody|message|1") == nil)
    }
}
