import Glibc
import Synchronization
import Testing

@testable import HTTPServer

struct WebSocketTests {
    @Test func shakesHands() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            let response = try client.upgrade(headers: "Authorization: Bearer abc\r\n")
            #expect(response.status == 101)
            #expect(response.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(response.headers["sec-websocket-protocol"] == nil)
            try client.sendText("hello")
            #expect(try client.readFrame() == TestFrame(opcode: 1, payload: Array("hello".utf8)))
        }
    }

    @Test(arguments: ["bearer.abc-DEF_123", "chat.v1, bearer.abc"])
    func echoesTheSubprotocol(offered: String) async throws {
        try await withServer { server in
            let client = try TestClient(server)
            let response = try client.upgrade(headers: "Sec-WebSocket-Protocol: \(offered)\r\n")
            #expect(response.headers["sec-websocket-protocol"] == offered.split(separator: ",").first.map(String.init))
        }
    }

    @Test func readsTheTokenOfEitherKind() {
        let header = HTTPHeaders([("Authorization", "bearer  abc"), ("Sec-WebSocket-Protocol", "x, bearer.def")])
        let request = HTTPRequest(method: .get, path: "/", pathSegments: [], headers: header)
        #expect(request.bearerToken == "abc")
        #expect(request.webSocketProtocols == ["x", "bearer.def"])
    }

    @Test(arguments: [
        ("websocket", 8, "dGhlIHNhbXBsZSBub25jZQ=="), ("websocket", 13, "short"), ("h2c", 13, "dGhlIHNhbXBsZSBub25jZQ=="),
    ])
    func refusesBadHandshakes(upgrade: String, version: Int, key: String) async throws {
        let headers =
            "Upgrade: \(upgrade)\r\nConnection: Upgrade\r\nSec-WebSocket-Version: \(version)\r\n"
            + "Sec-WebSocket-Key: \(key)\r\n"
        try await withServer { server in
            let response = try TestClient(server).get("/ws", headers: headers)
            #expect(response.status == 426)
        }
    }

    @Test func putsFragmentsTogetherAndAnswersPings() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.upgrade()
            try client.send(TestClient.frame(1, Array("frag".utf8), fin: false))
            try client.send(TestClient.frame(9, Array("ping".utf8)))
            try client.send(TestClient.frame(0, Array("men".utf8), fin: false))
            try client.send(TestClient.frame(0, Array("ted é".utf8)))
            #expect(try client.readFrame() == TestFrame(opcode: 10, payload: Array("ping".utf8)))
            #expect(try client.readFrame().text == "fragmented é")
            for byte in TestClient.frame(1, Array("byte by byte".utf8)) { try client.send([byte]) }
            #expect(try client.readFrame().text == "byte by byte")
            let long = String(repeating: "x", count: 64 << 10)
            try client.sendText(long)
            #expect(try client.readFrame().text == long)
        }
    }

    @Test func takesFramesThatCameWithTheHandshake() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            var bytes = Array(
                ("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").utf8)
            bytes += TestClient.frame(1, Array("early".utf8))
            try client.send(bytes)
            #expect(try client.response().status == 101)
            #expect(try client.readFrame().text == "early")
        }
    }

    @Test(
        arguments: [
            (TestClient.frame(2, [1, 2, 3]), 1003),
            (TestClient.frame(1, [0xC3, 0x28]), 1007),
            (TestClient.frame(1, [0xED, 0xA0, 0x80]), 1007),
            (TestClient.frame(1, [0xE2, 0x82]), 1007),
            (TestClient.frame(1, [UInt8](repeating: 97, count: (64 << 10) + 1)), 1009),
            (
                TestClient.frame(1, [UInt8](repeating: 97, count: 40000), fin: false)
                    + TestClient.frame(0, [UInt8](repeating: 97, count: 40000)), 1009
            ),
            ([0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], 1009),
            ([0x81, 0x03, 97, 98, 99], 1002),
            (TestClient.frame(0, [97]), 1002),
            (TestClient.frame(1, [97], fin: false) + TestClient.frame(1, [97]), 1002),
            (TestClient.frame(3, [97]), 1002),
            ([0xC1, 0x81, 0, 0, 0, 0, 97], 1002),
            (TestClient.frame(9, [UInt8](repeating: 97, count: 126)), 1002),
            (TestClient.frame(9, [97], fin: false), 1002),
            (TestClient.frame(8, [3]), 1002),
            (TestClient.frame(8, [0x03, 0xED]), 1002),
            (TestClient.frame(8, [0x03, 0xE8]), 1000),
            (TestClient.frame(8, []), 1000),
            (TestClient.frame(8, [0x0F, 0xA0] + Array("bye".utf8)), 4000),
            (TestClient.frame(1, Array("close".utf8)), 4001),
        ] as [([UInt8], Int)])
    func closesWithTheRightCode(bytes: [UInt8], code: Int) async throws {
        let handler = TestHandler()
        try await withServer(handler) { server in
            let client = try TestClient(server)
            try client.upgrade()
            try client.send(bytes)
            let frame = try client.readFrame()
            #expect(frame.opcode == 8)
            #expect(frame.closeCode == code)
            if code == 4001 { try client.send(TestClient.frame(8, Array(frame.payload.prefix(2)))) }
            #expect(try client.isClosed())
            _ = consume client
            #expect(handler.echo.closed.wait())
            #expect(handler.echo.closed.count == 1)
        }
    }

    @Test func keepsOrderUnderABurst() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.upgrade()
            var bytes: [UInt8] = []
            for number in 0..<5000 { bytes += TestClient.frame(1, Array("message \(number)".utf8)) }
            try client.send(bytes)
            for number in 0..<5000 {
                let frame = try client.readFrame()
                if frame.text != "message \(number)" { throw ClientError("got \(frame.text) instead of \(number)") }
            }
        }
    }

    @Test func sendsOneBufferToMany() async throws {
        let handler = TestHandler()
        try await withServer(handler) { server in
            let clients = try (0..<50).map { _ in try TestClient(server) }
            for client in clients { try client.upgrade() }
            #expect(eventually { handler.echo.sessions.withLock { $0.count } == 50 })
            let message = SharedBytes(Array(String(repeating: "shared ", count: 40).utf8))
            let sessions = handler.echo.sessions.withLock { $0 }
            for _ in 0..<20 { for session in sessions { session.send(message) } }
            for client in clients {
                for _ in 0..<20 {
                    let frame = try client.readFrame()
                    if frame.payload.count != message.count { throw ClientError("a message arrived damaged") }
                }
            }
        }
    }

    @Test func cutsASlowReader() async throws {
        let handler = TestHandler()
        try await withServer(handler, { $0.maxQueuedBytes = 100_000 }) { server in
            let client = try TestClient(server, receiveBuffer: 4096)
            try client.upgrade()
            let session = try handler.echo.session()
            let message = SharedBytes([UInt8](repeating: 97, count: 10_000))
            var sent = 0
            while server.statistics.slowReaders == 0, sent < 100_000 {
                session.send(message)
                #expect(session.queuedBytes <= 100_000)
                sent += 1
            }
            #expect(server.statistics.slowReaders == 1)
            var last = try client.readFrame()
            while last.opcode == 1 { last = try client.readFrame() }
            #expect(last.closeCode == 1013)
            #expect(String(decoding: last.payload.dropFirst(2), as: UTF8.self) == "slow reader")
        }
    }

    @Test func dropsASlowReaderThatReadsNothing() async throws {
        let handler = TestHandler()
        try await withServer(
            handler,
            {
                $0.maxQueuedBytes = 100_000; $0.stallTimeout = .milliseconds(200)
            }
        ) { server in
            let client = try TestClient(server, receiveBuffer: 4096)
            try client.upgrade()
            let session = try handler.echo.session()
            let message = SharedBytes([UInt8](repeating: 97, count: 10_000))
            while server.statistics.slowReaders == 0 { session.send(message) }
            #expect(handler.echo.closed.wait())
            _ = consume client
        }
    }

    @Test func pingsAndDropsTheDead() async throws {
        let handler = TestHandler()
        try await withServer(handler, { $0.pingInterval = .milliseconds(200) }) { server in
            let client = try TestClient(server)
            try client.upgrade()
            #expect(try client.readFrame().opcode == 9)
            try client.send(TestClient.frame(10, []))
            #expect(try client.readFrame().opcode == 9)
            #expect(try client.isClosed())
            #expect(handler.echo.closed.wait())
        }
    }
}
