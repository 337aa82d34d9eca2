import Apps
import Foundation
import Testing

@Suite struct AppPackageTests {
    @Test("reads what belongs to an app, sorted, and passes over the rest")
    func reads() throws {
        let files = [
            "manifest.json": Fixture.manifest, "main.lua": Fixture.main, "menu.lua": "return 1", "lib/cart.lua": "return 2",
            "lib/deep/er.lua": "return 3", "assets/logo.svg": "<svg/>", "assets/a/b.txt": "", "tests/main_test.lua": "--",
            "tests/data.json": "{}", "README.md": "# Pizza", "LICENSE": "free", ".git/config": "x", ".luarc.json": "{}",
            "lib/.hidden": "x",
        ]
        let package = try Fixture.withFolder(files) { try AppPackage.read(folder: $0) }
        #expect(
            package.files.map(\.path) == [
                "assets/a/b.txt", "assets/logo.svg", "lib/cart.lua", "lib/deep/er.lua", "main.lua", "manifest.json", "menu.lua",
                "tests/data.json", "tests/main_test.lua",
            ])
        #expect(package.warnings.isEmpty)
        #expect(package.manifest.name == "pizza")
        #expect(package.files.filter(\.isProgram).map(\.path) == ["lib/cart.lua", "lib/deep/er.lua", "main.lua", "menu.lua"])
        #expect(package.files.filter(\.isTest).map(\.path) == ["tests/main_test.lua"])
        #expect(package.files.filter(\.isAsset).map(\.path) == ["assets/a/b.txt", "assets/logo.svg"])
        #expect(package.file("main.lua")?.content == Array(Fixture.main.utf8))
        #expect(package.file("other.lua") == nil)
    }

    @Test("warns of what looks like a part of the app and is none")
    func warnings() throws {
        let files = [
            "manifest.json": Fixture.manifest, "main.lua": Fixture.main, "asset/a.png": "", "libs/a.lua": "", "mian.luax": "",
            "lib/notes.txt": "",
        ]
        let package = try Fixture.withFolder(files) { try AppPackage.read(folder: $0) }
        #expect(package.files.map(\.path) == ["main.lua", "manifest.json"])
        #expect(package.warnings.map(\.file) == ["asset", "lib/notes.txt", "libs", "mian.luax"])
        #expect(package.warnings.allSatisfy { $0.severity == .warning })
        #expect(package.warnings[0].hint?.hasPrefix("did you mean assets?") == true)
        #expect(package.warnings[2].hint?.hasPrefix("did you mean lib?") == true)
    }

    @Test("links are refused, wherever they lead", arguments: ["main.lua", "lib", "lib/cart.lua", "assets/x", "tests"])
    func links(path: String) throws {
        let problems = try Fixture.withFolder(["manifest.json": Fixture.manifest, "real": "x"]) { folder in
            let link = folder + "/" + path
            try FileManager.default.createDirectory(
                atPath: (link as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/passwd")
            return try Fixture.problems { _ = try AppPackage.read(folder: folder) }
        }
        #expect(problems.contains { $0.file == path && $0.message == "is a link" })
    }

    @Test(
        "odd names are refused",
        arguments: ["lib/a b.lua", "assets/é.png", "assets/a\nb", "tests/x;y", "a$.lua", "lib/\u{1B}.lua"])
    func names(path: String) throws {
        let files = ["manifest.json": Fixture.manifest, "main.lua": Fixture.main, path: ""]
        let problems = try Fixture.withFolder(files) { folder in
            try Fixture.problems { _ = try AppPackage.read(folder: folder) }
        }
        #expect(problems.map(\.message) == ["has characters in its name that are not allowed"])
        #expect(problems.map(\.file) == [path])
    }

    @Test("a pipe is refused and holds nobody up")
    func pipe() throws {
        let files = ["manifest.json": Fixture.manifest, "main.lua": Fixture.main]
        let problems = try Fixture.withFolder(files) { folder in
            #expect(mkfifo(folder + "/pipe.lua", 0o600) == 0)
            return try Fixture.problems { _ = try AppPackage.read(folder: folder) }
        }
        #expect(problems.map(\.message) == ["is neither a file nor a folder"])
    }

    @Test("a folder that is none")
    func noFolder() throws {
        try Fixture.withFolder(["file": ""]) { folder in
            let missing = try Fixture.problems { _ = try AppPackage.read(folder: folder + "/nowhere") }
            #expect(missing.map(\.message) == ["there is no folder \(folder)/nowhere"])
            let file = try Fixture.problems { _ = try AppPackage.read(folder: folder + "/file") }
            #expect(file.map(\.message) == ["\(folder)/file is not a folder"])
            let empty = try Fixture.problems { _ = try AppPackage.read(folder: folder) }
            #expect(empty.map(\.message) == ["there is no manifest.json in the app's folder"])
        }
    }

    @Test("an entry that is not there")
    func entry() throws {
        let problems = try Fixture.problems { _ = try AppPackage(files: [Fixture.file("manifest.json", Fixture.manifest)]) }
        #expect(problems.map(\.message) == ["the app begins with main.lua, which is not there"])
    }

    @Test("problems of the folder, of files and of the manifest are told together")
    func together() throws {
        let files = ["manifest.json": "{}", "main.lua": "\u{1B}Lua", "lib/a b.lua": ""]
        let problems = try Fixture.withFolder(files) { folder in
            try Fixture.problems { _ = try AppPackage.read(folder: folder) }
        }
        #expect(problems.map(\.file) == ["lib/a b.lua", "main.lua"] + [String](repeating: "manifest.json", count: 4))
    }
}

@Suite struct AppPackageLimitTests {
    private func problems(_ files: [AppPackage.File]) throws -> [String] {
        try Fixture.problems { _ = try Fixture.package(files) }.map { "\($0.file)|\($0.message)" }
    }

    private func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x20, count: count) }

    @Test("1,000 files are allowed and 1,001 are not")
    func count() throws {
        let files = (1...999).map { Fixture.file("assets/\($0)", "") }
        #expect(try problems(Array(files.dropLast())).isEmpty)
        #expect(try problems(files) == ["|the app has 1001 files; at most 1000 are allowed"])
    }

    @Test("1 MiB of a Lua file, 8 MiB of Lua, 32 MiB in all")
    func sizes() throws {
        let most = AppPackage.File(path: "lib/a.lua", content: bytes(1 << 20))
        #expect(try problems([most]).isEmpty)
        #expect(try problems([.init(path: "lib/a.lua", content: bytes(1 << 20 + 1))]) == ["lib/a.lua|is larger than 1 MiB"])
        let lua = (1...8).map { AppPackage.File(path: "lib/\($0).lua", content: bytes(1 << 20)) }
        #expect(try problems(lua) == ["|the app's Lua files have more than 8 MiB together"])
        #expect(
            try problems([.init(path: "assets/a", content: bytes(32 << 20))]) == [
                "|the app's files have more than 32 MiB together"
            ])
    }

    @Test("a folder with too much in it is not read to its end")
    func folder() throws {
        try Fixture.withFolder(["manifest.json": Fixture.manifest, "main.lua": Fixture.main, "assets/a": ""]) { folder in
            // A sparse file: 1 GiB that takes no space.
            #expect(truncate(folder + "/assets/a", 1 << 30) == 0)
            let problems = try Fixture.problems { _ = try AppPackage.read(folder: folder) }
            #expect(problems.map(\.message) == ["the app's files have more than 32 MiB together"])
        }
        let many = Dictionary(uniqueKeysWithValues: (1...1001).map { ("assets/\($0)", "") })
        try Fixture.withFolder(many) { folder in
            let problems = try Fixture.problems { _ = try AppPackage.read(folder: folder) }
            #expect(problems.map(\.message) == ["the app has more than 1000 files"])
        }
    }

    @Test("Lua must be UTF-8 text, and not compiled")
    func text() throws {
        let broken = AppPackage.File(path: "lib/a.lua", content: Array("-- é\nlocal a = '".utf8) + [0xFF, 0x27])
        let found = try Fixture.problems { _ = try Fixture.package([broken]) }
        #expect(found.map(\.message) == ["is not UTF-8 text"])
        #expect(found.map(\.position) == [SourcePosition(line: 2, column: 1)])
        #expect(try problems([Fixture.file("lib/a.lua", "\u{1B}LuaT")]) == ["lib/a.lua|is compiled Lua, which is not run"])
        #expect(
            try problems([.init(path: "lib/a.lua", content: [0xEF, 0xBB, 0xBF])]) == ["lib/a.lua|begins with a byte-order mark"])
        #expect(try problems([.init(path: "assets/a.png", content: [0xFF, 0x00])]).isEmpty)
    }

    @Test(
        "paths that no file of an app has, however they come in",
        arguments: [
            "", "/etc/passwd", "../x.lua", "lib/../x.lua", "lib//x.lua", "lib/", "lib", "assets", "lib/.x.lua", "other/x.lua",
            "README.md", "assets/" + String(repeating: "a", count: 200), "lib\\x.lua", "assets/\0",
        ])
    func paths(path: String) throws {
        #expect(try problems([Fixture.file(path, "")]) == ["\(path)|is not a path that an app's file can have"])
    }

    @Test("names that require cannot spell, and names that differ in case")
    func clashes() throws {
        #expect(
            try problems([Fixture.file("lib/a.b.lua", "")])
                == ["lib/a.b.lua|cannot be named by require, since a dot stands for a folder there"])
        #expect(
            try problems([Fixture.file("assets/Logo", ""), Fixture.file("assets/logo", "")])
                == ["assets/logo|differs from assets/Logo only in upper and lower case"])
        #expect(try problems([Fixture.file("stoa.lua", "")]) == ["stoa.lua|has the name of Stoa's own module"])
        #expect(
            try problems([Fixture.file("main.lua", "")])
                == ["main.lua|differs from main.lua only in upper and lower case"])
    }
}

@Suite struct DigestTests {
    @Test("is the same for the same files in any order")
    func same() throws {
        let more = [Fixture.file("assets/a", "1"), Fixture.file("assets/b", "2")]
        let package = try Fixture.package(more)
        #expect(package.digest.count == 64)
        #expect(try Fixture.package(more.reversed()).digest == package.digest)
    }

    @Test("differs with any byte, path, or border between the two")
    func different() throws {
        let variants: [[AppPackage.File]] = [
            [], [Fixture.file("assets/a", "")], [Fixture.file("assets/a", "b")], [Fixture.file("assets/ab", "")],
            [Fixture.file("assets/b", "a")], [Fixture.file("assets/a", ""), Fixture.file("assets/b", "")],
            [Fixture.file("tests/a", "b")],
        ]
        let digests = try variants.map { try Fixture.package($0).digest }
        #expect(Set(digests).count == variants.count)
    }
}
