import Database
import Messaging
import Model
import Testing

/// Who counts as having used a bot.
@Suite struct AcquaintanceTests {
    @Test("in a direct chat: who wrote there, not who only opened it")
    func direct() async throws {
        let fixture = try MessagingFixture()
        let (ann, bot) = (try await fixture.account("ann"), try await fixture.account("pizza", .bot))
        #expect(try await hasUsed(bot, ann, fixture) == false)
        let chat = try await fixture.direct(ann, bot)
        try await fixture.post("Hello!", to: chat, by: bot)
        #expect(try await hasUsed(bot, ann, fixture) == false)
        try await fixture.post("hi", to: chat, by: ann)
        #expect(try await hasUsed(bot, ann, fixture))
        fixture.database.close()
    }

    @Test(
        "in a group: who gave a command or named the bot",
        arguments: [
            ("hello all", false), ("/order two", true), ("/order@pizza", true), ("/order@other", false),
            ("ask @Pizza, please", true),
            ("a @pizzas", false),
        ])
    func group(text: String, counts: Bool) async throws {
        let fixture = try MessagingFixture()
        let (ann, bob) = (try await fixture.account("ann"), try await fixture.account("bob"))
        let bot = try await fixture.account("pizza", .bot)
        let chat = try await fixture.group(ann, bob, bot)
        try await fixture.post(text, to: chat, by: ann)
        #expect(try await hasUsed(bot, ann, fixture) == counts)
        #expect(try await hasUsed(bot, bob, fixture) == false, "not for what others wrote")
        fixture.database.close()
    }

    private func hasUsed(_ bot: Account, _ person: Account, _ fixture: MessagingFixture) async throws -> Bool {
        try await fixture.database.read { [messaging = fixture.messaging] in try messaging.hasUsed(bot, person.id, in: $0) }
    }
}
