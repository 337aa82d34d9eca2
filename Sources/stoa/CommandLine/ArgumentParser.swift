import Apps

/// Reads what stands after a command.
///
/// `--name VALUE` and `--name=VALUE`, flags, one-letter forms where declared; options and positionals in any order; `--`
/// ends the options. Nothing is abbreviated or guessed.
struct ArgumentParser {
    let program: String
    let spec: CommandSpec
    private var options: [String: [String]] = [:]
    private var values: [String] = []

    init(program: String, spec: CommandSpec) {
        self.program = program
        self.spec = spec
    }

    /// - Throws: ``CommandFailure`` with exit code 2.
    mutating func parse(_ arguments: [String]) throws(CommandFailure) -> ParsedArguments {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                values += rest
                break
            }
            if argument.hasPrefix("-"), argument != "-" {
                try option(argument, rest: &rest)
            } else {
                values.append(argument)
            }
        }
        return ParsedArguments(options: options, positionals: try positionals())
    }

    private mutating func option(_ argument: String, rest: inout ArraySlice<String>) throws(CommandFailure) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let given = String(parts[0])
        guard let option = spec.options.first(where: { "--" + $0.name == given || $0.short.map { "-\($0)" } == given }) else {
            throw unknown(given)
        }
        let inline = parts.count == 2 ? String(parts[1]) : nil
        let value: String
        if let placeholder = option.placeholder {
            // A value that begins with two hyphens is more likely an option whose value was forgotten.
            guard let next = inline ?? (rest.first.map { !$0.hasPrefix("--") } == true ? rest.popFirst() : nil) else {
                throw usage("\(given) needs a value", "Write \(given) \(placeholder)\(option.expected.map { ", " + $0 } ?? "").")
            }
            guard option.accepts(next) else {
                throw usage("\(given): \"\(next)\" is not allowed", "Give \(option.expected ?? "a text that is not empty").")
            }
            value = next
        } else {
            guard inline == nil else { throw usage("\(given) takes no value", "Write \(given) alone.") }
            value = "true"
        }
        guard options[option.name] == nil || option.repeatable || option.placeholder == nil else {
            throw usage("\(given) is given twice", "Give it once.")
        }
        options[option.name, default: []].append(value)
    }

    private func unknown(_ given: String) -> CommandFailure {
        let names = spec.options.map { "--" + $0.name } + ["--help"]
        let near = NearMatch.of(given, in: names).map { "Did you mean \($0)? " } ?? ""
        return usage("\(spec.name) has no option \(given)", near + "Run \"\(program) \(spec.name) --help\" for its options.")
    }

    private func positionals() throws(CommandFailure) -> [String: [String]] {
        var rest = values[...]
        var found: [String: [String]] = [:]
        for positional in spec.positionals {
            guard let value = rest.popFirst() else {
                if positional.arity == .optional { continue }
                throw usage(
                    "\(spec.name) needs \(positional.name), \(positional.help)", "Usage: \(HelpText.usage(program, spec)).")
            }
            guard positional.choices.isEmpty || positional.choices.contains(value) else {
                let near = NearMatch.of(value, in: positional.choices).map { "Did you mean \"\($0)\"? " } ?? ""
                let allowed = positional.choices.map { "\"\($0)\"" }.joined(separator: " or ")
                throw usage("\(positional.name): \"\(value)\" is not allowed", near + "Give \(allowed).")
            }
            found[positional.name] = [value]
            if positional.arity == .oneOrMore {
                found[positional.name, default: []] += rest
                rest = []
            }
        }
        if let extra = rest.first {
            throw usage("\"\(extra)\" is more than \(spec.name) takes", "Usage: \(HelpText.usage(program, spec)).")
        }
        return found
    }

    private func usage(_ problem: String, _ remedy: String) -> CommandFailure { .usage(problem, remedy) }
}
