/// The words of `--help`, at most 100 columns wide.
enum HelpText {
    static let width = 100

    /// `stoa deploy [options] DIR`
    static func usage(_ program: String, _ spec: CommandSpec) -> String {
        ([program] + spec.path + (spec.options.isEmpty ? [] : ["[options]"]) + spec.positionals.map(\.usage)).joined(
            separator: " ")
    }

    static func command(_ program: String, _ spec: CommandSpec) -> String {
        var parts = ["Usage: \(usage(program, spec))"]
        parts.append(spec.description.split(separator: "\n").map { wrap(String($0), indent: 0) }.joined(separator: "\n"))
        if !spec.positionals.isEmpty {
            parts.append("Arguments:\n" + table(spec.positionals.map { ($0.name, $0.help) }))
        }
        let help = ("    --help", "Shows this text")
        parts.append("Options:\n" + table(spec.options.map { (label($0), explanation($0)) } + [help]))
        if !spec.examples.isEmpty {
            let examples = spec.examples.map { "  \($0.command)\n      \(wrap($0.explanation, indent: 6))" }
            parts.append("Examples:\n" + examples.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    /// The program's own help, or that of a group such as `stoa user`.
    static func overview(
        _ program: String, group: String? = nil, about: String, commands: [CommandSpec], footer: String
    ) -> String {
        let usage = "Usage: \(program)\(group.map { " " + $0 } ?? "") COMMAND [options]"
        let list = "Commands:\n" + table(commands.map { ($0.name, $0.summary) })
        return [usage, wrap(about, indent: 0), list, footer].joined(separator: "\n\n")
    }

    private static func label(_ option: OptionSpec) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        return "\(short)--\(option.name)\(option.placeholder.map { " " + $0 } ?? "")"
    }

    private static func explanation(_ option: OptionSpec) -> String {
        let repeated = option.repeatable ? " (may be given more than once)" : ""
        return option.help + repeated + (option.defaultText.map { " (default: \($0))" } ?? "")
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let column = min(32, (rows.map(\.0.count).max() ?? 0)) + 4
        return rows.map { label, text in
            let wrapped = wrap(text, indent: column)
            let padding = label.count + 2 < column ? String(repeating: " ", count: column - label.count - 2) : nil
            return "  " + label + (padding ?? "\n" + String(repeating: " ", count: column)) + wrapped
        }.joined(separator: "\n")
    }

    /// Breaks lines between words; the first begins at column `indent` already.
    private static func wrap(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
