import Apps
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
}
