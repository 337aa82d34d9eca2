import Apps
import Testing

@testable import stoa

@Suite struct StoaProgramTests {
    @Test("no command: the overview on stderr, and 2")
    func bare() async {
        let result = await Probe.run([])
        #expect(result.code == 2)
        #expect(result.out == "")
        #expect(result.error == Self.overview)
    }

    static let overview = """
        Usage: stoa COMMAND [options]

        Stoa is a self-hosted messenger whose chats run software: bots and mini-apps are folders of Lua.

        Commands:
          serve             Runs the server
          user create       Makes a user
          user list         Lists the users
          user attribute    Records what was verified about a user
          user role         Makes a user an operator, or takes the role away
          user suspend      Keeps a user from signing in, and ends their sessions
          user reinstate    Lets a suspended user sign in again
          user reset        Ends a user's sessions and password; prints a code for a new one
          bot create        Makes an account for a bot that runs elsewhere, over HTTP
          deploy            Checks and deploys a bot's or mini-app's folder
          rollback          Goes back to an app's version before the active one
          key new           Makes a key that signs a publisher's packages
          key show          Prints the public half of a publisher's key
          publisher new     Makes a publisher: who sends apps in
          publisher list    Lists the publishers, their people and their keys
          publisher key     Adds a key to a publisher, admits or revokes one
          publisher verify  Says that you have checked who a publisher is
          publisher member  Adds a person to a publisher, or takes one out
          publish           Signs an app's folder and sends it in for review
          review list       Lists the releases that wait for review or are staged
          review show       Shows how a release differs from what people have
          review admit      Lets a release run, in all chats or in some
          review reject     Sends a release back to its publisher
          takedown          Stops an app, or lets it run again
          report list       Lists what people report about apps
          report answer     Closes a report
          quota             Shows or changes what an app may use up
          catalogue         Finds apps as people find them
          apps              Lists the deployed apps and their versions
          logs              Shows what an app logged, and its errors
          dev               Deploys a folder at every save and shows each turn live
          trace             Shows a conversation of an app as a timeline
          replay            Runs a recorded turn again and shows each bridge call
          dead              Lists the updates that an app could not handle
          dead retry        Tries dead letters of an app again
          dead drop         Gives dead letters of an app up
          audit verify      Checks that nobody has changed the audit
          audit export      Prints the audit as JSON, one entry on a line
          audit ledger      Checks the ledger: that all adds up, and that nobody has changed it
          wallet issue      Gives a user or an app money that you answer for
          wallet withdraw   Takes money out of a wallet that you have paid out in another way
          wallet show       Prints the balances of a user or an app
          statements        Prints what moved in the wallet of an app or a user
          fee               Sets what you keep of payments to apps
          reconcile         Compares the payment provider's books with the ledger
          dispute list      Lists the disputes that wait for a decision
          dispute decide    Decides a dispute
          secret set        Gives an app a secret for its requests and webhooks
          secret list       Lists an app's secrets, without their values
          secret remove     Takes a secret from an app
          webapp token      Prints the token with which an app checks its launch data
          new               Makes the folder of a new bot or mini-app
          capabilities      Lists what apps can be allowed to do
          check             Checks an app's folder: manifest, Lua, capabilities
          test              Runs an app's tests in a simulated chat
          exec              Runs plain Lua files in a sandbox
          doctor            Checks this machine and the data folder

        "stoa COMMAND --help" tells more about a command. "stoa --version" prints the version.
        """

    @Test("help of the program", arguments: [["--help"], ["-h"], ["help"]])
    func help(arguments: [String]) async {
        let result = await Probe.run(arguments)
        #expect(result.code == 0 && result.error == "")
        #expect(result.out == Self.overview)
    }

    @Test("version")
    func version() async {
        let result = await Probe.run(["--version"])
        #expect(result.code == 0 && result.out == "stoa 0.1.0")
    }

    @Test(
        "commands there are not",
        arguments: [
            (["sevre"], "stoa: there is no command \"sevre\". Did you mean \"serve\"? Run \"stoa --help\" for the list."),
            (
                ["usr", "create", "x"],
                "stoa: there is no command \"usr\". Did you mean \"user create\"? Run \"stoa --help\" for the list."
            ),
            (
                ["user", "creat", "x"],
                "stoa: there is no command \"user creat\". Did you mean \"user create\"? Run \"stoa --help\" for the list."
            ),
            (["bot"], "stoa: \"stoa bot\" is not a whole command. Write \"stoa bot create\"."),
            (["key"], "stoa: \"stoa key\" is not a whole command. Write \"stoa key new\" or \"stoa key show\"."),
            (["xyzzy", "--help"], "stoa: there is no command \"xyzzy\". Run \"stoa --help\" for the list."),
            (["ledger", "app", "1"], "stoa: there is no command \"ledger\". Run \"stoa --help\" for the list."),
            (
                ["--data", "x", "serve"],
                "stoa: the option --data stands before a command. Write the command first, as in \"stoa serve --data\"."
            ),
            ([""], "stoa: there is no command \"\". Run \"stoa --help\" for the list."),
        ])
    func unknown(arguments: [String], expected: String) async {
        let result = await Probe.run(arguments)
        #expect(result.code == 2 && result.out == "")
        #expect(result.error == expected)
    }

    @Test("a group's help lists its commands", arguments: [["user", "--help"], ["help", "user"]])
    func group(arguments: [String]) async {
        let result = await Probe.run(arguments)
        #expect(result.code == 0)
        #expect(result.out.hasPrefix("Usage: stoa user COMMAND [options]\n"))
        #expect(result.out.contains("  user create     Makes a user\n"))
    }

    @Test("serve wants certificate and key together")
    func pair() async {
        let result = await Probe.run(["serve", "--tls-cert", "c.pem"])
        #expect(result.code == 2)
        #expect(result.error == "stoa: --tls-cert and --tls-key belong together. Give both, or neither.")
    }
}

@Suite struct CommandHelpTests {
    static let specs = StoaProgram.runner.commands.map { $0.spec }

    @Test("each command has help with usage, options and an example, on lines that fit", arguments: specs.map(\.path))
    func complete(path: [String]) async throws {
        let spec = try #require(Self.specs.first { $0.path == path })
        let result = await Probe.run(path + ["--help"])
        #expect(result.code == 0 && result.error == "")
        #expect(result.out.hasPrefix("Usage: stoa \(spec.name) [options]"))
        #expect(result.out.contains("\n  --help") || result.out.contains("    --help "))
        #expect(result.out.contains("\nExamples:\n  stoa \(spec.name)"))
        let lines = result.out.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines { #expect(line.count <= HelpText.width && line.last != " ", "\(line)") }
        #expect(await Probe.run(["help"] + path).out == result.out)
        #expect(await Probe.run(path + ["-h"]).out == result.out)
    }

    @Test("the examples are right: each parses", arguments: specs.flatMap { $0.examples.map(\.command) })
    func examples(line: String) throws {
        let words = Self.words(line)
        let fitting = Self.specs.filter { words.dropFirst().starts(with: $0.path) }
        let spec = try #require(fitting.max { $0.path.count < $1.path.count })
        var parser = ArgumentParser(program: "stoa", spec: spec)
        _ = try parser.parse(Array(words.dropFirst(1 + spec.path.count)))
    }

    @Test("names are unique, summaries are one line without a full stop", arguments: specs.map(\.path))
    func declarations(path: [String]) throws {
        let spec = try #require(Self.specs.first { $0.path == path })
        #expect(!spec.summary.contains("\n") && !spec.summary.hasSuffix("."))
        #expect(Set(spec.options.map(\.name)).count == spec.options.count)
        #expect(Self.specs.count { $0.path == path } == 1)
    }

    /// Splits as a shell would, quotes included.
    private static func words(_ line: String) -> [String] {
        var words: [String] = [""]
        var quote: Character?
        for character in line {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else if quote == nil, character == " " {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words
    }

    @Test("exec's help, in full")
    func exec() async {
        #expect(
            await Probe.run(["exec", "--help"]).out == """
                Usage: stoa exec [options] FILE…

                Runs Lua files one after another, as calls of one app that has no capabilities, and prints what each
                returns.
                A Lua error or a limit goes to stderr, which names the limit (memory limit, instruction limit, time
                limit), and the exit code is 1.

                Arguments:
                  FILE  Lua files, run in this order

                Options:
                      --memory MiB                The most memory (default: 16)
                      --instructions N            The most Lua instructions a file (default: 50000000)
                      --timeout SECONDS           The longest time a file may take (default: 5)
                      --isolation process|thread  Where Lua runs: in locked-down worker processes, or on a thread of
                                                  this one (default: process)
                      --json                      Prints JSON for programs
                      --help                      Shows this text

                Examples:
                  stoa exec sum.lua
                      Runs sum.lua and prints what it returns.
                  stoa exec --memory 64 --timeout 0.5 a.lua b.lua
                      Runs two files under other limits.
                """)
    }
}
