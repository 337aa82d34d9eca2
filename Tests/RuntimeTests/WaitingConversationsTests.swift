import Model
import Testing

@testable import Runtime

/// Which conversation an update is for: the design's rule, case by case.
struct WaitingConversationsTests {
    private let lane = LaneKey(bot: AccountID(1), chat: 10, person: 20)
    private let other = LaneKey(bot: AccountID(1), chat: 10, person: 21)

    /// The wait's id is ten times the conversation's.
    private func waiting(
        _ id: Int64, _ lane: LaneKey, _ kinds: Awaited.Kinds, anyone: Bool = false, message: Int64 = 0, isSide: Bool = false,
        since: Int64 = 0
    ) -> WaitingConversation {
        WaitingConversation(
            id: ConversationID(id), version: ID(7), lane: lane,
            wait: Wait([Awaited(id: id * 10, kinds: kinds, isForAnyone: anyone, message: message)]), isSide: isSide,
            since: since, isWarm: true)
    }

    private func update(
        _ kind: Update.Kind, by lane: LaneKey, about message: Int64 = 0, replyTo: Int64? = nil,
        to addressee: Update.Addressee? = nil
    ) -> Update {
        let account = Account(id: AccountID(lane.person), kind: .user, name: "u", display: "U")
        let content = MessageContent(text: "x")
        let said = Message(
            id: MessageID(message), chat: ChatID(lane.chat), from: account, date: 0, content: content,
            replyTo: replyTo.map { MessageID($0) })
        return Update(
            id: UpdateID(99), bot: lane.bot, kind: kind, chat: Chat(id: ChatID(lane.chat), kind: .group, title: ""),
            person: account, message: said, addressee: addressee, date: 0)
    }

    private func target(_ id: Int64, wait: Int64? = nil) -> WaitingConversations.Target {
        .conversation(ConversationID(id), wait: wait ?? id * 10)
    }

    @Test("A message goes to what waits for its writer there, and for nobody else")
    func samePerson() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .message))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == target(1))
        #expect(all.target(of: update(.message, by: other), lane: other) == .begin)
        #expect(all.target(of: update(.press, by: lane), lane: lane) == .begin)
    }

    @Test(
        "A command, a timer and their like always begin anew", arguments: [Update.Kind.command, .timer, .task, .webhook, .call])
    func anew(kind: Update.Kind) {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, [.message, .press], message: 5))
        #expect(all.target(of: update(kind, by: lane, about: 5), lane: lane) == .begin)
    }

    @Test("A press goes to the question it stands under, if its person was asked")
    func press() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, [.message, .press], message: 5))
        #expect(all.target(of: update(.press, by: lane, about: 5), lane: lane) == target(1))
        #expect(all.target(of: update(.press, by: lane, about: 6), lane: lane) == .begin)
        #expect(all.target(of: update(.press, by: other, about: 5), lane: other) == .begin)
    }

    @Test("A question to anyone takes anyone's answer, but not before one's own")
    func anyone() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .message, anyone: true))
        #expect(all.target(of: update(.message, by: other), lane: other) == target(1))
        all.insert(waiting(2, other, .message))
        #expect(all.target(of: update(.message, by: other), lane: other) == target(2))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == target(1))
        all.remove(ConversationID(1))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == .begin)
    }

    @Test("A reply to a question finds it, also beside another that was asked later")
    func reply() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .message, message: 5))
        all.insert(waiting(2, lane, .message, message: 6))
        #expect(all.target(of: update(.message, by: lane, replyTo: 5), lane: lane) == target(1))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == target(2))
    }

    @Test("Of several questions of one conversation the last is answered, and a press answers its own")
    func severalQuestions() {
        var all = WaitingConversations()
        let wait = Wait([
            Awaited(id: 1, kinds: .message, message: 5), Awaited(id: 2, kinds: [.message, .press], message: 6),
            Awaited(id: 3, due: 1000),
        ])
        all.insert(
            WaitingConversation(id: ConversationID(9), version: ID(7), lane: lane, wait: wait, isWarm: false))
        #expect(all.target(of: update(.message, by: lane), lane: lane) == target(9, wait: 2))
        #expect(all.target(of: update(.message, by: lane, replyTo: 5), lane: lane) == target(9, wait: 1))
        #expect(all.target(of: update(.press, by: lane, about: 6), lane: lane) == target(9, wait: 2))
        let timeout = update(.timeout, by: lane, to: .init(conversation: ConversationID(9), wait: 3))
        #expect(all.target(of: timeout, lane: lane) == target(9, wait: 3))
    }

    @Test("What is addressed to a wait that is over is stale, never the beginning of something")
    func stale() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .message))
        for kind in [Update.Kind.timeout, .fetched, .returned, .checkpoint] {
            let late = update(kind, by: lane, to: .init(conversation: ConversationID(1), wait: 11))
            #expect(all.target(of: late, lane: lane) == .stale)
            let gone = update(kind, by: lane, to: .init(conversation: ConversationID(2), wait: 20))
            #expect(all.target(of: gone, lane: lane) == .stale)
            #expect(all.target(of: update(kind, by: lane), lane: lane) == .stale)
        }
    }

    @Test("Conversations of one person lie on a stack: the last to ask is answered first, whichever leaves")
    func stack() {
        var all = WaitingConversations()
        for id in 1...Int64(5) { all.insert(waiting(id, lane, .message)) }
        all.remove(ConversationID(3))
        all.remove(ConversationID(5))
        // It asks again, so it comes to the top.
        all.insert(waiting(1, lane, .message))
        var order: [WaitingConversations.Target] = []
        while true {
            let next = all.target(of: update(.message, by: lane), lane: lane)
            guard case .conversation(let id, _) = next else { break }
            order.append(next)
            all.remove(id)
        }
        #expect(order == [target(1), target(4), target(2)])
        #expect(!all.isAsked(lane) && all.count == 0)
    }

    @Test("A command ends what its person began and was asked in; not side conversations, sleepers, or what runs")
    func endedByCommand() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .message))
        all.insert(waiting(2, lane, .message, isSide: true))
        all.insert(waiting(3, lane, []))
        all.insert(waiting(4, lane, .message))
        all.insert(waiting(5, other, .message))
        all.setBusy(ConversationID(4), true)
        #expect(all.endedByCommand(of: lane) == [ConversationID(1)])
        #expect(all.endedByCancel(of: lane) == ConversationID(2))
        all.remove(ConversationID(2))
        #expect(all.endedByCancel(of: lane) == ConversationID(1))
    }

    @Test("Asking a person once too often ends the oldest question")
    func tooMany() {
        var all = WaitingConversations()
        let most = Int64(WaitingConversations.maxStacked)
        for id in 1...most { all.insert(waiting(id, lane, .message, isSide: true)) }
        #expect(all.endedByAsking(lane, besides: ConversationID(99)) == [ConversationID(1)])
        #expect(all.endedByAsking(lane, besides: ConversationID(most)) == [])
    }

    @Test("The longest warm are cooled first, never those that run")
    func cool() {
        var all = WaitingConversations()
        for id in 1...5 {
            all.insert(waiting(Int64(id), LaneKey(bot: AccountID(1), chat: Int64(id), person: 20), .message))
        }
        all.setBusy(ConversationID(1), true)
        let cooled = all.cool(AccountID(1), keeping: 3)
        #expect(cooled.map(\.id.value) == [2, 3])
        #expect(all[ConversationID(2)]?.isWarm == false)
        #expect(all[ConversationID(1)]?.isWarm == true)
        let again = all.cool(AccountID(1), keeping: 3)
        #expect(again.isEmpty)
    }

    @Test("Those that waited long are cooled, and counted by their version")
    func coolIdle() {
        var all = WaitingConversations()
        all.insert(waiting(1, lane, .message, since: 100))
        all.insert(waiting(2, other, .message, since: 300))
        #expect(all.cool(idleSince: 200).map(\.id.value) == [1])
        #expect(all.cool(idleSince: 200).isEmpty)
        #expect(all.count(of: ID(7)) == 2)
        all.remove(ConversationID(1))
        #expect(all.count(of: ID(7)) == 1 && all.count(of: ID(8)) == 0)
    }

    @Test("A wait is stored and read back")
    func stored() {
        let wait = Wait([
            Awaited(id: 5, kinds: [.press, .message], isForAnyone: true, message: 77, due: 1_800_000_000_000),
            Awaited(id: 6), Awaited(id: 7, due: 1_700_000_000_000),
        ])
        #expect(Wait(stored: wait.stored) == wait)
        #expect(wait.deadline?.at == 1_700_000_000_000 && wait.deadline?.wait == 7)
        #expect(Wait(stored: [0xC1]) == nil)
    }
}
