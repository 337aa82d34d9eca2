import Testing

@testable import Apps
@Suite struct PicturesTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]

    private static func manifest(_ fields: String) -> String {
        #"{"name": "pizza", "title": "Pizza", "kind": "bot", "version": "1", "# + fields + "}"
    }

    @Test("a picture is there, small enough, and what it says it is")
    func files() throws {
        let files: [AppPackage.File] = [
            .init(path: "assets/a.png", content: Self.png), .init(path: "assets/b.jpg", content: [0xFF, 0xD8, 0xFF, 0xE0]),
            .init(path: "assets/c.webp", content: Array("RIFF1234WEBPVP8 ".utf8)),
            .init(path: "assets/page.png", content: Array("<html><script>".utf8)),
            .init(path: "assets/large.png", content: Self.png + [UInt8](repeating: 0, count: 512 << 10)),
        ]
        let good = try Fixture.package(
            manifest: Self.manifest(#""pictures": ["assets/a.png", "assets/b.jpg", "assets/c.webp"], "category": "travel""#),
            files)
        #expect(good.manifest.pictures.map(\.path) == ["assets/a.png", "assets/b.jpg", "assets/c.webp"])
        #expect(good.manifest.category == .travel)
        let bad = try Fixture.problems {
            _ = try Fixture.package(
                manifest: Self.manifest(#""pictures": ["assets/page.png", "assets/large.png", "assets/aa.png"]"#), files)
        }
        #expect(
            bad.map(\.message) == [
                "pictures[1]: assets/page.png is no PNG, JPEG or WebP picture",
                "pictures[2]: assets/large.png is larger than 512 KiB", "pictures[3]: assets/aa.png is not there",
            ])
        #expect(bad.allSatisfy { $0.file == "manifest.json" && $0.line == 1 })
        #expect(bad.last?.hint?.hasPrefix("did you mean \"assets/a.png\"?") == true)
    }

    @Test("what the manifest cannot say")
    func fields() throws {
        #expect(
            try ManifestTests.problems(field: #""category": "gamez""#) == [
                "category: \"gamez\" is not allowed | did you mean \"games\"? Write "
                    + "\"business\" or \"education\" or \"finance\" or \"games\" or \"news\" or \"shopping\" or \"social\" or "
                    + "\"tools\" or \"travel\" or \"other\""
            ])
        let hint = "write the path of a picture in the app's assets folder, such as \"assets/menu.png\""
        #expect(
            try ManifestTests.problems(field: #""pictures": ["main.lua", "assets/../x.png", "assets/a.png", "assets/a.png"]"#)
                == [
                    "pictures[1]: \"main.lua\" is not allowed | \(hint)",
                    "pictures[2]: \"assets/../x.png\" is not allowed | \(hint)",
                    "pictures[4]: assets/a.png is there twice | remove one of the two",
                ])
        #expect(try ManifestTests.problems(field: #""pictures": ["1","2","3","4","5","6"]"#).count == 1)
        #expect(try ManifestTests.problems(field: #""pictures": "assets/a.png""#).count == 1)
    }

    @Test("an operator sees what changed")
    func difference() throws {
        let before = try Manifest.parse(Array(Self.manifest(#""category": "games""#).utf8))
        let now = try Manifest.parse(Array(Self.manifest(#""pictures": ["assets/a.png"]"#).utf8))
        #expect(
            PackageDiff(before: (before, []), now: (now, [])).statements == [
                .init(what: "category", before: "games", now: "other"), .init(what: "pictures", before: nil, now: "assets/a.png"),
            ])
    }
}
