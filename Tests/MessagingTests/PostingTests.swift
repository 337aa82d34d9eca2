import Database
import Messaging
import Model
import Testing

@Suite struct PostingTests {
    @Test func everyLogIsInOrderAndWithoutGap() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.group(alice, bob)
        try await withThrowingTaskGroup { group in
            for sender in [alice, bob] {
                group.addTask { for number in 0..<50 { try await fixture.post("\(number)", to: chat, by: sender) } }
            }
            try await group.waitForAll()
        }
        let (left, right) = (try await fixture.events(alice), try await fixture.events(bob))
        #expect(left.map(\.seq) == Array(1...101))
        #expect(left.map(\.event) == right.map(\.event))
        let told = fixture.heard.events.flatMap(\.recipients).filter { $0.user == alice.id }.map(\.seq)
        #expect(told == Array(1...101))
    }

    @Test func aNonceFindsTheFirstMessage() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.direct(alice, bob)
        let first = try await fixture.post("hi", to: chat, by: alice, nonce: "n")
        let again = try await fixture.post("hi", to: chat, by: alice, nonce: "n")
        #expect(first.isNew && !again.isNew && first.message == again.message)
        #expect(try await fixture.post("hi", to: chat, by: bob, nonce: "n").isNew)
        #expect(await code { try await fixture.post("other", to: chat, by: alice, nonce: "n") } == .nonceReused)
        for bad in ["", String(repeating: "n", count: 65)] {
            #expect(await code { try await fixture.post("x", to: chat, by: alice, nonce: bad) } == .badRequest)
        }
        #expect(try await fixture.events(bob).count == 3)
    }

    @Test func aFailedPostLeavesNothing() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.direct(alice, bob)
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await fixture.database.write { [messaging = fixture.messaging] tx in
                _ = try messaging.post(Draft(chat: chat, content: MessageContent(text: "x")), from: alice, in: tx)
                throw Stop()
            }
        }
        #expect(try await fixture.events(bob).count == 1)
        #expect(fixture.heard.events.count == 1)
    }

    @Test func editingAndDeleting() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.direct(alice, bob)
        let id = try await fixture.post("secret", to: chat, by: alice).message.id
        let messaging = fixture.messaging
        fixture.advance(5)
        let edited = try await fixture.database.write { tx in
            try messaging.edit(id, in: chat, to: MessageContent(text: "open"), by: alice, tx: tx)
        }
        #expect(edited.content.text == "open" && edited.editedAt != nil)
        // The same again changes nothing and tells nobody.
        _ = try await fixture.database.write { tx in
            try messaging.edit(id, in: chat, to: MessageContent(text: "open"), by: alice, tx: tx)
        }
        #expect(try await fixture.events(bob).count == 3)
        let stranger = await code {
            try await fixture.database.write { tx in try messaging.delete(id, in: chat, by: bob, tx: tx) }
        }
        #expect(stranger == .forbidden)
        try await fixture.database.write { tx in try messaging.delete(id, in: chat, by: alice, tx: tx) }
        // What was deleted is gone from the log's earlier entries too.
        #expect(
            try await fixture.events(bob).map(\.event) == [
                .chatNew(chat), .messageDeleted(chat: chat, message: id), .messageDeleted(chat: chat, message: id),
                .messageDeleted(chat: chat, message: id),
            ])
        let gone = await code {
            _ = try await fixture.database.read { tx in try messaging.requireMessage(id, in: chat, tx: tx) }
        }
        #expect(gone == .messageNotFound)
    }

    @Test func historyComesInPagesNewestFirst() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.direct(alice, bob)
        for number in 0..<5 { try await fixture.post("\(number)", to: chat, by: alice) }
        var texts: [String] = []
        var before: MessageID?
        for _ in 0..<3 {
            let page = try await fixture.database.read { [before, messaging = fixture.messaging] tx in
                try messaging.history(of: chat, for: bob.id, before: before, limit: 2, in: tx)
            }
            texts += page.map(\.content.text)
            before = page.last?.id
        }
        #expect(texts == ["4", "3", "2", "1", "0"])
    }

    @Test func entitiesAndButtonsAreKept() async throws {
        let fixture = try MessagingFixture()
        let (alice, bot) = (try await fixture.account("alice"), try await fixture.account("bot", .bot))
        let chat = try await fixture.direct(alice, bot)
        let content = MessageContent(
            text: "a 🦊 b", entities: [Entity(type: .bold, offset: 2, length: 2)],
            buttons: [[Button(id: "1", text: "Yes", data: "y"), Button(id: "2", text: "Site", url: "https://x.example")]])
        let posted = try await fixture.database.write { [messaging = fixture.messaging] tx in
            try messaging.post(Draft(chat: chat, content: content), from: bot, in: tx).message
        }
        guard case .messageNew(let read)? = try await fixture.events(alice).last?.event else {
            Issue.record("no message")
            return
        }
        #expect(read == posted && read.content == content)
    }
}

@Suite struct InboxTests {
    @Test func whatABotHearsInAGroup() async throws {
        let fixture = try MessagingFixture()
        let alice = try await fixture.account("alice")
        let all = try await fixture.account("all_ears", .bot)
        let shy = try await fixture.account("shy", .bot, hears: .addressed)
        let chat = try await fixture.group(alice, all, shy)
        let own = try await fixture.post("I am shy", to: chat, by: shy).message.id
        try await fixture.post("hello", to: chat, by: alice)
        try await fixture.post("hello @Shy!", to: chat, by: alice)
        try await fixture.post("mail@shyness", to: chat, by: alice)
        try await fixture.post("/start now", to: chat, by: alice)
        try await fixture.post("/start@shy", to: chat, by: alice)
        try await fixture.post("re", to: chat, by: alice, replyTo: own)
        let shyHeard = try await fixture.inbox(shy).compactMap { $0.message?.content.text }
        #expect(shyHeard == ["hello @Shy!", "/start now", "/start@shy", "re"])
        let allHeard = try await fixture.inbox(all).compactMap { $0.message?.content.text }
        #expect(allHeard == ["hello", "hello @Shy!", "mail@shyness", "/start now", "re"])
        #expect(try await fixture.inbox(shy).filter { $0.kind == .command }.count == 2)
        #expect(Set(fixture.heard.updateIDs).isSuperset(of: try await fixture.inbox(shy).map(\.id)))
    }

    @Test func aBotThatWaitsHearsWhomItWaitsFor() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let bot = try await fixture.account("shy", .bot, hears: .addressed)
        let chat = try await fixture.group(alice, bob, bot)
        let messaging = fixture.messaging
        try await fixture.database.write { tx in try messaging.listen(bot.id, to: alice.id, in: chat, tx: tx) }
        try await fixture.post("a", to: chat, by: alice)
        try await fixture.post("b", to: chat, by: bob)
        try await fixture.database.write { tx in try messaging.stopListening(bot.id, to: alice.id, in: chat, tx: tx) }
        try await fixture.post("c", to: chat, by: alice)
        #expect(try await fixture.inbox(bot).compactMap { $0.message?.content.text } == ["a"])
    }

    @Test func anUpdateIsConsumedOnce() async throws {
        let fixture = try MessagingFixture()
        let (alice, bot) = (try await fixture.account("alice"), try await fixture.account("bot", .bot))
        let chat = try await fixture.direct(alice, bot)
        try await fixture.post("x", to: chat, by: alice)
        try await fixture.post("y", to: chat, by: alice)
        let inbox = try await fixture.inbox(bot)
        let messaging = fixture.messaging
        let consumed = try await fixture.database.write { tx in
            (try messaging.consume(inbox[0].id, of: bot.id, in: tx), try messaging.consume(inbox[0].id, of: bot.id, in: tx))
        }
        #expect(consumed == (true, false))
        try await fixture.database.write { tx in
            try messaging.postpone(inbox[1].id, of: bot.id, attempts: 2, until: 99, in: tx)
        }
        #expect(try await fixture.inbox(bot).map(\.attempts) == [2])
        try await fixture.database.write { tx in try messaging.bury(inbox[1].id, of: bot.id, reason: "it failed", in: tx) }
        #expect(try await fixture.inbox(bot).isEmpty)
        let (dead, again) = try await fixture.database.write { tx in
            (try messaging.countDeadLetters(of: bot.id, in: tx), try messaging.consume(inbox[1].id, of: bot.id, in: tx))
        }
        #expect(dead == 1 && !again)
    }

    @Test func aPressIsAnUpdateAndItsAnswerAnEvent() async throws {
        let fixture = try MessagingFixture()
        let (alice, bot) = (try await fixture.account("alice"), try await fixture.account("bot", .bot))
        let chat = try await fixture.direct(alice, bot)
        let buttons = [[Button(id: "b", text: "B", data: "data"), Button(id: "l", text: "L", url: "https://x.example")]]
        let id = try await fixture.post("?", to: chat, by: bot, buttons: buttons).message.id
        let messaging = fixture.messaging
        let press = try await fixture.database.write { tx in
            try messaging.press(button: "b", of: id, in: chat, by: alice, tx: tx)
        }
        let update = try #require(try await fixture.inbox(bot).first)
        #expect(update.kind == .press && update.press == Press(id: press, button: "b", text: "B", data: "data"))
        #expect(update.person == alice && update.message?.id == id)
        for (button, expected) in [("l", StoaError.Code.badRequest), ("none", .buttonNotFound)] {
            let found = await code {
                _ = try await fixture.database.write { tx in
                    try messaging.press(button: button, of: id, in: chat, by: alice, tx: tx)
                }
            }
            #expect(found == expected)
        }
        let answer = ButtonAnswer(chat: chat, message: id, press: press, text: "ok", alert: true)
        try await fixture.database.write { tx in try messaging.answer(answer, to: alice.id, in: tx) }
        #expect(try await fixture.events(alice).last?.event == .buttonAnswer(answer))
    }
}
