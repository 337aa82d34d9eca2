import Apps
import Permissions
import Testing

/// The parts of a manifest that name other servers, apps and services.
@Suite struct ManifestConnectionsTests {
    static func manifest(_ fields: String) throws -> Manifest {
        try ManifestTests.parse(#"{"name": "pizza", "title": "Pizza", "kind": "bot", "version": "1", "# + fields + "}")
    }

    @Test("servers, apps, exports and webhooks as a manifest gives them")
    func all() throws {
        let manifest = try Self.manifest(
            """
            "capabilities": [
              {"name": "http.fetch", "reason": "x", "hosts": ["api.example.com", "*.example.org", "http://plain.example.com:8080"]},
              {"name": "apps.call", "reason": "x", "apps": ["delivery", "Stock_2"]}
            ],
            "exports": [{"name": "quote", "apps": ["shop"]}, {"name": "_menu2", "apps": ["*"]}],
            "inbound": [
              {"path": "github", "scheme": "github", "secret": "GITHUB_SECRET"},
              {"path": "pay", "scheme": "stripe", "secret": "S"},
              {"path": "0-a_b", "scheme": "slack", "secret": "S2"},
              {"path": "own", "scheme": "hmac", "secret": "OWN", "header": "X-Signature"},
              {"path": "own2", "scheme": "hmac", "secret": "OWN", "header": "X-Sig", "algorithm": "sha1", "encoding": "base64",
               "prefix": "sha1="}
            ]
            """)
        #expect(
            manifest.capabilities[0].hosts.map(\.description) == [
                "api.example.com", "*.example.org", "http://plain.example.com:8080",
            ])
        #expect(manifest.capabilities[0].apps == [])
        #expect(manifest.request(.appsCall)?.apps == ["delivery", "Stock_2"])
        #expect(manifest.request(.store) == nil)
        #expect(manifest.exports.map(\.name) == ["quote", "_menu2"])
        #expect(manifest.exports.map(\.apps) == [["shop"], ["*"]])
        #expect(manifest.exports[0].allows("SHOP") && !manifest.exports[0].allows("other") && manifest.exports[1].allows("other"))
        #expect(manifest.inbound.map(\.path) == ["github", "pay", "0-a_b", "own", "own2"])
        #expect(manifest.inbound.map(\.secret) == ["GITHUB_SECRET", "S", "S2", "OWN", "OWN"])
        #expect(
            manifest.inbound.map(\.scheme) == [
                .github, .stripe, .slack, .hmac(.init(header: "x-signature")),
                .hmac(.init(header: "x-sig", algorithm: .sha1, encoding: .base64, prefix: "sha1=")),
            ])
    }

    @Test("none of them is needed")
    func none() throws {
        let manifest = try Self.manifest(#""capabilities": []"#)
        #expect(manifest.exports.isEmpty && manifest.inbound.isEmpty)
    }

    @Test(
        "problems of capabilities",
        arguments: [
            (#"{"name": "http.fetch", "reason": "x"}"#, #"capabilities[1] has no "hosts" | add "hosts": ["api.example.com"]"#),
            (#"{"name": "http.fetch", "reason": "x", "hosts": []}"#, "capabilities[1].hosts has 0 entries; 1 to 50 are allowed"),
            (#"{"name": "http.fetch", "reason": "x", "hosts": "a.example"}"#, "capabilities[1].hosts is a text | write a list"),
            (#"{"name": "http.fetch", "reason": "x", "hosts": [1]}"#, "capabilities[1].hosts[1] is a number"),
            (
                #"{"name": "http.fetch", "reason": "x", "hosts": ["a.example", "https://A.example:443"]}"#,
                "capabilities[1].hosts[2]: a.example is there twice"
            ),
            (
                #"{"name": "http.fetch", "reason": "x", "hosts": ["a.example/v1"]}"#,
                #"capabilities[1].hosts[1]: "a.example/v1" has a path | leave out"#
            ),
            (
                #"{"name": "http.fetch", "reason": "x", "hosts": ["*.com"]}"#,
                #"capabilities[1].hosts[1]: "*.com" stands for every host under .com | name a domain"#
            ),
            (
                #"{"name": "store", "reason": "x", "hosts": ["a.example"]}"#,
                #"capabilities[1].hosts: the capability store has no hosts | remove it; "hosts" belongs to http.fetch"#
            ),
            (
                #"{"name": "http.fetch", "reason": "x", "hosts": ["a.example"], "apps": ["a"]}"#,
                #"capabilities[1].apps: the capability http.fetch has no apps | remove it; "apps" belongs to apps.call"#
            ),
            (
                #"{"name": "http.fecth", "reason": "x"}"#,
                #"capabilities[1].name: there is no capability "http.fecth" | did you mean "http.fetch"?"#
            ),
            (
                #"{"name": "http.fetch", "reason": "x", "host": [], "hosts": ["a.b"]}"#,
                #"there is no field "capabilities[1].host" | did you mean "hosts"?"#
            ),
            (#"{"name": "apps.call", "reason": "x"}"#, #"capabilities[1] has no "apps" | add "apps": ["delivery"]"#),
            (#"{"name": "apps.call", "reason": "x", "apps": ["*"]}"#, #"capabilities[1].apps[1]: "*" is not allowed"#),
            (
                #"{"name": "apps.call", "reason": "x", "apps": ["no-name"]}"#,
                #"capabilities[1].apps[1]: "no-name" is not allowed"#
            ),
            (#"{"name": "apps.call", "reason": "x", "apps": ["a", "A"]}"#, "capabilities[1].apps[2]: A is there twice"),
        ])
    func capabilities(entry: String, expected: String) throws {
        let problems = try ManifestTests.problems(field: #""capabilities": [\#(entry)]"#)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(expected) == true, "\(problems)")
    }

    @Test(
        "problems of exports and webhooks",
        arguments: [
            (#""exports": [{"name": "quote"}]"#, #"exports[1] has no "apps""#),
            (#""exports": [{"name": "2x", "apps": ["*"]}]"#, #"exports[1].name: "2x" is not allowed"#),
            (#""exports": [{"name": "", "apps": ["*"]}]"#, #"exports[1].name: "" is not allowed"#),
            (#""exports": [{"name": "end", "apps": ["*"]}]"#, #"exports[1].name: "end" is not allowed"#),
            (#""exports": [{"name": "a.b", "apps": ["*"]}]"#, #"exports[1].name: "a.b" is not allowed"#),
            (#""exports": [{"name": "q", "apps": ["*", "shop"]}]"#, #"exports[1].apps[1]: "*" stands for every app"#),
            (#""exports": [{"name": "q", "apps": []}]"#, "exports[1].apps has 0 entries"),
            (#""exports": [{"name": "q", "apps": ["*"]}, {"name": "q", "apps": ["*"]}]"#, "exports[2].name: q is exported twice"),
            (
                #""exports": [{"nme": "q", "name": "q", "apps": ["*"]}]"#,
                #"there is no field "exports[1].nme" | did you mean "name"?"#
            ),
            (#""inbound": [{"path": "A", "scheme": "github", "secret": "S"}]"#, #"inbound[1].path: "A" is not allowed"#),
            (#""inbound": [{"path": "-a", "scheme": "github", "secret": "S"}]"#, #"inbound[1].path: "-a" is not allowed"#),
            (#""inbound": [{"path": "a/b", "scheme": "github", "secret": "S"}]"#, #"inbound[1].path: "a/b" is not allowed"#),
            (
                #""inbound": [{"path": "a", "scheme": "githbu", "secret": "S"}]"#,
                #"inbound[1].scheme: "githbu" is not allowed | did you mean "github"?"#
            ),
            (#""inbound": [{"path": "a", "scheme": "github", "secret": "s"}]"#, #"inbound[1].secret: "s" is not allowed"#),
            (#""inbound": [{"path": "a", "scheme": "github", "secret": "_S"}]"#, #"inbound[1].secret: "_S" is not allowed"#),
            (#""inbound": [{"path": "a", "scheme": "github"}]"#, #"inbound[1] has no "secret""#),
            (
                #""inbound": [{"path": "a", "scheme": "github", "secret": "S", "header": "X"}]"#,
                #"inbound[1].header: the scheme "github" has no header | remove it; only "hmac" has one"#
            ),
            (#""inbound": [{"path": "a", "scheme": "hmac", "secret": "S"}]"#, #"inbound[1] has no "header""#),
            (
                #""inbound": [{"path": "a", "scheme": "hmac", "secret": "S", "header": "X Y"}]"#,
                #"inbound[1].header: "X Y" is not allowed"#
            ),
            (
                #""inbound": [{"path": "a", "scheme": "hmac", "secret": "S", "header": "X", "algorithm": "md5"}]"#,
                #"inbound[1].algorithm: "md5" is not allowed"#
            ),
            (
                #""inbound": [{"path": "a", "scheme": "hmac", "secret": "S", "header": "X", "encoding": "hexx"}]"#,
                #"inbound[1].encoding: "hexx" is not allowed | did you mean "hex"?"#
            ),
            (
                #""inbound": [{"path": "a", "scheme": "github", "secret": "S"}, {"path": "a", "scheme": "slack", "secret": "S"}]"#,
                "inbound[2].path: the path a is there twice"
            ),
        ])
    func exportsAndInbound(field: String, expected: String) throws {
        let problems = try ManifestTests.problems(field: field)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.hasPrefix(expected) == true, "\(problems)")
    }

    @Test("more than allowed")
    func counts() throws {
        let exports = (1...51).map { #"{"name": "f\#($0)", "apps": ["*"]}"# }.joined(separator: ",")
        #expect(
            try ManifestTests.problems(field: #""exports": [\#(exports)]"#) == ["exports: there are 51; at most 50 are allowed"])
        let hooks = (1...21).map { #"{"path": "p\#($0)", "scheme": "slack", "secret": "S"}"# }.joined(separator: ",")
        #expect(
            try ManifestTests.problems(field: #""inbound": [\#(hooks)]"#) == ["inbound: there are 21; at most 20 are allowed"])
        let hosts = (1...51).map { #""h\#($0).example""# }.joined(separator: ",")
        let problems = try ManifestTests.problems(
            field: #""capabilities": [{"name": "http.fetch", "reason": "x", "hosts": [\#(hosts)]}]"#)
        #expect(problems.first?.hasPrefix("capabilities[1].hosts has 51 entries; 1 to 50 are allowed") == true, "\(problems)")
    }
}
