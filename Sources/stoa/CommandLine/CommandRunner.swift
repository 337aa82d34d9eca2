import Apps

/// Finds the command that was asked for, and runs it.
struct CommandRunner: Sendable {
    /// The program's name, as errors and help call it.
    let program: String
    let version: String
    /// What the program is, for its help.
    let about: String
    let commands: [any Command.Type]

    /// - Parameter arguments: without the program's own name.
    /// - Returns: the exit code: 0 done, 1 it failed, 2 wrong usage.
    func run(_ arguments: [String], console: Console) async -> Int32 {
        do {
            return try await dispatch(arguments, console: console)
        } catch let failure as CommandFailure {
            console.error("\(program): \(failure)")
            return failure.exitCode
        } catch {
            console.error("\(program): \(error)")
            return 1
        }
    }

    private func dispatch(_ arguments: [String], console: Console) async throws -> Int32 {
        guard let first = arguments.first else {
            console.error(overview)
            return 2
        }
        if ["--help", "-h", "help"].contains(first) {
            // "stoa help deploy" is what some people try first.
            let topic = arguments.dropFirst().filter { !$0.hasPrefix("-") }
            console.out(try topic.isEmpty ? overview : help(for: Array(topic)))
            return 0
        }
        if first == "--version" {
            console.out("\(program) \(version)")
            return 0
        }
        let own = arguments.prefix { $0 != "--" }
        if own.contains("--help") || own.contains("-h") {
            console.out(try help(for: arguments))
            return 0
        }
        let (command, rest) = try find(arguments)
        var parser = ArgumentParser(program: program, spec: command.spec)
        return try await command.run(try parser.parse(rest), console: console)
    }

    private var overview: String {
        HelpText.overview(
            program, about: about, commands: commands.map { $0.spec },
            footer: "\"\(program) COMMAND --help\" tells more about a command. \"\(program) --version\" prints the version.")
    }

    private func help(for arguments: [String]) throws(CommandFailure) -> String {
        let group = members(of: arguments[0])
        let isGroup = !group.contains { $0.spec.path.count == 1 } && !group.isEmpty
        if isGroup, arguments.count == 1 || arguments[1].hasPrefix("-") {
            return HelpText.overview(
                program, group: arguments[0], about: "The commands of \"\(program) \(arguments[0])\".",
                commands: group.map { $0.spec },
                footer: "\"\(program) \(arguments[0]) COMMAND --help\" tells more about a command.")
        }
        return HelpText.command(program, try find(arguments).command.spec)
    }

    private func members(of group: String) -> [any Command.Type] { commands.filter { $0.spec.path.first == group } }

    private func find(_ arguments: [String]) throws(CommandFailure) -> (command: any Command.Type, rest: [String]) {
        // "dead retry" before "dead".
        let fitting = commands.filter { arguments.starts(with: $0.spec.path) }
        if let command = fitting.max(by: { $0.spec.path.count < $1.spec.path.count }) {
            return (command, Array(arguments.dropFirst(command.spec.path.count)))
        }
        let group = members(of: arguments[0])
        let candidates = group.isEmpty ? commands : group
        let names = candidates.map { $0.spec.name }
        if arguments[0].hasPrefix("-") {
            throw .usage(
                "the option \(arguments[0]) stands before a command",
                "Write the command first, as in \"\(program) \(names.first ?? "COMMAND") \(arguments[0])\".")
        }
        let given = group.isEmpty ? arguments[0] : arguments.prefix(2).joined(separator: " ")
        if !group.isEmpty, arguments.count == 1 || arguments[1].hasPrefix("-") {
            let choices = names.map { "\"\(program) \($0)\"" }.joined(separator: " or ")
            throw .usage("\"\(program) \(arguments[0])\" is not a whole command", "Write \(choices).")
        }
        let firstWords = group.isEmpty ? commands.compactMap { $0.spec.path.first } : []
        let pair = arguments.prefix(2).joined(separator: " ")
        let meant = NearMatch.of(pair, in: names) ?? NearMatch.of(given, in: names + firstWords)
        let near = meant.map { "Did you mean \"\($0)\"? " } ?? ""
        throw .usage("there is no command \"\(given)\"", near + "Run \"\(program) --help\" for the list.")
    }
}
