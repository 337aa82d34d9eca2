/// `stoa test`: runs a package's own tests.
struct TestCommand: Command {
    static let spec = CommandSpec(
        path: ["test"],
        summary: "Runs an app's tests in a simulated chat",
        description: """
            Runs the folder's tests/*.lua, each in a simulated chat with a virtual clock. No server is needed and nothing is kept.
            Exits with 1 when a test fails.
            """,
        positionals: [PositionalSpec(name: "DIR", help: "the folder with manifest.json")],
        options: [SharedOptions.json.spec],
        examples: [CommandExample("stoa test bots/poll", "Runs the tests of the poll bot.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        throw CommandFailure.notYet(spec)
    }
}
