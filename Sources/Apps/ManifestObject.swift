import Model

/// One object of a manifest, read field by field; each problem names the field by its path, such as
/// `capabilities[2].reason`.
struct ManifestObject {
    private let values: [String: PositionedJSON]
    private let path: String
    private let position: SourcePosition

    /// Nil when the value is no object. Unknown and repeated fields are reported.
    init?(_ value: PositionedJSON, path: String, fields: [String], problems: inout [Diagnostic]) {
        guard case .object(let members) = value.content else {
            let subject = path.isEmpty ? "the manifest" : path
            problems.append(Self.problem(value.position, "\(subject) is \(value.kind), where an object { … } is expected"))
            return nil
        }
        self.path = path
        position = value.position
        var values: [String: PositionedJSON] = [:]
        for member in members {
            let name = path.isEmpty ? member.key : "\(path).\(member.key)"
            if !fields.contains(member.key) {
                let known = fields.filter { $0 != "$schema" }
                let near = NearMatch.of(member.key, in: known).map { "did you mean \"\($0)\"? " } ?? ""
                problems.append(
                    Self.problem(
                        member.position, "there is no field \"\(name.prefix(100))\"",
                        hint: "\(near)The fields are: \(known.joined(separator: ", "))"))
            } else if values[member.key] != nil {
                problems.append(Self.problem(member.position, "\(name) is there twice", hint: "remove one of the two"))
            } else {
                values[member.key] = member.value
            }
        }
        self.values = values
    }

    func value(_ field: String) -> PositionedJSON? { values[field] }

    func position(of field: String) -> SourcePosition? { values[field]?.position }

    func path(of field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

    /// - Parameter rule: nil for a good value, else what is allowed.
    func text(
        _ field: String, required: Bool = false, problems: inout [Diagnostic], rule: (String) -> String?
    ) -> String? {
        guard let value = present(field, required: required, expected: "a text", problems: &problems) else { return nil }
        guard case .string(let text) = value.content else {
            problems.append(wrongKind(field, value, expected: "a text in double quotes"))
            return nil
        }
        guard let allowed = rule(text) else { return text }
        problems.append(
            Self.problem(value.position, "\(path(of: field)): \(Self.quoted(text)) is not allowed", hint: "write \(allowed)"))
        return nil
    }

    func choice<Value>(
        _ field: String, _ choices: KeyValuePairs<String, Value>, required: Bool = false, problems: inout [Diagnostic]
    ) -> Value? {
        let allowed = choices.map { "\"\($0.key)\"" }.joined(separator: " or ")
        guard let value = present(field, required: required, expected: allowed, problems: &problems) else { return nil }
        guard case .string(let text) = value.content else {
            problems.append(wrongKind(field, value, expected: allowed))
            return nil
        }
        if let choice = choices.first(where: { $0.key == text }) { return choice.value }
        let near = NearMatch.of(text, in: choices.map(\.key)).map { "did you mean \"\($0)\"? " } ?? ""
        problems.append(
            Self.problem(
                value.position, "\(path(of: field)): \(Self.quoted(text)) is not allowed", hint: "\(near)Write \(allowed)"))
        return nil
    }

    func integer(_ field: String, from least: Int, to most: Int, problems: inout [Diagnostic]) -> Int? {
        guard let value = values[field] else { return nil }
        let hint = "write a whole number from \(least) to \(most)"
        switch value.content {
        case .integer(let number):
            if let integer = Int(exactly: number), integer >= least, integer <= most { return integer }
            problems.append(Self.problem(value.position, "\(path(of: field)): \(number) is out of range", hint: hint))
        case .number(let number):
            problems.append(Self.problem(value.position, "\(path(of: field)): \(number) is not a whole number", hint: hint))
        default:
            problems.append(wrongKind(field, value, expected: "a whole number from \(least) to \(most)"))
        }
        return nil
    }

    /// The texts of a list, each with its place; nil when there is no such list. Elements that are no texts are reported
    /// and left out.
    func texts(
        _ field: String, from least: Int, to most: Int, example: String, required: Bool = false, problems: inout [Diagnostic]
    ) -> [(text: String, path: String, position: SourcePosition)]? {
        guard let value = present(field, required: required, expected: example, problems: &problems) else { return nil }
        guard case .array(let elements) = value.content else {
            problems.append(wrongKind(field, value, expected: "a list such as \(example)"))
            return nil
        }
        guard (least...most).contains(elements.count) else {
            problems.append(
                Self.problem(
                    value.position, "\(path(of: field)) has \(elements.count) entries; \(least) to \(most) are allowed",
                    hint: "write a list such as \(example)"))
            return nil
        }
        var texts: [(text: String, path: String, position: SourcePosition)] = []
        for (index, element) in elements.enumerated() {
            let path = "\(path(of: field))[\(index + 1)]"
            if case .string(let text) = element.content {
                texts.append((text, path, element.position))
            } else {
                problems.append(
                    Self.problem(element.position, "\(path) is \(element.kind)", hint: "write a text in double quotes"))
            }
        }
        return texts
    }

    /// The objects of a list; empty when the field is missing.
    func objects(_ field: String, fields: [String], problems: inout [Diagnostic]) -> [ManifestObject] {
        guard let value = values[field] else { return [] }
        guard case .array(let elements) = value.content else {
            problems.append(wrongKind(field, value, expected: "a list [ … ]"))
            return []
        }
        var objects: [ManifestObject] = []
        for (index, element) in elements.enumerated() {
            let path = "\(path(of: field))[\(index + 1)]"
            if let object = ManifestObject(element, path: path, fields: fields, problems: &problems) { objects.append(object) }
        }
        return objects
    }

    private func present(
        _ field: String, required: Bool, expected: String, problems: inout [Diagnostic]
    ) -> PositionedJSON? {
        if let value = values[field] { return value }
        if required {
            let subject = path.isEmpty ? "the manifest" : path
            problems.append(
                Self.problem(position, "\(subject) has no \"\(field)\"", hint: "add \"\(field)\": \(expected)"))
        }
        return nil
    }

    private func wrongKind(_ field: String, _ value: PositionedJSON, expected: String) -> Diagnostic {
        Self.problem(value.position, "\(path(of: field)) is \(value.kind)", hint: "write \(expected)")
    }

    static func quoted(_ text: String) -> String {
        "\"" + String(text.prefix(64)).filter { $0 != "\n" && $0 != "\r" }.visible + (text.count > 64 ? "…\"" : "\"")
    }

    private static func problem(_ position: SourcePosition, _ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(.error, file: ManifestParser.file, at: position, message, hint: hint)
    }
}
