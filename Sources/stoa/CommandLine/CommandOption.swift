/// An option of a command, `--name VALUE`, with the type of what it gives.
///
/// Declared once, as a constant; the command reads it by that constant: `arguments[ServeCommand.listen]`.
struct CommandOption<Value: Sendable>: Sendable {
    let spec: OptionSpec
    /// From the texts given, which `spec` has checked; empty when the option was not given.
    let read: @Sendable ([String]) -> Value
}

/// What the parser and the help text need to know of an option.
struct OptionSpec: Sendable {
    /// Without the two hyphens.
    let name: String
    var short: Character?
    /// What stands for the value in the help text, such as `DIR`; nil for a flag.
    var placeholder: String?
    let help: String
    var defaultText: String?
    var repeatable = false
    /// Whether a value can be used.
    var accepts: @Sendable (String) -> Bool = { _ in true }
    /// What can: "a whole number from 1 to 10"; nil for any text.
    var expected: String?
}

extension CommandOption where Value == Bool {
    static func flag(_ name: String, short: Character? = nil, _ help: String) -> Self {
        Self(spec: OptionSpec(name: name, short: short, help: help), read: { !$0.isEmpty })
    }
}

extension CommandOption where Value == String {
    static func text(_ name: String, _ placeholder: String, default value: String, _ help: String) -> Self {
        Self(spec: .text(name, placeholder, value, help), read: { $0.last ?? value })
    }
}

extension CommandOption where Value == String? {
    static func text(_ name: String, _ placeholder: String, _ help: String) -> Self {
        Self(spec: .text(name, placeholder, nil, help), read: \.last)
    }
}

extension CommandOption where Value == [String] {
    /// May be given more than once; the values come in that order.
    static func texts(_ name: String, _ placeholder: String, _ help: String) -> Self {
        var spec = OptionSpec.text(name, placeholder, nil, help)
        spec.repeatable = true
        return Self(spec: spec, read: { $0 })
    }
}

extension CommandOption where Value == Int {
    static func integer(
        _ name: String, _ placeholder: String, in range: ClosedRange<Int>, default value: Int, _ help: String
    ) -> Self {
        Self(spec: .integer(name, placeholder, range, String(value), help), read: { $0.last.flatMap { Int($0) } ?? value })
    }
}

extension CommandOption where Value == Int? {
    static func integer(_ name: String, _ placeholder: String, in range: ClosedRange<Int>, _ help: String) -> Self {
        Self(spec: .integer(name, placeholder, range, nil, help), read: { $0.last.flatMap { Int($0) } })
    }
}

extension CommandOption where Value == Double {
    static func number(
        _ name: String, _ placeholder: String, in range: ClosedRange<Double>, default value: Double, _ help: String
    ) -> Self {
        var spec = OptionSpec.text(name, placeholder, plain(value), help)
        spec.accepts = { Double($0).map(range.contains) ?? false }
        spec.expected = "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
        return Self(spec: spec, read: { $0.last.flatMap { Double($0) } ?? value })
    }

    private static func plain(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}

extension CommandOption where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the type's cases, by its raw value.
    static func choice(_ name: String, default value: Value, _ help: String) -> Self {
        let names = Value.allCases.map(\.rawValue)
        var spec = OptionSpec.text(name, names.joined(separator: "|"), value.rawValue, help)
        spec.accepts = { names.contains($0) }
        spec.expected = names.map { "\"\($0)\"" }.joined(separator: " or ")
        return Self(spec: spec, read: { $0.last.flatMap(Value.init(rawValue:)) ?? value })
    }
}

extension OptionSpec {
    fileprivate static func text(_ name: String, _ placeholder: String, _ value: String?, _ help: String) -> OptionSpec {
        var spec = OptionSpec(name: name, placeholder: placeholder, help: help, defaultText: value)
        spec.accepts = { !$0.isEmpty }
        return spec
    }

    fileprivate static func integer(
        _ name: String, _ placeholder: String, _ range: ClosedRange<Int>, _ value: String?, _ help: String
    ) -> OptionSpec {
        var spec = OptionSpec.text(name, placeholder, value, help)
        spec.accepts = { Int($0).map(range.contains) ?? false }
        spec.expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return spec
    }
}
