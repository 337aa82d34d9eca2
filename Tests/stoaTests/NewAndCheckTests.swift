import Apps
import Bridge
import Foundation
import Testing

@testable import stoa

@Suite struct NewAndCheckTests {
    static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stoa-cli-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await body(folder.path)
    }

    @Test(
        "a new app passes the check as it is, without warnings", arguments: Manifest.Kind.allCases, ["pizza", "Pizza_bot_2", "a"])
    func new(kind: Manifest.Kind, name: String) async throws {
        try await Self.withFolder { parent in
            let made = await Probe.run(["new", kind.rawValue, name, "--into", parent])
            #expect(made.code == 0 && made.error == "")
            #expect(made.out.hasPrefix("\(parent)/\(name): made manifest.json, main.lua, tests/main_test.lua, README.md\nNext: "))
            let checked = await Probe.run(["check", "\(parent)/\(name)"])
            #expect(checked.code == 0 && checked.error == "")
            #expect(checked.out == "\(parent)/\(name): no problems")
            let package = try AppPackage.read(folder: "\(parent)/\(name)")
            #expect(package.manifest.name == name && package.manifest.kind == kind)
            #expect(package.manifest.title == ["pizza": "Pizza", "Pizza_bot_2": "Pizza bot 2", "a": "A"][name])
            #expect(package.files.contains { $0.isTest })
            #expect(package.warnings.isEmpty)
        }
    }

    @Test("nothing is overwritten")
    func twice() async throws {
        try await Self.withFolder { parent in
            #expect(await Probe.run(["new", "bot", "echo", "--into", parent]).code == 0)
            let again = await Probe.run(["new", "bot", "echo", "--into", parent])
            #expect(again.code == 1)
            #expect(again.error == "stoa: \(parent)/echo is there already. Choose another name, or move it away.")
            let nowhere = await Probe.run(["new", "bot", "echo", "--into", parent + "/nowhere"])
            #expect(nowhere.code == 1 && nowhere.error.contains("cannot be made: No such file or directory"))
        }
    }

    @Test("bad names and kinds are wrong usage")
    func usage() async {
        let name = await Probe.run(["new", "bot", "my-bot"])
        #expect(name.code == 2)
        #expect(name.error.hasPrefix("stoa: \"my-bot\" cannot be an app's name. The name must have 1 to 32 letters"))
        let kind = await Probe.run(["new", "mini-app", "x"])
        #expect(kind.code == 2)
        #expect(kind.error == "stoa: KIND: \"mini-app\" is not allowed. Did you mean \"miniapp\"? Give \"bot\" or \"miniapp\".")
    }

    @Test("problems with their lines on stderr, and 1; as JSON on stdout")
    func problems() async throws {
        try await Self.withFolder { parent in
            _ = await Probe.run(["new", "bot", "echo", "--into", parent])
            let folder = parent + "/echo"
            let source = "local stoa = require \"stoa\"\nstoa.store:get(\"k\")\nstoa.command(\"start\", function() end)\n"
            try Data(source.utf8).write(to: URL(filePath: folder + "/main.lua"))
            let result = await Probe.run(["check", folder])
            #expect(result.code == 1 && result.out == "")
            #expect(
                result.error == """
                    main.lua:2:1: error: stoa.store needs the capability store, which the manifest does not declare
                        stoa.store:get("k")
                        ^
                        hint: add {"name": "store", "reason": "…"} to "capabilities" in manifest.json
                    manifest.json:8:15: warning: the capability messages.send is declared, but no call was found that needs it
                            { "name": "messages.send", "reason": "to answer you" }
                                      ^
                        hint: remove it, so that people are not asked for what the app does not need
                    stoa: \(folder) has 1 error and 1 warning. Correct what is listed above and run "stoa check \(folder)" again.
                    """)
            let json = await Probe.run(["check", folder, "--json"])
            #expect(json.code == 1 && json.error == "")
            let parsed = try #require(try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any])
            let problems = try #require(parsed["problems"] as? [[String: Any]])
            #expect(parsed["ok"] as? Bool == false)
            #expect(problems.map { $0["line"] as? Int } == [2, 8])
            #expect(problems.map { $0["severity"] as? String } == ["error", "warning"])
        }
    }

    @Test("a broken manifest is shown with its line")
    func manifest() async throws {
        try await Self.withFolder { folder in
            try Data("{\n  \"name\": 3,\n  \"kind\": \"bot\"\n}\n".utf8).write(to: URL(filePath: folder + "/manifest.json"))
            let result = await Probe.run(["check", folder])
            #expect(result.code == 1)
            #expect(result.error.contains("manifest.json:2:11: error: name is a number\n      \"name\": 3,\n              ^\n"))
            #expect(
                await Probe.run(["check", folder + "/nowhere"]).error.hasPrefix("error: there is no folder \(folder)/nowhere\n"))
        }
    }

    @Test("global variables, made or missing, are told with what was meant")
    func globals() throws {
        let manifest = """
            {"name": "shop", "title": "Shop", "kind": "bot", "version": "1.0.0", "capabilities": []}
            """
        let main = """
            local stoa = require "stoa"
            local total = 0
            function helper() cuont = total; return totl + shared end
            tostring = helper
            if debug_mode then print(string.rep("x", 3), helper, cuont) end
            """
        let package = try AppPackage(files: [
            AppPackage.File(path: "manifest.json", content: Array(manifest.utf8)),
            AppPackage.File(path: "main.lua", content: Array(main.utf8)),
            AppPackage.File(path: "lib/other.lua", content: Array("shared = 1\nreturn helper".utf8)),
            AppPackage.File(path: "lib/own.lua", content: Array("local _ENV = {}\nx = y".utf8)),
            AppPackage.File(path: "lib/broken.lua", content: Array("x = = y".utf8)),
        ])
        let found = GlobalCheck.check(package).map {
            "\($0.file):\($0.line ?? 0):\($0.column ?? 0) \($0.message.prefix(30)) | \($0.hint ?? "")"
        }
        #expect(
            found == [
                "lib/other.lua:1:1 shared becomes a global variab | write \"local shared\", or keep it in the store if it has to last",
                "main.lua:3:10 helper becomes a global variab | write \"local helper\", or keep it in the store if it has to last",
                "main.lua:3:19 cuont becomes a global variabl | write \"local cuont\", or keep it in the store if it has to last",
                "main.lua:3:41 nothing gives totl a value, so | did you mean total?",
                "main.lua:4:1 this replaces Lua's own tostri | choose another name",
                "main.lua:5:4 nothing gives debug_mode a val | declare it with \"local\" before its first use",
            ])
        let open = try AppPackage(files: [
            AppPackage.File(path: "manifest.json", content: Array(manifest.utf8)),
            AppPackage.File(path: "main.lua", content: Array("for k in pairs({}) do _G[k] = 1 end return unknown".utf8)),
        ])
        #expect(GlobalCheck.check(open).isEmpty)
    }

    @Test("stoa test tells which lines ran")
    func coverage() async throws {
        try await Self.withFolder { parent in
            #expect(await Probe.run(["new", "bot", "pizza", "--into", parent]).code == 0)
            let main = "\(parent)/pizza/main.lua"
            let text =
                try String(contentsOfFile: main, encoding: .utf8) + "\nif stoa == nil then\n  error(\"never\")\n  error(1)\nend\n"
            try text.write(toFile: main, atomically: true, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
            let tested = await Probe.run(["test", "\(parent)/pizza", "--coverage"])
            #expect(tested.code == 0)
            #expect(tested.out.hasSuffix(" lines ran, not \(lines - 3)-\(lines - 2)"), "\(tested.out)")
            let json = await Probe.run(["test", "\(parent)/pizza", "--coverage", "--json"])
            #expect(json.out.contains("\"missed\":[\(lines - 3),\(lines - 2)]"), "\(json.out)")
            let plain = await Probe.run(["test", "\(parent)/pizza"])
            #expect(!plain.out.contains("lines ran"))
        }
    }
}
