import Database
import Messaging
import Model
import Testing

@Suite struct ChatTests {
    @Test func aDirectChatIsMadeOnceForBoth() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.direct(alice, bob)
        #expect(try await fixture.direct(bob, alice) == chat)
        #expect(try await fixture.events(alice).map(\.event) == [.chatNew(chat)])
        #expect(try await fixture.events(bob).map(\.event) == [.chatNew(chat)])
        await #expect(throws: StoaError.self) { try await fixture.direct(alice, alice) }
    }

    @Test func namesAreTakenInAnyCase() async throws {
        let fixture = try MessagingFixture()
        _ = try await fixture.account("alice")
        await #expect(throws: StoaError(.nameTaken, "The name ALICE is taken. Choose another.")) {
            try await fixture.account("ALICE")
        }
    }

    @Test func onlyAdminsRenameAndOnlyTheOwnerNamesAdmins() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.group(alice, bob)
        let messaging = fixture.messaging
        let refused = await code {
            try await fixture.database.write { tx in try messaging.rename(chat, to: "x", by: bob, in: tx) }
        }
        #expect(refused == .forbidden)
        let self_promotion = await code {
            try await fixture.database.write { tx in try messaging.setRole(.admin, of: bob, in: chat, by: bob, tx: tx) }
        }
        #expect(self_promotion == .forbidden)
        try await fixture.database.write { tx in
            try messaging.setRole(.admin, of: bob, in: chat, by: alice, tx: tx)
            try messaging.rename(chat, to: "By Bob", by: bob, in: tx)
        }
        let summary = try await fixture.database.read { tx in try messaging.summary(of: chat, for: bob.id, in: tx) }
        #expect(summary.chat.title == "By Bob" && summary.role == .admin && summary.members == 2)
    }

    @Test(arguments: [
        "", " \n", "a\u{0}", "a\nb", String(repeating: "x", count: 129), "a" + String(repeating: "\u{301}", count: 200),
    ])
    func badTitles(_ title: String) async throws {
        let fixture = try MessagingFixture()
        let alice = try await fixture.account("alice")
        let found = await code {
            _ = try await fixture.database.write { [messaging = fixture.messaging] tx in
                try messaging.createGroup(title: title, owner: alice, members: [], in: tx).id
            }
        }
        #expect(found == .badRequest)
    }

    @Test func whoIsTakenOutHearsOfItAndNoMore() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.group(alice, bob)
        let messaging = fixture.messaging
        let mutiny = await code {
            try await fixture.database.write { tx in try messaging.remove(alice, from: chat, by: bob, in: tx) }
        }
        #expect(mutiny == .forbidden)
        try await fixture.database.write { tx in try messaging.remove(bob, from: chat, by: alice, in: tx) }
        try await fixture.post("after", to: chat, by: alice)
        #expect(
            try await fixture.events(bob).map(\.event) == [.chatNew(chat), .memberLeft(chat: chat, account: bob.id)])
        let outside = await code { try await fixture.post("x", to: chat, by: bob) }
        #expect(outside == .chatNotFound)
    }

    @Test func aGroupIsNotWithoutOwner() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let bot = try await fixture.account("bot", .bot)
        let chat = try await fixture.group(alice, bot, bob)
        let messaging = fixture.messaging
        try await fixture.database.write { tx in try messaging.remove(alice, from: chat, by: alice, in: tx) }
        let members = try await fixture.database.read { tx in try messaging.members(of: chat, in: tx) }
        #expect(members.first?.account == bob && members.first?.role == .owner)
        let joinedLeft = try await fixture.inbox(bot).map(\.kind)
        #expect(joinedLeft == [.memberJoined, .memberLeft])
    }

    @Test func addingTwiceChangesNothing() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.group(alice)
        let messaging = fixture.messaging
        for _ in 0..<2 {
            try await fixture.database.write { tx in try messaging.add(bob, to: chat, by: alice, in: tx) }
        }
        #expect(try await fixture.events(alice).count == 2)
        #expect(try await fixture.events(bob).map(\.event) == [.chatNew(chat)])
    }

    @Test func readMarkersOnlyGoForward() async throws {
        let fixture = try MessagingFixture()
        let (alice, bob) = (try await fixture.account("alice"), try await fixture.account("bob"))
        let chat = try await fixture.direct(alice, bob)
        let first = try await fixture.post("1", to: chat, by: alice).message.id
        let last = try await fixture.post("2", to: chat, by: alice).message.id
        let messaging = fixture.messaging
        for upTo in [last, first, MessageID(last.value + 1000)] {
            try await fixture.database.write { tx in try messaging.markRead(chat, upTo: upTo, by: bob, in: tx) }
        }
        let (mine, theirs) = try await fixture.database.read { tx in
            (try messaging.summary(of: chat, for: bob.id, in: tx), try messaging.summary(of: chat, for: alice.id, in: tx))
        }
        #expect(mine.unread == 0 && mine.readUpTo == last && theirs.peerReadUpTo == last)
        let reads = try await fixture.events(alice).filter { if case .read = $0.event { true } else { false } }
        #expect(reads.count == 1)
    }
}

/// The code of the ``StoaError`` that `body` throws.
func code(_ body: () async throws -> Void) async -> StoaError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? StoaError)?.code
    }
}
