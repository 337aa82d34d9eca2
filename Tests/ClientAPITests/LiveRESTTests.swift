import Crypto
import Database
import HTTPServer
import Identity
import Messaging
import Model
import Testing

@testable import ClientAPI

@Suite struct LiveSessionTests {
    @Test func signInAndOut() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let hash = try await offThePool { try Password.hash("correct horse") }
            try await live.database.write { tx in try live.sessions.setPassword(hash: hash, of: alice.account.id, in: tx) }
            let path = "/v1/sessions"
            let bad = try await TestHTTP.call(
                port: live.port, "POST", path, json: #"{"username":"alice","password":"wrong"}"#)
            #expect(bad.status == 401)
            #expect(try bad.json["error"]["code"] == .string("unauthorized"))
            let unknown = try await TestHTTP.call(
                port: live.port, "POST", path, json: #"{"username":"nobody","password":"wrong"}"#)
            #expect(unknown.status == 401)
            let good = try await TestHTTP.call(
                port: live.port, "POST", path, json: #"{"username":"ALICE","password":"correct horse"}"#)
            #expect(good.status == 201)
            #expect(try good.json["user"]["name"] == .string("alice"))
            let token = try #require(try good.json["token"].string)
            let me = try await TestHTTP.call(port: live.port, "GET", "/v1/me", token: token)
            #expect(me.status == 200)
            let list = try await TestHTTP.call(port: live.port, "GET", path, token: token)
            #expect(try list.json["sessions"].array?.count == 2)
            let out = try await TestHTTP.call(port: live.port, "DELETE", "/v1/sessions/current", token: token)
            #expect(out.status == 204 && out.body.isEmpty)
            let after = try await TestHTTP.call(port: live.port, "GET", "/v1/me", token: token)
            #expect(after.status == 401)
            #expect(try await alice.call("GET", "/v1/me").status == 200)
        }
    }

    @Test func guessingIsSlowedDown() async throws {
        try await LiveServer.run { live in
            _ = try await live.user("alice")
            var statuses: Set<Int> = []
            for _ in 0..<8 {
                let answer = try await TestHTTP.call(
                    port: live.port, "POST", "/v1/sessions", json: #"{"username":"alice","password":"x"}"#)
                statuses.insert(answer.status)
                if answer.status == 429 { #expect(answer.headers["retry-after"] != nil) }
            }
            #expect(statuses == [401, 429])
        }
    }

    @Test func registration() async throws {
        let json = #"{"name":"carol","password":"a long one","display":"Carol"}"#
        try await LiveServer.run { live in
            let answer = try await TestHTTP.call(port: live.port, "POST", "/v1/accounts", json: json)
            #expect(answer.status == 403)
        }
        try await LiveServer.run(openRegistration: true) { live in
            let made = try await TestHTTP.call(port: live.port, "POST", "/v1/accounts", json: json)
            #expect(made.status == 201)
            let token = try #require(try made.json["token"].string)
            let me = try await TestHTTP.call(port: live.port, "GET", "/v1/me", token: token)
            #expect(try me.json["display"] == .string("Carol"))
            #expect(try await TestHTTP.call(port: live.port, "POST", "/v1/accounts", json: json).status == 409)
            let short = try await TestHTTP.call(
                port: live.port, "POST", "/v1/accounts", json: #"{"name":"dave","password":"short"}"#)
            #expect(short.status == 400)
        }
    }

    @Test func everyCallButAFewNeedsASession() async throws {
        try await LiveServer.run { live in
            for route in ClientAPI.table.routes {
                if case .open = route.action { continue }
                let path = "/" + route.path.map { $0.hasPrefix(":") ? "1" : $0 }.joined(separator: "/")
                for token in [nil, "no-such-token-at-all"] {
                    if token != nil, case .raw = route.action { continue }
                    let answer = try await TestHTTP.call(port: live.port, route.method.rawValue, path, token: token)
                    #expect(answer.status == 401, "\(route.method) \(path)")
                    #expect(try answer.json["error"]["code"] == .string("unauthorized"))
                }
            }
        }
    }

    @Test func openPages() async throws {
        try await LiveServer.run { live in
            for path in ["/healthz", "/readyz", "/metrics"] {
                #expect(try await TestHTTP.call(port: live.port, "GET", path).status == 200)
            }
            let head = try await TestHTTP.call(port: live.port, "HEAD", "/healthz")
            #expect(head.status == 200 && head.body.isEmpty)
            let metrics = try await TestHTTP.call(port: live.port, "GET", "/metrics")
            #expect(metrics.text.contains("stoa_test 1") && metrics.text.contains("stoa_streams_open 0"))
            #expect(try await TestHTTP.call(port: live.port, "GET", "/v1/nothing").status == 404)
            let wrong = try await TestHTTP.call(port: live.port, "PUT", "/v1/me")
            #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, PATCH")
        }
    }
}

@Suite struct LiveChatTests {
    @Test func aDirectChatIsMadeOnce() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let json = #"{"kind":"direct","with":"Bob","unknown":[1]}"#
            let first = try await alice.call("POST", "/v1/chats", json)
            let again = try await alice.call("POST", "/v1/chats", json)
            #expect(first.status == 201 && again.status == 200)
            #expect(try first.json == again.json)
            #expect(try first.json["peer"]["name"] == .string("bob"))
            let id = try #require(try first.json["id"].int)
            #expect(try await bob.call("GET", "/v1/chats/\(id)").status == 200)
            let eve = try await live.user("eve")
            let answer = try await eve.call("GET", "/v1/chats/\(id)")
            #expect(answer.status == 404)
            #expect(try answer.json["error"]["code"] == .string("chat_not_found"))
        }
    }

    @Test func groupsAndMembers() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let carol = try await live.user("carol")
            let chat = try await alice.group(["bob"])
            let path = "/v1/chats/\(chat)"
            #expect(try await bob.call("PATCH", path, #"{"title":"Mine"}"#).status == 403)
            #expect(try await alice.call("PATCH", path, #"{"title":"Ours"}"#).json["title"] == .string("Ours"))
            #expect(try await alice.call("POST", path + "/members", #"{"name":"carol"}"#).status == 201)
            #expect(try await alice.call("POST", path + "/members", #"{"name":"carol"}"#).status == 200)
            #expect(try await alice.call("POST", path + "/members", #"{"name":"nobody"}"#).status == 404)
            let role = try await alice.call("PATCH", path + "/members/\(bob.account.id)", #"{"role":"admin"}"#)
            #expect(try role.json["role"] == .string("admin"))
            #expect(try await alice.call("PATCH", path + "/members/\(bob.account.id)", #"{"role":"owner"}"#).status == 400)
            let members = try await carol.call("GET", path + "/members")
            #expect(try members.json["members"].array?.count == 3)
            #expect(try await bob.call("DELETE", path + "/members/\(carol.account.id)").status == 204)
            #expect(try await carol.call("GET", path + "/members").status == 404)
            #expect(try await bob.call("DELETE", path + "/members/\(carol.account.id)").status == 404)
        }
    }

    @Test func chatsComeInPages() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            var made: [Int64] = []
            for _ in 0..<5 { made.append(try await alice.group([])) }
            var found: [Int64] = []
            var cursor = ""
            for _ in 0..<4 {
                let page = try await alice.call("GET", "/v1/chats?limit=2\(cursor)").json
                found += (page["chats"].array ?? []).compactMap { $0["id"].int }
                guard let next = page["next"].string else { break }
                cursor = "&cursor=\(next)"
            }
            #expect(found == made.reversed())
        }
    }

    @Test func messages() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let chat = try await alice.directChat(with: "bob")
            let path = "/v1/chats/\(chat)/messages"
            let json = #"{"text":"hi **b**","nonce":"n1","entities":[{"type":"bold","offset":3,"length":5}]}"#
            let first = try await alice.call("POST", path, json)
            let again = try await alice.call("POST", path, json)
            #expect(first.status == 201 && again.status == 200)
            #expect(try first.json == again.json)
            #expect(try first.json["nonce"] == .string("n1"))
            let other = try await alice.call("POST", path, #"{"text":"else","nonce":"n1"}"#)
            #expect(other.status == 409)
            let id = try #require(try first.json["id"].int)
            let seen = try await bob.call("GET", path + "/\(id)").json
            #expect(seen["nonce"] == .null && seen["entities"][0]["type"] == .string("bold"))
            #expect(try await bob.call("PATCH", path + "/\(id)", #"{"text":"x"}"#).status == 403)
            let edited = try await alice.call("PATCH", path + "/\(id)", #"{"text":"x"}"#).json
            #expect(edited["text"] == .string("x") && edited["edited"].int != nil)
            #expect(try await bob.call("GET", "/v1/chats/\(chat)").json["unread"] == .int(1))
            #expect(try await bob.call("POST", "/v1/chats/\(chat)/read", "{\"up_to\":\(id)}").status == 204)
            #expect(try await bob.call("GET", "/v1/chats/\(chat)").json["unread"] == .int(0))
            #expect(try await alice.call("GET", "/v1/chats/\(chat)").json["peer_read_up_to"] == .int(id))
            let reply = try await bob.call("POST", path, "{\"text\":\"re\",\"reply_to\":\(id)}").json
            #expect(reply["reply_to"] == .int(id))
            #expect(try await bob.call("DELETE", path + "/\(id)").status == 403)
            #expect(try await alice.call("DELETE", path + "/\(id)").status == 204)
            #expect(try await alice.call("GET", path + "/\(id)").status == 404)
            let history = try await alice.call("GET", path + "?limit=1").json
            #expect(history["messages"][0]["id"] == reply["id"])
        }
    }

    @Test(arguments: [
        ("{}", "empty"), ("", "empty"), ("[1]", "object"), ("{", "JSON"), (#"{"text":1}"#, "text"),
        (#"{"text":"a","attachments":[{"file":"x"}]}"#, "attachments[0].file"),
        (#"{"text":"a","entities":[{"type":"blink","offset":0,"length":1}]}"#, "entities[0].type"),
        (#"{"text":"a","entities":[{"type":"bold","offset":0,"length":9}]}"#, "entities[0]"),
        (#"{"text":"a","reply_to":0}"#, "reply_to"), (#"{"text":"a","nonce":""}"#, "nonce"),
        (#"{"text":"a\u0000"}"#, "U+0000"), ("{\"text\":\"\\ud800\"}", "JSON"),
    ]) func badMessagesAreRefusedWithAReason(_ json: String, _ reason: String) async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let chat = try await alice.group([])
            let answer = try await alice.call("POST", "/v1/chats/\(chat)/messages", json)
            #expect(answer.status == 400)
            let message = try answer.json["error"]["message"].string ?? ""
            #expect(message.contains(reason), "\(message)")
        }
    }

    @Test func limitsSayWhenToComeBack() async throws {
        var limits = RateLimits()
        limits.user = RateLimits.Bucket(perSecond: 0.1, burst: 2)
        try await LiveServer.run(limits: limits) { live in
            let alice = try await live.user("alice")
            let chat = try await alice.group([])
            _ = try await alice.send("one", to: chat)
            let answer = try await alice.call("POST", "/v1/chats/\(chat)/messages", #"{"text":"two"}"#)
            #expect(answer.status == 429)
            #expect(try (1...10).contains(answer.json["error"]["retry_after"].int ?? 0))
        }
    }

    @Test func aPressGoesToTheBot() async throws {
        try await LiveServer.run { live in
            let (alice, bot) = (try await live.user("alice"), try await live.bot("poll"))
            let chat = try await alice.directChat(with: "poll")
            let message = try await live.database.write { tx in
                let content = MessageContent(text: "?", buttons: [[Button(id: "yes", text: "Yes", data: "secret")]])
                return try live.messaging.post(Draft(chat: ChatID(chat), content: content), from: bot, in: tx).message
            }
            let path = "/v1/chats/\(chat)/messages/\(message.id)"
            let seen = try await alice.call("GET", path)
            #expect(!seen.text.contains("secret"))
            let pressed = try await alice.call("POST", path + "/press", #"{"button":"yes"}"#)
            #expect(pressed.status == 200)
            #expect(try pressed.json["press"].int != nil)
            #expect(try await alice.call("POST", path + "/press", #"{"button":"no"}"#).status == 404)
        }
    }
}
