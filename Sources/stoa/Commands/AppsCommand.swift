/// `stoa apps`: lists what is deployed.
struct AppsCommand: Command {
    static let spec = CommandSpec(
        path: ["apps"],
        summary: "Lists the deployed apps and their versions",
        description: "Lists the deployed apps with their active versions. Needs the running server of the data folder.",
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa apps", "Lists them as a table.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        throw CommandFailure.notYet(spec)
    }
}
