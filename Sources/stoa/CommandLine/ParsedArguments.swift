/// What was given to a command, checked against its declaration.
struct ParsedArguments: Sendable {
    private let options: [String: [String]]
    private let positionals: [String: [String]]

    init(options: [String: [String]] = [:], positionals: [String: [String]] = [:]) {
        self.options = options
        self.positionals = positionals
    }

    subscript<Value>(option: CommandOption<Value>) -> Value { option.read(options[option.spec.name] ?? []) }

    func isGiven<Value>(_ option: CommandOption<Value>) -> Bool { options[option.spec.name] != nil }

    /// The value of a positional that must be given; "" for one that is not declared.
    func value(_ name: String) -> String { positionals[name]?.first ?? "" }

    /// The value of one that may be left out.
    func optional(_ name: String) -> String? { positionals[name]?.first }

    /// All values of one that takes several.
    func values(_ name: String) -> [String] { positionals[name] ?? [] }
}
