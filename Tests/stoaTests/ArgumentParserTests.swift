import Testing

@testable import stoa

@Suite struct ArgumentParserTests {
    enum Colour: String, CaseIterable, Sendable { case red, green }

    static let data = CommandOption<String>.text("data", "DIR", default: "./data", "The folder")
    static let config = CommandOption<String?>.text("config", "FILE", "A file")
    static let tags = CommandOption<[String]>.texts("tag", "TEXT", "A tag")
    static let count = CommandOption<Int>.integer("count", "N", in: 1...10, default: 3, "How many")
    static let limit = CommandOption<Int?>.integer("limit", "N", in: -5...5, "A limit")
    static let seconds = CommandOption<Double>.number("seconds", "S", in: 0.5...9, default: 1.5, "How long")
    static let colour = CommandOption<Colour>.choice("colour", default: .red, "Which one")
    static let follow = CommandOption<Bool>.flag("follow", short: "f", "Goes on")

    static let spec = CommandSpec(
        path: ["paint"], summary: "Paints", description: "Paints.",
        positionals: [
            PositionalSpec(name: "WHAT", help: "what to paint", choices: ["wall", "door"]),
            PositionalSpec(name: "WITH", arity: .optional, help: "the brush"),
        ],
        options: [data.spec, config.spec, tags.spec, count.spec, limit.spec, seconds.spec, colour.spec, follow.spec])

    static func parse(_ arguments: [String], spec: CommandSpec = spec) throws(CommandFailure) -> ParsedArguments {
        var parser = ArgumentParser(program: "stoa", spec: spec)
        return try parser.parse(arguments)
    }

    static func failure(_ arguments: [String], spec: CommandSpec = spec) -> String? {
        do throws(CommandFailure) {
            _ = try parse(arguments, spec: spec)
            return nil
        } catch {
            #expect(error.exitCode == 2)
            return error.description
        }
    }

    @Test("defaults")
    func defaults() throws {
        let arguments = try Self.parse(["wall"])
        #expect(arguments.value("WHAT") == "wall")
        #expect(arguments.optional("WITH") == nil)
        #expect(arguments[Self.data] == "./data")
        #expect(arguments[Self.config] == nil)
        #expect(arguments[Self.tags] == [])
        #expect(arguments[Self.count] == 3)
        #expect(arguments[Self.limit] == nil)
        #expect(arguments[Self.seconds] == 1.5)
        #expect(arguments[Self.colour] == .red)
        #expect(!arguments[Self.follow])
        #expect(!arguments.isGiven(Self.data))
    }

    @Test(
        "both forms, in any order",
        arguments: [
            [
                "--data", "d", "wall", "--config=c", "--tag", "1", "brush", "--tag=2", "--count", "10", "--limit=-5", "--seconds",
                "0.5", "--colour=green", "-f",
            ],
            [
                "-f", "--follow", "--colour", "green", "--seconds=.5", "--limit", "-5", "--count=10", "--tag=1", "--tag", "2",
                "--config", "c", "--data=d", "--", "wall", "brush",
            ],
        ])
    func forms(given: [String]) throws {
        let arguments = try Self.parse(given)
        #expect(arguments.value("WHAT") == "wall")
        #expect(arguments.optional("WITH") == "brush")
        #expect(arguments[Self.data] == "d")
        #expect(arguments[Self.config] == "c")
        #expect(arguments[Self.tags] == ["1", "2"])
        #expect(arguments[Self.count] == 10)
        #expect(arguments[Self.limit] == -5)
        #expect(arguments[Self.seconds] == 0.5)
        #expect(arguments[Self.colour] == .green)
        #expect(arguments[Self.follow])
        #expect(arguments.isGiven(Self.data))
    }

    @Test("values may hold =, spaces and hyphens")
    func values() throws {
        #expect(try Self.parse(["wall", "--data=a=b c"])[Self.data] == "a=b c")
        #expect(try Self.parse(["wall", "--data=--x"])[Self.data] == "--x")
        #expect(try Self.parse(["wall", "-"]).optional("WITH") == "-")
        #expect(try Self.parse(["wall", "--", "--data"]).optional("WITH") == "--data")
    }

    @Test(
        "wrong usage says what to do",
        arguments: [
            ([], "paint needs WHAT, what to paint. Usage: stoa paint [options] WHAT [WITH]."),
            (["wall", "a", "b"], "\"b\" is more than paint takes. Usage: stoa paint [options] WHAT [WITH]."),
            (["wal"], "WHAT: \"wal\" is not allowed. Did you mean \"wall\"? Give \"wall\" or \"door\"."),
            (
                ["wall", "--dta", "x"],
                "paint has no option --dta. Did you mean --data? Run \"stoa paint --help\" for its options."
            ),
            (["wall", "--zzzzz=1"], "paint has no option --zzzzz. Run \"stoa paint --help\" for its options."),
            (["wall", "-x"], "paint has no option -x. Run \"stoa paint --help\" for its options."),
            (["wall", "--da", "x"], "paint has no option --da. Run \"stoa paint --help\" for its options."),
            (["wall", "--data"], "--data needs a value. Write --data DIR."),
            (["wall", "--count", "--follow"], "--count needs a value. Write --count N, a whole number from 1 to 10."),
            (["wall", "--data="], "--data: \"\" is not allowed. Give a text that is not empty."),
            (["wall", "--follow=yes"], "--follow takes no value. Write --follow alone."),
            (["wall", "--data", "a", "--data", "b"], "--data is given twice. Give it once."),
            (["wall", "--count", "0"], "--count: \"0\" is not allowed. Give a whole number from 1 to 10."),
            (
                ["wall", "--count", "99999999999999999999"],
                "--count: \"99999999999999999999\" is not allowed. Give a whole number from 1 to 10."
            ),
            (["wall", "--seconds", "nan"], "--seconds: \"nan\" is not allowed. Give a number from 0.5 to 9."),
            (["wall", "--colour", "blue"], "--colour: \"blue\" is not allowed. Give \"red\" or \"green\"."),
        ])
    func usage(given: [String], expected: String) { #expect(Self.failure(given) == expected) }

    @Test("several values of one positional")
    func several() throws {
        let spec = CommandSpec(
            path: ["run"], summary: "", description: "",
            positionals: [PositionalSpec(name: "FILE", arity: .oneOrMore, help: "files")])
        #expect(try Self.parse(["a", "b", "c"], spec: spec).values("FILE") == ["a", "b", "c"])
        #expect(Self.failure([], spec: spec) == "run needs FILE, files. Usage: stoa run FILE….")
    }

    @Test("help text")
    func help() {
        #expect(
            HelpText.command("stoa", Self.spec) == """
                Usage: stoa paint [options] WHAT [WITH]

                Paints.

                Arguments:
                  WHAT  what to paint
                  WITH  the brush

                Options:
                      --data DIR          The folder (default: ./data)
                      --config FILE       A file
                      --tag TEXT          A tag (may be given more than once)
                      --count N           How many (default: 3)
                      --limit N           A limit
                      --seconds S         How long (default: 1.5)
                      --colour red|green  Which one (default: red)
                  -f, --follow            Goes on
                      --help              Shows this text
                """)
    }
}

@Suite struct JSONTextTests {
    @Test("one line, fields in order, everything escaped that must be")
    func text() {
        let value: JSONText = [
            "b": "q\"\\\n\r\t\u{1}\u{7F}é", "a": .array([.null, .bool(true), .integer(-1)]), "c": [:], "d": [],
        ]
        #expect(value.description == #"{"b":"q\"\\\n\r\t\u0001\u007fé","a":[null,true,-1],"c":{},"d":[]}"#)
    }
}
