import Permissions
import Testing

@Suite struct HostPatternTests {
    @Test(
        "good patterns, and how they are written shortest",
        arguments: [
            ("api.example.com", "https", "api.example.com", false, 443, "api.example.com"),
            ("*.example.org", "https", "example.org", true, 443, "*.example.org"),
            ("https://api.example.com:8443", "https", "api.example.com", false, 8443, "api.example.com:8443"),
            ("http://plain.example.com", "http", "plain.example.com", false, 80, "http://plain.example.com"),
            ("HTTPS://API.Example.COM:443", "https", "api.example.com", false, 443, "api.example.com"),
            ("http://*.a.b:81", "http", "a.b", true, 81, "http://*.a.b:81"),
            ("localhost:3000", "https", "localhost", false, 3000, "localhost:3000"),
            ("xn--bcher-kva.example", "https", "xn--bcher-kva.example", false, 443, "xn--bcher-kva.example"),
            ("my_service", "https", "my_service", false, 443, "my_service"),
            ("192.0.2.7", "https", "192.0.2.7", false, 443, "192.0.2.7"),
            ("http://[2001:db8::1]:8080", "http", "2001:db8::1", false, 8080, "http://[2001:db8::1]:8080"),
            ("[::1]", "https", "::1", false, 443, "[::1]"),
        ])
    func good(text: String, scheme: String, host: String, wildcard: Bool, port: Int, shortest: String) throws {
        let pattern = try HostPattern(text)
        #expect(pattern.scheme == scheme)
        #expect(pattern.host == host)
        #expect(pattern.isWildcard == wildcard)
        #expect(pattern.port == port)
        #expect(pattern.description == shortest)
        #expect(try HostPattern(shortest) == pattern)
    }

    @Test(
        "what is none, and why",
        arguments: [
            ("", "names no host"), ("https://", "names no host"), (":443", "names no host"),
            ("ftp://a.example", "has the scheme ftp"),
            ("a.example/", "has a path"), ("https://a.example/v1", "has a path"), ("a.example?x", "has a query or a fragment"),
            ("a.example#x", "has a query or a fragment"), ("me:pw@a.example", "has a user's name or password"),
            ("bücher.example", "has letters beyond a-z"), ("*", "stands for every host"), ("*.", "stands for every host"),
            ("*.com", "stands for every host under .com"), ("*.localhost", "stands for every host under .localhost"),
            ("a.*.example", "has a * inside the host"), ("*a.example", "has a * inside the host"),
            ("*.*.example", "has a * inside the host"), ("a.example.", "ends with a dot"), ("a..example", "has the part \"\""),
            (".example", "has the part \"\""), ("-a.example", "has the part \"-a\""), ("a b.example", "has the part \"a b\""),
            ("a.example:0", "has the port \"0\""), ("a.example:65536", "has the port \"65536\""),
            ("a.example:", "has the port \"\""),
            ("a.example:+1", "has the port \"+1\""), ("a.example:080", "has the port \"080\""),
            ("::1", "has more than one colon"),
            ("[::1", "has a [ without its ]"), ("[::1]x", "has more behind the ]"), ("[::zz]", "has no IPv6 address"),
            ("[0:0:0:0:0:0:0:1]", "has an IPv6 address in an unusual form"), ("[2001:DB8::1]", "in an unusual form"),
            ("127.1", "ends with a number"), ("2130706433", "ends with a number"), ("0x7f.0.0.1", "ends with a number"),
            ("127.0.0.01", "ends with a number"), ("256.0.0.1", "ends with a number"), ("a.0x7f", "ends with a number"),
            ("*.0.0.1", "ends with a number"), (String(repeating: "a", count: 64) + ".example", "has the part"),
            (String(repeating: "a.", count: 130) + "example", "is longer than 253 bytes"), ("a\0.example", "has the part"),
        ])
    func bad(text: String, expected: String) {
        let error = #expect(throws: HostPattern.ParseError.self) { _ = try HostPattern(text) }
        #expect(error?.message.contains(expected) == true, "\(error.map(\.description) ?? "")")
        #expect(error?.hint.isEmpty == false)
    }

    @Test(
        "what a pattern allows",
        arguments: [
            ("api.example.com", "https", "api.example.com", 443, true),
            ("api.example.com", "https", "API.Example.com", 443, true),
            ("api.example.com", "http", "api.example.com", 443, false),
            ("api.example.com", "https", "api.example.com", 8443, false),
            ("api.example.com", "https", "x.api.example.com", 443, false),
            ("api.example.com", "https", "evilapi.example.com", 443, false),
            ("api.example.com", "https", "api.example.com.", 443, false),
            ("api.example.com", "https", "api.example.com.evil", 443, false),
            ("*.example.org", "https", "a.example.org", 443, true), ("*.example.org", "https", "a.b.example.org", 443, true),
            ("*.example.org", "https", "example.org", 443, false), ("*.example.org", "https", ".example.org", 443, false),
            ("*.example.org", "https", "a..example.org", 443, false), ("*.example.org", "https", "evilexample.org", 443, false),
            ("http://a.example", "http", "a.example", 80, true), ("http://a.example", "https", "a.example", 443, false),
            ("[2001:db8::1]", "https", "[2001:db8::1]", 443, true), ("[2001:db8::1]", "https", "2001:DB8:0::1", 443, true),
            ("[2001:db8::1]", "https", "2001:db8::2", 443, false), ("192.0.2.7", "https", "192.0.2.7", 443, true),
            ("*.example.org", "https", "[::1]", 443, false), ("*.example.org", "https", "", 443, false),
        ])
    func allows(pattern: String, scheme: String, host: String, port: Int, expected: Bool) throws {
        #expect(try HostPattern(pattern).allows(scheme: scheme, host: host, port: port) == expected)
    }
}
