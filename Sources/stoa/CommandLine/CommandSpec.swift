/// A command as it is declared: what may stand after it, and what its help says.
struct CommandSpec: Sendable {
    /// What follows `stoa`: `["user", "create"]`.
    let path: [String]
    /// One line without a full stop, for the list of commands.
    let summary: String
    /// Paragraphs for the command's own help.
    let description: String
    var positionals: [PositionalSpec] = []
    var options: [OptionSpec] = []
    var examples: [CommandExample] = []

    var name: String { path.joined(separator: " ") }
}

/// A value that stands without an option's name.
struct PositionalSpec: Sendable {
    enum Arity: Sendable { case one, optional, oneOrMore }

    /// In capitals, such as `DIR`.
    let name: String
    var arity = Arity.one
    let help: String
    /// The only values allowed; empty for any.
    var choices: [String] = []

    /// As it stands in the usage line.
    var usage: String {
        switch arity {
        case .one: name
        case .optional: "[\(name)]"
        case .oneOrMore: "\(name)…"
        }
    }
}

struct CommandExample: Sendable {
    let command: String
    let explanation: String

    init(_ command: String, _ explanation: String) {
        self.command = command
        self.explanation = explanation
    }
}

/// A command of the program.
protocol Command: SendableMetatype {
    static var spec: CommandSpec { get }

    /// - Returns: the exit code.
    /// - Throws: ``CommandFailure``, which is printed, with its exit code; any other error is printed and gives 1.
    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32
}

/// Why a command did not do what it was asked, printed as `stoa: WHAT WENT WRONG. WHAT TO DO.`
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    /// A sentence without its full stop.
    let problem: String
    /// One or more sentences.
    let remedy: String
    /// 1: it failed; 2: it was called wrongly.
    let exitCode: Int32

    init(_ problem: String, _ remedy: String, exitCode: Int32 = 1) {
        self.problem = problem
        self.remedy = remedy
        self.exitCode = exitCode
    }

    static func usage(_ problem: String, _ remedy: String) -> CommandFailure {
        CommandFailure(problem, remedy, exitCode: 2)
    }

    var description: String { "\(problem). \(remedy)" }
}

/// Where a command's words go.
struct Console: Sendable {
    /// Takes whole lines, without their line break.
    let out: @Sendable (String) -> Void
    let error: @Sendable (String) -> Void
}
