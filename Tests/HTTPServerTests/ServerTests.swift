import Glibc
import Synchronization
import Testing

@testable import HTTPServer

/// Starting, stopping, limits on connections and time, uploads.
struct ServerTests {
    @Test func saysWhyItCannotStart() async throws {
        try await withServer { server in
            #expect(throws: HTTPServerError.self) {
                try HTTPServer.start(options: HTTPServerOptions(port: server.port), handler: TestHandler())
            }
            do {
                _ = try HTTPServer.start(options: HTTPServerOptions(host: "no-address"), handler: TestHandler())
                Issue.record("started on no-address")
            } catch {
                #expect("\(error)" == "The address no-address is not a numeric IPv4 or IPv6 address.")
            }
            var options = HTTPServerOptions()
            options.tlsCertificatePath = "/etc/hostname"
            #expect(throws: HTTPServerError.self) { try HTTPServer.start(options: options, handler: TestHandler()) }
            options.tlsKeyPath = "/etc/hostname"
            #expect(throws: HTTPServerError.self) { try HTTPServer.start(options: options, handler: TestHandler()) }
        }
    }

    @Test func stopsGracefully() async throws {
        let server = try HTTPServer.start(options: HTTPServerOptions(), handler: TestHandler())
        try await onThread {
            let socket = try TestClient(server)
            try socket.upgrade()
            let idle = try TestClient(server)
            #expect(try idle.get("/show").status == 200)
            let busy = try TestClient(server)
            try busy.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { server.statistics.requests == 3 })
            let stopped = Signal()
            let thread = startThread(name: "stopper") {
                server.stop(grace: .seconds(5))
                stopped.fire()
            }
            if let thread { pthread_detach(thread) }
            let close = try socket.readFrame()
            #expect(close.opcode == 8)
            #expect(close.closeCode == 1001)
            try socket.send(TestClient.frame(8, [0x03, 0xE9]))
            let last = try busy.response()
            #expect(last.text == "later\n")
            #expect(last.headers["connection"] == "close")
            #expect(try idle.isClosed())
            #expect(try socket.isClosed())
            #expect(try busy.isClosed())
            #expect(throws: ClientError.self) { try TestClient(server) }
            _ = (consume socket, consume busy, consume idle)
            #expect(stopped.wait())
        }
    }

    @Test func stopsInSpiteOfClientsThatDoNotMove() async throws {
        let server = try HTTPServer.start(options: HTTPServerOptions(threads: 2), handler: TestHandler())
        try await onThread {
            let socket = try TestClient(server)
            try socket.upgrade()
            let half = try TestClient(server)
            try half.send("GET /sho")
            server.stop(grace: .milliseconds(50))
            server.stop(grace: .zero)
            #expect(server.statistics.connections == 0)
            _ = (consume socket, consume half)
        }
    }

    @Test func manyConnectionsComeAndGo() async throws {
        try await withServer(TestHandler(), { $0.threads = 2 }) { server in
            var clients: [TestClient] = []
            for _ in 0..<2000 { clients.append(try TestClient(server)) }
            #expect(eventually { server.statistics.connections == 2000 })
            for client in clients[..<200] { #expect(try client.get("/show").status == 200) }
            clients = []
            #expect(eventually { server.statistics.connections == 0 })
            #expect(try TestClient(server).get("/show").status == 200)
        }
    }

    @Test func turnsAwayWhatIsTooMany() async throws {
        try await withServer(TestHandler(), { $0.maxConnections = 20 }) { server in
            let clients = try (0..<20).map { _ in try TestClient(server) }
            #expect(eventually { server.statistics.connections == 20 })
            let response = try TestClient(server).response()
            #expect(response.status == 503)
            #expect(server.statistics.rejected == 1)
            #expect(try clients[0].get("/show").status == 200)
        }
        try await withServer(TestHandler(), { $0.maxConnectionsPerAddress = 2 }) { server in
            let clients = try (0..<2).map { _ in try TestClient(server) }
            #expect(try TestClient(server).response().status == 503)
            #expect(try clients[1].get("/show").status == 200)
        }
    }

    @Test func cutsWhatDoesNotMove() async throws {
        let configure: (inout HTTPServerOptions) -> Void = {
            $0.stallTimeout = .milliseconds(200)
            $0.idleTimeout = .milliseconds(400)
        }
        try await withServer(TestHandler(), configure) { server in
            let head = try TestClient(server)
            let body = try TestClient(server)
            let idle = try TestClient(server)
            try head.send("GET /show HTTP/1.1\r\nHo")
            try body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try idle.get("/show").status == 200)
            #expect(try head.response().status == 408)
            #expect(try body.response().status == 408)
            #expect(try idle.isClosed())
            let reader = try TestClient(server, receiveBuffer: 4096)
            try reader.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { server.statistics.connections == 0 })
            _ = (consume head, consume body, consume idle, consume reader)
        }
    }

    @Test func aHeadThatTricklesIsCutToo() async throws {
        try await withServer(TestHandler(), { $0.stallTimeout = .milliseconds(300) }) { server in
            let client = try TestClient(server)
            try client.send("GET /show HTTP/1.1\r\nX: ")
            let began = now()
            while client.sendSome([97]), now() - began < 5000 { usleep(20_000) }
            #expect(now() - began < 4000)
        }
    }

    // MARK: Uploads

    /// Counts what it gets; can be held up and can refuse.
    final class Sink: HTTPBodySink {
        let bytes = Mutex<[UInt8]>([])
        let held = Mutex(false)
        let aborted = Signal()
        let refuseAt: Int

        init(refuseAt: Int = .max) { self.refuseAt = refuseAt }

        var limit: Int { 100 << 20 }

        var count: Int { bytes.withLock { $0.count } }

        func receive(_ chunk: [UInt8]) throws {
            while held.withLock({ $0 }) { usleep(1000) }
            let count = bytes.withLock { bytes in
                bytes += chunk
                return bytes.count
            }
            if count >= refuseAt { throw HTTPFailure(.text(409, "enough")) }
        }

        func finish(_ responder: HTTPResponder) { responder(.text(201, "\(count) bytes")) }

        func abort() { aborted.fire() }
    }

    struct UploadHandler: HTTPHandler {
        let sink: Sink
        func route(_ head: HTTPRequest) -> HTTPRoute { head.method == .post ? .streamed(sink) : .respond(.text(200, "ok")) }
    }

    @Test func streamsAnUploadWithBackPressure() async throws {
        let sink = Sink()
        sink.held.withLock { $0 = true }
        try await withServer(UploadHandler(sink: sink)) { server in
            let client = try TestClient(server)
            let size = 24 << 20
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            let finished = Signal()
            let descriptor = client.descriptor
            let thread = startThread(name: "sender") {
                var sent = 0
                while sent < size {
                    let count = body[sent...].prefix(1 << 16).withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
                    if count <= 0 { break }
                    sent += count
                }
                finished.fire()
            }
            var last = -1
            #expect(
                eventually {
                    defer { last = server.statistics.bytesIn }
                    usleep(20_000)
                    return last > 1 << 20 && last == server.statistics.bytesIn
                })
            #expect(server.statistics.bytesIn < 2 << 20)
            #expect(finished.count == 0)
            sink.held.withLock { $0 = false }
            let response = try client.response()
            #expect(response.status == 201)
            #expect(response.text == "\(size) bytes\n")
            #expect(sink.bytes.withLock { $0 == body })
            #expect(try client.get("/").status == 200)
            if let thread { pthread_join(thread, nil) }
        }
    }

    @Test func tellsTheSinkWhenTheClientGoes() async throws {
        let sink = Sink()
        try await withServer(UploadHandler(sink: sink)) { server in
            let client = try TestClient(server)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc")
            #expect(eventually { sink.count == 3 })
            _ = consume client
            #expect(sink.aborted.wait())
            let bad = try TestClient(server)
            try bad.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            #expect(try bad.response().status == 400)
            #expect(sink.aborted.wait(times: 2))
            let long = try TestClient(server)
            try long.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
            #expect(try long.response().status == 413)
            #expect(sink.aborted.wait(times: 3))
        }
    }

    @Test func letsTheSinkRefuse() async throws {
        let sink = Sink(refuseAt: 1000)
        try await withServer(UploadHandler(sink: sink)) { server in
            let client = try TestClient(server)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n")
            try client.send([UInt8](repeating: 1, count: 2000))
            let response = try client.response()
            #expect(response.status == 409)
            #expect(response.text == "enough\n")
            #expect(sink.aborted.wait())
        }
    }
}
