import Foundation
import Synchronization
import Testing

@testable import HTTPClient

/// Requests to servers that behave, and to servers that do not.
struct HTTPClientTests {
    private func client(_ change: (inout HTTPClientOptions) -> Void = { _ in }) throws -> HTTPClient {
        var options = HTTPClientOptions()
        options.allowsPrivateAddresses = true
        change(&options)
        return try HTTPClient(options: options)
    }

    private func ask(
        _ client: HTTPClient, _ request: ClientRequest, permit: @escaping @Sendable (RequestTarget) -> String? = { _ in nil }
    ) async -> Result<ClientResponse, ClientFailure> {
        await withCheckedContinuation { continuation in
            client.send(request, permit: permit) { continuation.resume(returning: $0) }
        }
    }

    private func kind(_ result: Result<ClientResponse, ClientFailure>) -> ClientFailure.Kind? {
        if case .failure(let failure) = result { failure.kind } else { nil }
    }

    @Test("A request goes out as it was given, and the answer comes back whole")
    func roundTrip() async throws {
        let server = PlainServer(text: "HTTP/1.1 201 Made\r\nX-One: a\r\nX-Two:  b c \r\nContent-Length: 5\r\n\r\nhello")
        let client = try client()
        defer { client.shutdown(); server.stop() }
        var request = ClientRequest(
            method: "POST", url: "http://127.0.0.1:\(server.port)/a%20b?c=d#e",
            headers: [.init("X-Mine", "yes"), .init("Content-Type", "text/plain")], body: Array("body".utf8))
        let response = try await ask(client, request).get()
        #expect(response.status == 201 && response.body == Array("hello".utf8))
        #expect(response.headers.map(\.name) == ["x-one", "x-two", "content-length"])
        #expect(response.headers[1].value == "b c")
        let sent = try #require(server.requests.first)
        #expect(sent.hasPrefix("POST /a%20b?c=d HTTP/1.1\r\n") && sent.hasSuffix("\r\n\r\nbody"))
        #expect(sent.contains("X-Mine: yes\r\n") && !sent.contains("Expect"))
        request.method = "PUT"
        request.body = []
        _ = try await ask(client, request).get()
        #expect(server.requests.last?.contains("Content-Length: 0") == true)
    }

    @Test("HEAD has no body, and neither has 204")
    func withoutBody() async throws {
        let server = PlainServer { request, client in
            PlainServer.write(
                request.hasPrefix("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" : "HTTP/1.1 204 No\r\n\r\n",
                to: client)
        }
        let client = try client()
        defer { client.shutdown(); server.stop() }
        let url = "http://127.0.0.1:\(server.port)/"
        #expect(try await ask(client, ClientRequest(method: "HEAD", url: url)).get().body == [])
        #expect(try await ask(client, ClientRequest(method: "DELETE", url: url)).get().status == 204)
    }

    @Test(
        "Redirects are followed as browsers do",
        arguments: [(301, "GET", false), (302, "GET", false), (303, "GET", false), (307, "POST", true), (308, "POST", true)])
    func redirects(_ status: Int, _ method: String, _ keepsBody: Bool) async throws {
        let server = PlainServer { request, client in
            PlainServer.write(
                request.contains("/first") ? PlainServer.redirect(status, to: "second?x=1") : PlainServer.ok("there"), to: client)
        }
        let client = try client()
        defer { client.shutdown(); server.stop() }
        let response = try await ask(
            client,
            ClientRequest(
                method: "POST", url: "http://127.0.0.1:\(server.port)/a/first", headers: [.init("Authorization", "me")],
                body: Array("body".utf8))
        ).get()
        #expect(response.url == "http://127.0.0.1:\(server.port)/a/second?x=1")
        let second = try #require(server.requests.last)
        #expect(second.hasPrefix("\(method) /a/second?x=1 ") && second.hasSuffix("body") == keepsBody)
        #expect(second.contains("Authorization: me"))
    }

    @Test("What is secret does not follow to another server, and whoever may not be asked is not")
    func redirectElsewhere() async throws {
        let second = PlainServer(text: PlainServer.ok("second"))
        let first = PlainServer(text: PlainServer.redirect(307, to: "http://127.0.0.1:\(second.port)/"))
        let client = try client()
        defer { client.shutdown(); first.stop(); second.stop() }
        let request = ClientRequest(
            url: "http://127.0.0.1:\(first.port)/",
            headers: [.init("X-Key", "k1", isSecret: true), .init("authorization", "k2"), .init("X-Plain", "p")])
        #expect(try await ask(client, request).get().body == Array("second".utf8))
        let got = try #require(second.requests.first)
        #expect(!got.contains("k1") && !got.contains("k2") && got.contains("X-Plain: p"))
        let port = second.port
        let refused = await ask(client, request) { $0.port == port ? "not there" : nil }
        #expect(kind(refused) == .forbidden && second.requests.count == 1)
    }

    @Test("A circle of redirects ends")
    func circle() async throws {
        let server = PlainServer(text: PlainServer.redirect(302, to: "/again"))
        let client = try client()
        defer { client.shutdown(); server.stop() }
        #expect(kind(await ask(client, ClientRequest(url: "http://127.0.0.1:\(server.port)/"))) == .tooManyRedirects)
        #expect(server.requests.count == 6)
    }

    @Test("Huge bodies, endless headers, garbage and silence each end with a clear error")
    func badServers() async throws {
        let endless = PlainServer { _, client in
            PlainServer.write("HTTP/1.1 200 OK\r\n\r\n", to: client)
            while PlainServer.write(String(repeating: "x", count: 65536), to: client) {}
        }
        let headers = PlainServer { _, client in
            PlainServer.write("HTTP/1.1 200 OK\r\n", to: client)
            while PlainServer.write("X-A: \(String(repeating: "x", count: 1000))\r\n", to: client) {}
        }
        let garbage = PlainServer(text: "what is this\r\n\r\n")
        let slow = PlainServer { _, client in
            PlainServer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", to: client)
            while PlainServer.write("x", to: client) { usleep(50_000) }
        }
        let client = try client()
        defer { client.shutdown(); for server in [endless, headers, garbage, slow] { server.stop() } }
        for (server, expected) in [
            (endless, ClientFailure.Kind.tooLarge), (headers, .tooLarge), (garbage, .protocolError), (slow, .timeout),
        ] {
            var request = ClientRequest(url: "http://127.0.0.1:\(server.port)/")
            request.timeoutMilliseconds = expected == .timeout ? 500 : 20_000
            let result = await ask(client, request)
            #expect(kind(result) == expected)
        }
    }

    @Test("Nobody listens, nobody knows the name")
    func unreachable() async throws {
        let gone = PlainServer(text: "")
        gone.stop()
        let client = try client()
        defer { client.shutdown() }
        #expect(kind(await ask(client, ClientRequest(url: "http://127.0.0.1:\(gone.port)/"))) == .unreachable)
        #expect(kind(await ask(client, ClientRequest(url: "https://no-such-name.invalid/"))) == .unresolved)
    }

    @Test(
        "What is no request is refused before anything is sent",
        arguments: [
            ("GET", "ftp://example.com/", "A", "b"), ("GET", "file:///etc/passwd", "A", "b"),
            ("GET", "http://user:pass@example.com/", "A", "b"), ("GET", "http://", "A", "b"), ("GET", "/local", "A", "b"),
            ("GET", "http://exa mple.com/", "A", "b"), ("GET", "http://example.com\\@evil.com/", "A", "b"),
            ("GET", "http://exämple.com/", "A", "b"), ("GET", "gopher://example.com/", "A", "b"),
            ("G T", "http://127.0.0.1/", "A", "b"), ("GET", "http://127.0.0.1/", "A\r\nB", "b"),
            ("GET", "http://127.0.0.1/", "A", "b\r\nHost: evil"), ("GET", "http://127.0.0.1/", "A", "b\u{0}"),
            ("GET", "http://127.0.0.1/", "Host", "evil"), ("GET", "http://127.0.0.1/", "content-length", "5"),
            ("GET", "http://127.0.0.1/", "Transfer-Encoding", "chunked"), ("GET", "http://127.0.0.1/", "", "b"),
        ])
    func badRequests(_ method: String, _ url: String, _ name: String, _ value: String) async throws {
        let client = try client()
        defer { client.shutdown() }
        let result = await ask(client, ClientRequest(method: method, url: url, headers: [.init(name, value)]))
        #expect([.badURL, .badRequest].contains(kind(result)))
    }

    @Test("Many at a time wait for each other, and all are answered")
    func many() async throws {
        let open = Mutex((now: 0, most: 0))
        let server = PlainServer { _, client in
            open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            usleep(5000)
            // Before the answer, after which the client may begin another.
            open.withLock { $0.now -= 1 }
            PlainServer.write(PlainServer.ok("ok"), to: client)
        }
        let client = try client { $0.maxConcurrent = 16 }
        defer { client.shutdown(); server.stop() }
        let url = "http://127.0.0.1:\(server.port)/"
        let answered = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<300 { group.addTask { (try? await ask(client, ClientRequest(url: url)).get().status) == 200 } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == 300 && open.withLock { $0.most } <= 16)
    }

    @Test("A stop answers what is under way and what waits")
    func stop() async throws {
        let server = PlainServer { _, client in
            var byte: UInt8 = 0
            _ = recv(client, &byte, 1, 0)
        }
        defer { server.stop() }
        let client = try client { $0.maxConcurrent = 2 }
        let url = "http://127.0.0.1:\(server.port)/"
        async let results = withTaskGroup(of: ClientFailure.Kind?.self) { group in
            for _ in 0..<5 { group.addTask { kind(await ask(client, ClientRequest(url: url))) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        while server.requests.count < 2 { await Task.yield() }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                client.shutdown()
                continuation.resume()
            }
        }
        #expect(await results == Array(repeating: .shutdown, count: 5))
        #expect(kind(await ask(client, ClientRequest(url: url))) == .shutdown)
    }
}

/// The wall is up here, with one hole for the test's own server.
struct PrivateAddressTests {
    private static let forms = [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::]",
        "0.0.0.0",
        "localhost", "169.254.169.254", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "[fe80::1]",
        "[fd00::1]", "[64:ff9b::7f00:1]",
    ]

    @Test("No way of writing a private address leads there", arguments: forms)
    func direct(_ host: String) async throws { #expect(try await failure("http://\(host):9/") == .privateAddress) }

    @Test("Nor does a redirect", arguments: forms)
    func redirected(_ host: String) async throws {
        let server = PlainServer(text: PlainServer.redirect(302, to: "http://\(host):9/"))
        defer { server.stop() }
        #expect(try await failure("http://127.0.0.1:\(server.port)/", exempt: server.port) == .privateAddress)
    }

    private func failure(_ url: String, exempt: Int? = nil) async throws -> ClientFailure.Kind? {
        var options = HTTPClientOptions()
        if let exempt { options.exemptPorts = [exempt] }
        let client = try HTTPClient(options: options)
        defer { client.shutdown() }
        let result = await withCheckedContinuation { continuation in
            client.send(ClientRequest(url: url), permit: { _ in nil }) { continuation.resume(returning: $0) }
        }
        if case .failure(let failure) = result { return failure.kind }
        return nil
    }
}
