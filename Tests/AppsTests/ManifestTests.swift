import Model
import Permissions
import Testing

@testable import Apps

@Suite struct ManifestTests {
    static func parse(_ text: String) throws -> Manifest { try Manifest.parse(Array(text.utf8)) }

    /// `line:column: message | hint` of each problem.
    static func problems(_ text: String) throws -> [String] {
        try Fixture.problems { _ = try parse(text) }.map { problem in
            #expect(problem.file == "manifest.json")
            #expect(problem.severity == .error)
            let place = problem.position.map { "\($0.line):\($0.column): " } ?? ""
            return place + problem.message + (problem.hint.map { " | \($0)" } ?? "")
        }
    }

    /// The problems of a manifest that is good but for one field.
    static func problems(field: String) throws -> [String] {
        try problems(#"{"name": "pizza", "title": "Pizza", "kind": "bot", "version": "1", "# + field + "}").map {
            String($0.drop { $0 != " " }.dropFirst())
        }
    }

    @Test("the least there can be, with the defaults")
    func least() throws {
        let manifest = try Self.parse(#"{"name": "pizza", "title": "Pizza", "kind": "bot", "version": "1"}"#)
        #expect(manifest.name == "pizza")
        #expect(manifest.title == "Pizza")
        #expect(manifest.kind == .bot)
        #expect(manifest.version == "1")
        #expect(manifest.description == "")
        #expect(manifest.entry == "main.lua")
        #expect(manifest.capabilities.isEmpty)
        #expect(manifest.commands.isEmpty)
        #expect(manifest.groupMessages == .all)
        #expect(manifest.limits == Manifest.Limits(memoryMiB: 16, instructions: 50_000_000, wallMilliseconds: 5000))
        #expect(manifest.declared == [])
    }

    @Test("every field")
    func full() throws {
        let manifest = try Self.parse(
            """
            {
              "$schema": "https://example.org/manifest.schema.json",
              "name": "pizza_2", "title": "Pizza \\u00e0 la \\ud83c\\udf55", "kind": "miniapp", "version": "2.1.0-beta+3",
              "description": "Orders pizza.", "entry": "lib/start.lua",
              "capabilities": [
                {"name": "messages.send", "reason": "to answer"},
                {"name": "timers", "reason": "to remind"}
              ],
              "commands": [{"name": "start", "description": "Say hello"}, {"name": "order_2", "description": "Order"}],
              "group_messages": "addressed",
              "limits": {"memory_mib": 32, "instructions": 1000000, "wall_ms": 1500}
            }
            """)
        #expect(manifest.title == "Pizza à la 🍕")
        #expect(manifest.kind == .miniapp)
        #expect(manifest.entry == "lib/start.lua")
        #expect(manifest.capabilities.map(\.name) == [.messagesSend, .timers])
        #expect(manifest.capabilities[1].reason == "to remind")
        #expect(manifest.capabilities[1].position == SourcePosition(line: 7, column: 14))
        #expect(manifest.declared == [.messagesSend, .timers])
        #expect(manifest.commands.map(\.name) == ["start", "order_2"])
        #expect(manifest.commands[0].description == "Say hello")
        #expect(manifest.groupMessages == .addressed)
        #expect(manifest.limits == Manifest.Limits(memoryMiB: 32, instructions: 1_000_000, wallMilliseconds: 1500))
    }

    @Test("all problems at once, in order, each at its place")
    func together() throws {
        let problems = try Self.problems(
            """
            {
              "nam": "pizza",
              "title": 7,
              "kind": "bott",
              "capabilities": [{"name": "mesages.send", "reason": "x"}, {"name": "store"}],
              "limits": {"memory_mib": 1000}
            }
            """)
        #expect(
            problems == [
                #"1:1: the manifest has no "name" | add "name": a text"#,
                #"1:1: the manifest has no "version" | add "version": a text"#,
                """
                2:3: there is no field "nam" | did you mean "name"? The fields are: name, title, kind, version, description, category, \
                pictures, entry, capabilities, commands, exports, inbound, group_messages, limits, retention_days, web
                """,
                "3:12: title is a number | write a text in double quotes",
                #"4:11: kind: "bott" is not allowed | did you mean "bot"? Write "bot" or "miniapp""#,
                """
                5:29: capabilities[1].name: there is no capability "mesages.send" | did you mean "messages.send"? \
                The capabilities are: messages.send, store, timers, http.fetch, apps.call, messages.broadcast, \
                chat.history, identity.profile, identity.age, identity.contact, location.once, files.read, contacts.pick, \
                payments.request, payments.subscribe, payments.refund, payments.payout
                """,
                #"5:61: capabilities[2] has no "reason" | add "reason": a text"#,
                "6:28: limits.memory_mib: 1000 is out of range | write a whole number from 1 to 64",
            ])
    }

    @Test(
        "a bad value names the field and what is allowed",
        arguments: [
            (#""description": []"#, "description is a list | write a text in double quotes"),
            (#""entry": "../main.lua""#, #"entry: "../main.lua" is not allowed | write a Lua file in the app's folder"#),
            (#""entry": "tests/main.lua""#, #"entry: "tests/main.lua" is not allowed"#),
            (#""entry": "assets/a.lua""#, #"entry: "assets/a.lua" is not allowed"#),
            (#""group_messages": true"#, #"group_messages is true or false | write "all" or "addressed""#),
            (#""group_messages": "none""#, #"group_messages: "none" is not allowed | Write "all" or "addressed""#),
            (#""capabilities": {}"#, "capabilities is an object | write a list [ … ]"),
            (#""capabilities": ["store"]"#, "capabilities[1] is a text, where an object { … } is expected"),
            (#""capabilities": [{"name": "json", "reason": "x"}]"#, #"capabilities[1].name: "json" needs no capability"#),
            (#""capabilities": [{"name": "store", "reason": " "}]"#, #"capabilities[1].reason: " " is not allowed"#),
            (
                #""capabilities": [{"name": "store", "reason": "a"}, {"name": "store", "reason": "b"}]"#,
                "capabilities[2].name: store is declared twice"
            ),
            (#""commands": [{"name": "/go", "description": "x"}]"#, #"commands[1].name: "/go" is not allowed"#),
            (#""commands": [{"name": "go", "description": ""}]"#, #"commands[1].description: "" is not allowed"#),
            (
                #""commands": [{"name": "go", "description": "x"}, {"name": "go", "description": "y"}]"#,
                "commands[2].name: the command go is there twice"
            ),
            (
                #""commands": [{"name": "go", "desciption": "x", "description": "x"}]"#,
                #"there is no field "commands[1].desciption""#
            ),
            (#""limits": {"wall_ms": 1.5}"#, "limits.wall_ms: 1.5 is not a whole number | write a whole number from 10 to 30000"),
            (#""limits": {"instructions": -1}"#, "limits.instructions: -1 is out of range"),
            (
                #""limits": {"instructions": "many"}"#,
                "limits.instructions is a text | write a whole number from 10000 to 500000000"
            ),
            (#""description": "a\u001b[2J""#, #"description: "a⟨U+1B⟩[2J" is not allowed | write at most 512 characters"#),
            (
                #""capabilities": [{"name": "store", "reason": "a\u202eb"}]"#,
                #"capabilities[1].reason: "a⟨U+202E⟩b" is not allowed"#
            ),
            (#""commands": [{"name": "go", "description": "a\nb"}]"#, #"commands[1].description: "ab" is not allowed"#),
            (#""limits": []"#, "limits is a list, where an object { … } is expected"),
            (#""kind": "bot""#, "kind is there twice | remove one of the two"),
        ])
    func values(field: String, expected: String) throws {
        let problems = try Self.problems(field: field)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(expected) == true, "\(problems)")
    }

    @Test("names and versions", arguments: ["", "2pizza", "pizza-bot", "pizza bot", "пицца", String(repeating: "a", count: 33)])
    func names(name: String) throws {
        let problems = try Self.problems(#"{"name": "\#(name)", "title": "T", "kind": "bot", "version": "1 0"}"#)
        #expect(problems.count == 2)
        #expect(problems[0].contains("name: ") && problems[0].contains("1 to 32 letters"))
        #expect(problems[1].contains(#"version: "1 0" is not allowed"#))
    }

    @Test("more commands than allowed")
    func manyCommands() throws {
        let commands = (1...101).map { #"{"name": "c\#($0)", "description": "x"}"# }.joined(separator: ",")
        #expect(try Self.problems(field: #""commands": [\#(commands)]"#) == ["commands: there are 101; at most 100 are allowed"])
    }

    @Test("what was let in before a rule about texts stays readable; what is new is held to it")
    func stored() throws {
        let text = #"{"name": "p", "title": "\u202ePizza", "kind": "bot", "version": "1", "description": "\u001b[2J"}"#
        #expect(try Manifest.stored(Array(text.utf8)).title == "\u{202E}Pizza")
        #expect(try Fixture.problems { _ = try Manifest.parse(Array(text.utf8)) }.count == 2)
    }

    @Test("the operator's ceiling bounds what may be asked for, and the defaults")
    func ceiling() throws {
        let ceiling = Manifest.Limits(memoryMiB: 8, instructions: 1_000_000, wallMilliseconds: 1000)
        let plain = Array(#"{"name": "p", "title": "P", "kind": "bot", "version": "1"}"#.utf8)
        #expect(try Manifest.parse(plain, ceiling: ceiling).limits == ceiling)
        let greedy = Array(#"{"name": "p", "title": "P", "kind": "bot", "version": "1", "limits": {"memory_mib": 9}}"#.utf8)
        let problems = try Fixture.problems { _ = try Manifest.parse(greedy, ceiling: ceiling) }
        #expect(problems.map(\.hint) == ["write a whole number from 1 to 8"])
        #expect(try Manifest.parse(greedy).limits.bounded(by: ceiling).memoryMiB == 8)
    }
}

@Suite struct ManifestSyntaxTests {
    @Test(
        "what is not JSON is told with its place",
        arguments: [
            ("", "1:1: is not valid JSON: the file ends where a value is expected"),
            ("[]", "1:1: the manifest is a list, where an object { … } is expected"),
            ("{\n  \"name\": \"a\",\n}", "3:1: is not valid JSON: a comma stands before }; remove it"),
            ("{\n  \"name\": \"a\"\n  \"kind\": \"bot\"}", "3:3: is not valid JSON: a comma or } is expected"),
            ("{\"a\": [1,]}", "1:10: is not valid JSON: a comma stands before ]; remove it"),
            ("{name: 1}", "1:2: is not valid JSON: a name in double quotes is expected"),
            ("{\"é\" 1}", "1:6: is not valid JSON: a colon is expected after \"é\""),
            ("{} // x", "1:4: is not valid JSON: there is more after the end of the value"),
            ("{\"a\": // x\n1}", "1:7: is not valid JSON: JSON has no comments; remove it"),
            ("{\"a\": 01}", "1:7: is not valid JSON: 01 is not a number"),
            ("{\"a\": --1}", "1:7: is not valid JSON: --1 is not a number"),
            ("{\"a\": 1e999}", "1:7: is not valid JSON: 1e999 is not a number"),
            ("{\"a\": \"b", "1:7: is not valid JSON: the text that begins here does not end"),
            ("{\"a\": \"b\n\"}", "1:9: is not valid JSON: a text must end on its line; write a line break as \\n"),
            ("{\"a\": \"\\x\"}", "1:8: is not valid JSON: a backslash must be followed by"),
            ("{\"a\": \"\\ud800\"}", "1:8: is not valid JSON: half of a surrogate pair stands alone"),
            ("{\"a\": \"\\u12", "1:8: is not valid JSON: a backslash must be followed by"),
            ("{\"a\": tru}", "1:7: is not valid JSON: a value is expected"),
            (String(repeating: "[", count: 100_000), "is larger than 64 KiB"),
            (String(repeating: "[", count: 1000), "1:33: is not valid JSON: values are nested deeper than 32"),
        ])
    func broken(text: String, expected: String) throws {
        let problems = try ManifestTests.problems(text)
        #expect(problems.first?.hasPrefix(expected) == true, "\(problems)")
    }

    @Test("bytes that are not UTF-8, and a byte-order mark")
    func bytes() throws {
        let invalid = try Fixture.problems { _ = try Manifest.parse([0x7B, 0xFF, 0x7D]) }
        #expect(invalid.map(\.message) == ["is not valid JSON: the file is not UTF-8 text"])
        let marked = try Fixture.problems { _ = try Manifest.parse([0xEF, 0xBB, 0xBF, 0x7B, 0x7D]) }
        #expect(marked.map(\.message) == ["is not valid JSON: the file begins with a byte-order mark"])
    }

    @Test("any start of a good manifest, and any byte of it changed, gives problems or a manifest, never a crash")
    func mutations() throws {
        let good = Array(Fixture.manifest.utf8)
        for length in 0..<good.count {
            #expect(try !Fixture.problems { _ = try Manifest.parse(Array(good.prefix(length))) }.isEmpty)
        }
        for index in good.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x5B, 0x2C, 0x2D, 0x65, 0xC3, 0xFF] {
                var bytes = good
                bytes[index] = byte
                _ = try Fixture.problems { _ = try Manifest.parse(bytes) }
            }
        }
    }
}
