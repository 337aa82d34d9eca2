import Testing

@testable import Apps

@Suite struct WebManifestTests {
    private static func manifest(_ web: String, kind: String = "miniapp", name: String = "pizza") -> String {
        #"{"name": "\#(name)", "title": "Pizza", "kind": "\#(kind)", "version": "1", "web": \#(web)}"#
    }

    private static func problems(_ web: String, kind: String = "miniapp", name: String = "pizza") throws -> [Diagnostic] {
        try Fixture.problems { _ = try Manifest.parse(Array(manifest(web, kind: kind, name: name).utf8)) }
    }

    @Test("a bundle and a site, with what they may reach")
    func good() throws {
        let bundle = try Manifest.parse(
            Array(
                Self.manifest(
                    #"{"entry": "web/app/main.html", "origins": ["https://API.example.com", "wss://live.example.com:8443"]}"#
                ).utf8))
        #expect(bundle.web?.source == .bundle(entry: "web/app/main.html"))
        #expect(bundle.web?.reached == ["https://api.example.com", "wss://live.example.com:8443"])
        let site = try Manifest.parse(Array(Self.manifest(#"{"url": "https://shop.example.com/app?x=1"}"#).utf8))
        #expect(site.web?.source == WebAddress("https://shop.example.com/app?x=1").map(Manifest.Web.Source.site))
        #expect(site.web?.reached == ["https://shop.example.com"])
        #expect(WebAddress("https://shop.example.com")?.description == "https://shop.example.com/")
    }

    @Test(
        "what cannot be reached",
        arguments: [
            "http://api.example.com", "api.example.com", "https://", "https://example", "https://127.0.0.1", "https://[::1]",
            "https://10.0.0.1:443", "https://localhost", "https://printer.local", "https://router.lan", "https://*.example.com",
            "https://api.example.com/", "https://api.example.com/path", "https://a@api.example.com", "https://api.example.com:0",
            "https://api.example.com:70000", "https://api.example.com:", "https://api..example.com", "https://-a.example.com",
            "https://api.example.com; script-src *", "https://api.example.com 'unsafe-eval'", "https://api.exämple.com",
            "javascript://api.example.com", "https://api.example.1",
        ])
    func badOrigins(_ origin: String) throws {
        #expect(WebOrigin(origin) == nil)
        let found = try Self.problems(#"{"entry": "web/index.html", "origins": ["\#(origin)"]}"#)
        #expect(found.count == 1 && found[0].message.hasPrefix("web.origins[1]: "))
        #expect(found.first?.hint?.isEmpty == false)
    }

    @Test(
        "addresses that no site can have",
        arguments: [
            "http://shop.example.com", "https://shop", "https://shop.example.com/#a", "https://shop.example.com/\\u0022",
            "https://shop.example.com/a b", "https://192.168.0.1/", "wss://shop.example.com", "https://shop.example.com/<x>",
        ])
    func badAddresses(_ url: String) throws {
        let found = try Self.problems(#"{"url": "\#(url)"}"#)
        #expect(found.contains { $0.message.hasPrefix("web.url: ") })
    }

    @Test("what else the manifest cannot say")
    func fields() throws {
        #expect(try Self.problems(#"{"entry": "web/index.html"}"#, kind: "bot").map(\.message) == ["web: a bot has no pages"])
        #expect(try Self.problems(#"{"entry": "index.html"}"#).map(\.message) == [#"web.entry: "index.html" is not allowed"#])
        #expect(try Self.problems(#"{"entry": "web/app.js"}"#).count == 1)
        #expect(try Self.problems("{}").map(\.message) == [#"web has neither "entry" nor "url""#])
        #expect(
            try Self.problems(#"{"entry": "web/index.html", "url": "https://a.example.com"}"#).map(\.message)
                == [#"web has both "entry" and "url""#])
        for name in ["pizza_", "xn__a"] {
            #expect(try Self.problems(#"{"entry": "web/index.html"}"#, name: name).count == 1, "\(name)")
        }
        #expect(
            try Self.problems(#"{"entry": "web/index.html", "origins": ["https://a.example.com", "https://A.example.com:443"]}"#)
                .count == 1)
        #expect(try Self.problems(#""web/index.html""#).count == 1)
    }

    @Test("the files of a bundle")
    func files() throws {
        let manifest = Self.manifest(#"{"entry": "web/index.html"}"#)
        let page = Fixture.file("web/index.html", "<!doctype html>")
        let good = try Fixture.package(
            manifest: manifest, [page, Fixture.file("web/js/app.js", ""), Fixture.file("web/a.svg", "")])
        #expect(good.files.count(where: \.isWeb) == 3)
        let messages = { (files: [AppPackage.File]) in
            try Fixture.problems { _ = try Fixture.package(manifest: manifest, files) }.map(\.message)
        }
        #expect(try messages([]) == ["web: web/index.html is not there"])
        #expect(try messages([page, Fixture.file("web/run.exe", "")]) == ["is no kind of file that a web mini-app has"])
        #expect(try messages([page, Fixture.file("web/main.lua", "")]) == ["is no kind of file that a web mini-app has"])
        #expect(
            try messages([page, .init(path: "web/big.png", content: [UInt8](repeating: 0, count: (8 << 20) + 1))])
                == ["is larger than 8 MiB"])
        #expect(
            try Fixture.problems { _ = try Fixture.package([page]) }.map(\.message)
                == [#"is not served, since manifest.json has no "web" with an "entry""#])
    }

    @Test("who reviews a release is shown what its page may reach")
    func difference() throws {
        let old = try Fixture.package()
        let new = try Fixture.package(
            manifest: Self.manifest(#"{"url": "https://a.example.com/x", "origins": ["https://b.example.com"]}"#))
        let diff = PackageDiff(before: (old.manifest, old.files), now: (new.manifest, new.files))
        #expect(
            diff.statements.contains { $0.what == "page for the browser" && $0.now?.hasSuffix("https://a.example.com/x") == true }
        )
        #expect(diff.statements.contains { $0.what == "what the page may reach" && $0.now == "https://b.example.com" })
    }
}
