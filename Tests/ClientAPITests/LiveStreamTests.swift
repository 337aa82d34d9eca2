import Database
import Identity
import Messaging
import Model
import Testing

@testable import ClientAPI

@Suite struct LiveStreamTests {
    @Test func firstWhatWasMissedThenLive() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let chat = try await alice.directChat(with: "bob")
            for number in 0..<450 { _ = try await post("m\(number)", to: chat, by: alice, live) }
            let socket = try await bob.stream(after: 0)
            var seqs: [Int64] = []
            for _ in 0..<451 { seqs.append(try #require(try await socket.json()["seq"].int)) }
            #expect(seqs == Array(1...451))
            _ = try await alice.send("now", to: chat)
            let event = try await socket.json()
            #expect(event["seq"] == .int(452) && event["type"] == .string("message.new"))
            #expect(event["data"]["text"] == .string("now"))
        }
    }

    private func post(_ text: String, to chat: Int64, by user: TestUser, _ live: LiveServer) async throws -> Message {
        try await live.database.write { tx in
            let draft = Draft(chat: ChatID(chat), content: MessageContent(text: text))
            return try live.messaging.post(draft, from: user.account, in: tx).message
        }
    }

    @Test func sendingOverTheStream() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let chat = try await alice.group([])
            let socket = try await alice.stream(after: 1)
            let frame = "{\"op\":\"send\",\"chat\":\(chat),\"text\":\"hi\",\"nonce\":\"n1\"}"
            try await socket.send(frame)
            let both = [try await socket.json(), try await socket.json()]
            let sent = try #require(both.first { $0["op"] == .string("sent") })
            let event = try #require(both.first { $0["type"] == .string("message.new") })
            #expect(sent["nonce"] == .string("n1") && sent["message"] == event["data"])
            try await socket.send(frame)
            #expect(try await socket.json()["message"] == sent["message"])
            try await socket.send("{\"op\":\"send\",\"chat\":5,\"text\":\"hi\",\"nonce\":\"n2\"}")
            let refused = try await socket.json()
            #expect(refused["op"] == .string("error") && refused["nonce"] == .string("n2"))
            #expect(refused["error"]["code"] == .string("chat_not_found"))
            try await socket.send("nonsense")
            #expect(try await socket.json()["error"]["code"] == .string("bad_request"))
            try await socket.send(#"{"op":"ping"}"#)
            #expect(try await socket.json()["op"] == .string("pong"))
        }
    }

    @Test func theOtherSideSeesTypingReadingAndNoNonce() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let chat = try await alice.directChat(with: "bob")
            let (left, right) = (try await alice.stream(after: 1), try await bob.stream(after: 1))
            try await left.send(#"{"op":"ping"}"#)
            _ = try await left.json()
            try await right.send(#"{"op":"ping"}"#)
            _ = try await right.json()
            try await left.send("{\"op\":\"typing\",\"chat\":\(chat)}")
            let typing = try await right.json()
            #expect(typing["type"] == .string("typing") && typing["data"]["user"] == .int(alice.account.id.value))
            #expect(typing["seq"] == .null)
            try await left.send("{\"op\":\"send\",\"chat\":\(chat),\"text\":\"hi\",\"nonce\":\"n1\"}")
            let event = try await right.json()
            #expect(event["data"]["nonce"] == .null)
            let id = try #require(event["data"]["id"].int)
            _ = (try await left.json(), try await left.json())
            try await right.send("{\"op\":\"read\",\"chat\":\(chat),\"up_to\":\(id)}")
            let read = try await left.json()
            #expect(read["type"] == .string("read") && read["data"]["up_to"] == .int(id))
        }
    }

    @Test func chatEventsShowTheChatAsItsReaderSeesIt() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let socket = try await bob.stream(after: 0)
            let chat = try await alice.group(["bob"])
            let made = try await socket.json()
            #expect(made["type"] == .string("chat.new") && made["data"]["role"] == .string("member"))
            _ = try await alice.call("PATCH", "/v1/chats/\(chat)", #"{"title":"New"}"#)
            #expect(try await socket.json()["data"]["title"] == .string("New"))
            _ = try await alice.call("DELETE", "/v1/chats/\(chat)/members/\(bob.account.id)")
            let left = try await socket.json()
            #expect(left["type"] == .string("member.left") && left["data"]["user"]["name"] == .string("bob"))
            // Read again after having left, the chat is its id and nothing more.
            let events = try await bob.call("GET", "/v1/events?after=0").json
            #expect(events["events"][0]["data"] == .object(["id": .int(chat)]))
            #expect(events["last"] == .int(3))
            #expect(try await bob.call("GET", "/v1/events?limit=0").json["last"] == .int(3))
        }
    }

    @Test func aRevokedSessionLosesItsSockets() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let socket = try await alice.stream(after: nil)
            try await socket.send(#"{"op":"ping"}"#)
            _ = try await socket.json()
            #expect(try await alice.call("DELETE", "/v1/sessions/\(alice.session.id)").status == 204)
            guard case .closed(4401) = try await socket.next() else { throw TestFailure("not closed with 4401") }
        }
    }

    @Test func aWrongTokenIsAnsweredWith4401() async throws {
        try await LiveServer.run { live in
            let socket = try await TestSocket.open(
                port: live.port, path: "/v1/stream?after=0", protocols: ["stoa.v1", "bearer.not-a-token-at-all"])
            #expect(socket.subprotocol == "stoa.v1")
            guard case .closed(4401) = try await socket.next() else { throw TestFailure("not closed with 4401") }
        }
    }

    @Test func aBrowserShowsItsTokenAsASubprotocol() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let socket = try await TestSocket.open(
                port: live.port, path: "/v1/stream?after=0", protocols: ["bearer.\(alice.token)"])
            #expect(socket.subprotocol == "bearer.\(alice.token)")
            try await socket.send(#"{"op":"ping"}"#)
            #expect(try await socket.json()["op"] == .string("pong"))
        }
    }

    @Test func aPlaceBeyondTheLogIsRefused() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let socket = try await alice.stream(after: 99)
            guard case .closed(4409) = try await socket.next() else { throw TestFailure("not closed with 4409") }
        }
    }

    /// Many send at once while streams open and close: each log comes out whole and in order.
    @Test func manyAtOnce() async throws {
        try await LiveServer.run { live in
            var users: [TestUser] = []
            for number in 0..<6 { users.append(try await live.user("u\(number)")) }
            let chat = try await users[0].group((1..<6).map { "u\($0)" })
            try await withThrowingTaskGroup { group in
                for user in users {
                    group.addTask {
                        let socket = try await user.stream(after: 1)
                        for number in 0..<40 {
                            let nonce = "\(user.account.name)-\(number)"
                            try await socket.send(
                                "{\"op\":\"send\",\"chat\":\(chat),\"text\":\"\(nonce)\",\"nonce\":\"\(nonce)\"}")
                        }
                        var (last, sent) = (Int64(1), 0)
                        while last < 241 || sent < 40 {
                            let frame = try await socket.json()
                            if frame["op"] == .string("sent") { sent += 1 }
                            guard let seq = frame["seq"].int else { continue }
                            #expect(seq == last + 1)
                            last = seq
                        }
                        let late = try await user.stream(after: 0)
                        for seq in 1...Int64(241) { #expect(try await late.json()["seq"] == .int(seq)) }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
