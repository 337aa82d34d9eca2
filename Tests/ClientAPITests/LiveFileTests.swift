import Testing

@testable import ClientAPI

@Suite struct LiveFileTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0, 2, 0, 0, 0, 3]

    private func upload(_ bytes: [UInt8], name: String, by user: TestUser, field: String = "file") async throws -> TestAnswer {
        let head = "--B\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\n\r\n"
        return try await TestHTTP.call(
            port: user.port, "POST", "/v1/files", token: user.token,
            headers: ["Content-Type: multipart/form-data; boundary=B"],
            body: Array(head.utf8) + bytes + Array("\r\n--B--\r\n".utf8))
    }

    @Test func aPhotoIsUploadedSentAndReadByThoseItWasSentTo() async throws {
        try await LiveServer.run { live in
            let (alice, bob) = (try await live.user("alice"), try await live.user("bob"))
            let eve = try await live.user("eve")
            let made = try await upload(Self.png, name: "é.png", by: alice)
            #expect(made.status == 201)
            let file = try made.json
            #expect(file["type"] == .string("image/png") && file["width"] == .int(2) && file["name"] == .string("é.png"))
            let id = try #require(file["id"].int)
            #expect(try await bob.call("GET", "/v1/files/\(id)").status == 404)
            let chat = try await alice.directChat(with: "bob")
            let sent = try await alice.call("POST", "/v1/chats/\(chat)/messages", "{\"attachments\":[{\"file\":\(id)}]}")
            #expect(sent.status == 201)
            #expect(try sent.json["attachments"][0]["type"] == .string("photo"))
            let read = try await bob.call("GET", "/v1/files/\(id)")
            #expect(read.status == 200 && read.body == Self.png)
            #expect(read.headers["content-disposition"]?.hasPrefix("inline;") == true)
            #expect(read.headers["x-content-type-options"] == "nosniff")
            #expect(read.headers["content-security-policy"]?.contains("sandbox") == true)
            #expect(try await eve.call("GET", "/v1/files/\(id)").status == 404)
        }
    }

    @Test func whatIsNoPhotoIsSavedNotShown() async throws {
        try await LiveServer.run { live in
            let alice = try await live.user("alice")
            let made = try await upload(Array("<script>alert(1)</script>".utf8), name: "../../x.html", by: alice)
            #expect(try made.json["name"] == .string("x.html"))
            let id = try #require(try made.json["id"].int)
            let read = try await alice.call("GET", "/v1/files/\(id)")
            #expect(read.headers["content-disposition"]?.hasPrefix("attachment;") == true)
            #expect(read.headers["content-type"]?.hasPrefix("text/plain") == true)
        }
    }

    @Test func badUploadsAreRefused() async throws {
        try await LiveServer.run(maxFile: 200_000) { live in
            let alice = try await live.user("alice")
            #expect(try await upload([1], name: "x", by: alice, field: "other").status == 400)
            let plain = try await TestHTTP.call(
                port: live.port, "POST", "/v1/files", token: alice.token, headers: ["Content-Type: text/plain"], body: [1])
            #expect(plain.status == 400)
            #expect(try await alice.call("POST", "/v1/files").status == 400)
            let large = try await upload([UInt8](repeating: 7, count: 220_000), name: "x", by: alice)
            #expect(large.status == 413)
            let stranger = TestUser(port: live.port, account: alice.account, token: "not-a-token-at-all", session: alice.session)
            #expect(try await upload([1], name: "x", by: stranger).status == 401)
            #expect(try await upload([], name: "empty", by: alice).status == 201)
        }
    }
}
