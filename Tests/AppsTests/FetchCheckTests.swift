import Apps
import Testing

/// Requests to servers that the manifest does not list.
@Suite struct FetchCheckTests {
    static func problems(_ source: String) throws -> [String] {
        let manifest = """
            {"name": "p", "title": "P", "kind": "bot", "version": "1", "capabilities": [{"name": "http.fetch", "reason": "x",
             "hosts": ["api.example.com", "*.example.org:8443"]}]}
            """
        return SourceCheck.check(try Fixture.package(manifest: manifest, main: source)).map {
            $0.description + ($0.hint.map { " | \($0)" } ?? "")
        }
    }

    @Test(
        "servers that are not listed",
        arguments: [
            ("stoa.http.fetch('https://api.example.net/v1')", "api.example.net"),
            ("stoa.http.fetch 'http://api.example.com'", "http://api.example.com"),
            ("stoa.http.fetch('https://api.example.com:444/')", "api.example.com:444"),
            ("stoa.http.fetch('https://a.example.org')", "a.example.org"),
            ("stoa.http.fetch('https://api.example.net/' .. id)", "api.example.net"),
            ("stoa.http.fetch{ method = 'POST', json = { url = x }, url = 'https://API.example.net?x' }", "api.example.net"),
            ("stoa.http.fetch({ url = 'https://api.example.net/' .. id })", "api.example.net"),
            ("local http = stoa.http\nhttp.fetch('https://[::1]:8080/x')", "[::1]:8080"),
        ])
    func found(source: String, server: String) throws {
        let problems = try Self.problems(source)
        #expect(problems.count == 1, "\(problems)")
        let hint = #"| add "\#(server)" to "hosts" of http.fetch in manifest.json; it lists api.example.com, *.example.org:8443"#
        #expect(problems.first?.contains("error: the manifest does not let the app ask \(server) \(hint)") == true, "\(problems)")
    }

    @Test(
        "servers that are listed, and what cannot be known",
        arguments: [
            "stoa.http.fetch('https://api.example.com/v1')", "stoa.http.fetch('https://a.b.example.org:8443')",
            "stoa.http.fetch(url)", "stoa.http.fetch('https://api.example.' .. tld .. '/')",
            "stoa.http.fetch('https://' .. host)",
            "stoa.http.fetch('https://api' .. '/x')", "stoa.http.fetch{ url = url }", "stoa.http.fetch('/v1')",
            "stoa.http.fetch('https://bad host/')", "stoa.http.fetch(('https://x.example/%d'):format(1))",
            "local f = stoa.http.fetch", "stoa.http.fetch('ftp://x.example')",
        ])
    func silent(source: String) throws {
        #expect(try Self.problems(source).isEmpty)
    }

    @Test("without the capability only that is told")
    func undeclared() throws {
        let problems = try SourceCheckTests.check("stoa.http.fetch('https://x.example/')")
        #expect(problems.count == 1 && problems[0].contains("needs the capability http.fetch"))
    }
}
