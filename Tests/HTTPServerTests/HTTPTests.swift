import Testing

@testable import HTTPServer

struct HTTPTests {
    @Test func keepsTheConnection() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            for number in 0..<3 {
                let response = try client.get("/show/\(number)?a=1&b=%20+x&c")
                #expect(response.status == 200)
                #expect(response.text == "GET /show/\(number) [\"show\", \"\(number)\"] [\"a=1\", \"b=  x\", \"c=\"]\n")
                #expect(response.headers["connection"] == nil)
            }
            #expect(server.statistics.accepted == 1)
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            var requests = ""
            for number in 0..<50 {
                requests +=
                    number % 10 == 3
                    ? "GET /later HTTP/1.1\r\nHost: a\r\n\r\n" : "GET /show/\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
            }
            try client.send(requests)
            for number in 0..<50 {
                let response = try client.response()
                #expect(response.text.contains(number % 10 == 3 ? "later" : "/show/\(number) "))
            }
        }
    }

    @Test func takesARequestSplitAnywhere() async throws {
        let request = Array(
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x=y\r\nhello\r\nA\r\n, chunked!\r\n0\r\nT: v\r\n\r\n").utf8)
        try await withServer { server in
            let client = try TestClient(server)
            for cut in 1..<request.count {
                try client.send(Array(request[..<cut]))
                try client.send(Array(request[cut...]))
                let response = try client.response()
                #expect(response.text == "hello, chunked!", "cut at \(cut)")
            }
            for byte in request { try client.send([byte]) }
            let response = try client.response()
            #expect(response.text == "hello, chunked!")
        }
    }

    @Test(arguments: [
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200),
        ("POST /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET http://a/show HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("\r\nGET /show HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("BREW /coffee HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("POST /unknown HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 405),
        ("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n", 204),
        ("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n", 500),
        ("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", 426),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413),
        ("GET /show HTTP/1.1\r\n\r\n", 400),
        ("GET /show HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /show HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET /show FTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET show HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /show\r\nHost: a\r\n\r\n", 400),
        ("GET /sh ow HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%C0%AF HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /show?a=%ZZ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /show HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400),
        ("GET /show HTTP/1.1\r\nHost: a\r\nX : x\r\n\r\n", 400),
        ("GET /show HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
        ("GET /show HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", 400),
        ("GET /show HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}garbage", 400),
        ("{\"json\": true}\r\n\r\n", 400),
    ])
    func answersWithTheRightStatus(request: String, status: Int) async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.send(request)
            let response = try client.response()
            #expect(response.status == status)
            if [400, 413, 414, 426, 431, 501, 505].contains(status) {
                #expect(response.headers["connection"] == "close")
                #expect(!response.body.isEmpty)
                #expect(try client.isClosed())
            }
        }
    }

    @Test func limitsTheHead() async throws {
        try await withServer { server in
            let long = String(repeating: "a", count: 60 << 10)
            let client = try TestClient(server)
            let fine = try client.get("/show?q=\(long)")
            #expect(fine.status == 200)
            #expect(fine.text.contains(long))
            #expect(try client.get("/show", headers: "X: \(long)\r\n").status == 200)
            let tooLong = try TestClient(server).get("/show?q=\(long)aaaaaaaaaa\(long)")
            #expect(tooLong.status == 414)
            let tooMuch = try TestClient(server).get("/show", headers: "X: \(long)\r\nY: \(long)\r\n")
            #expect(tooMuch.status == 431)
            let tooMany = try TestClient(server).get("/show", headers: String(repeating: "A: b\r\n", count: 200))
            #expect(tooMany.status == 431)
        }
    }

    @Test func refusesALongBodyThatDoesNotSayItsLength() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "100\r\n" + String(repeating: "x", count: 256) + "\r\n"
            for _ in 0..<5 { try client.send(chunk) }
            #expect(try client.response().status == 413)
        }
    }

    @Test func asksForTheBodyWhenTheClientWaits() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.response().status == 100)
            try client.send("abc")
            #expect(try client.response().text == "abc")
        }
    }

    @Test func answersHeadWithoutABody() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.send("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try client.response(head: true)
            #expect(response.headers["content-length"] == "3000000")
            #expect(try client.get("/show").status == 200)
        }
    }

    @Test func closesAsHTTP10Expects() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            try client.send("GET /show HTTP/1.0\r\n\r\n")
            #expect(try client.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            let second = try TestClient(server)
            #expect(try second.get("/show", headers: "Connection: close\r\n").headers["connection"] == "close")
            #expect(try second.isClosed())
        }
    }

    @Test func sendsLargeBodiesToSlowReaders() async throws {
        try await withServer { server in
            let client = try TestClient(server, receiveBuffer: 4096)
            try client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\nGET /show HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response().body.count == 3_000_000)
            #expect(try client.response().status == 200)
        }
    }

    @Test func answersLaterAndOnlyOnce() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            for _ in 0..<2 { #expect(try client.get("/later").text == "later\n") }
            let gone = try TestClient(server)
            try gone.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = consume gone
            #expect(try client.get("/later").text == "later\n")
            #expect(try client.get("/show").status == 200)
        }
    }

    @Test func setsSecurityHeaders() async throws {
        try await withServer { server in
            let client = try TestClient(server)
            let plain = try client.get("/show")
            #expect(plain.headers["x-content-type-options"] == "nosniff")
            #expect(plain.headers["x-frame-options"] == "DENY")
            #expect(plain.headers["referrer-policy"] == "no-referrer")
            let own = try client.get("/framed")
            #expect(own.headers["x-frame-options"] == "SAMEORIGIN")
            #expect(own.headers["x-content-type-options"] == "nosniff")
            let injected = try client.get("/injected")
            #expect(injected.headers["x-a"] == "a  X-B: b")
            #expect(injected.headers["x-b"] == nil)
        }
    }

    @Test func survivesGarbage() async throws {
        try await withServer { server in
            var random = SystemRandomNumberGenerator()
            for _ in 0..<200 {
                let client = try TestClient(server)
                var bytes: [UInt8] = []
                if Bool.random() { bytes += Array("GET /show HTTP/1.1\r\n".utf8) }
                for _ in 0..<Int.random(in: 1...300) { bytes.append(UInt8.random(in: 0...255, using: &random)) }
                if Bool.random() { bytes += [13, 10, 13, 10] }
                try client.send(bytes)
            }
            #expect(try TestClient(server).get("/show").status == 200)
        }
    }
}
