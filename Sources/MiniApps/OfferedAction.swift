package import Model
package import Runtime
package import Sandbox

/// What a component does: an action of the app, with its arguments. On the wire `[name, argument, …]`.
package struct OfferedAction: Sendable, Equatable {
    package let name: String
    package let arguments: [BridgeValue]

    /// - Throws: ``StoaError/Code/badRequest``.
    package init(_ value: BridgeValue) throws(StoaError) {
        guard let list = value.arrayValue, let name = list.first?.stringValue, list.count <= 9 else {
            throw StoaError(.badRequest, "\"on\" must be a list: the action's name, then at most 8 arguments.")
        }
        self.name = name
        arguments = Array(list.dropFirst())
    }

    /// Whether a component's `on` is this. Numbers are compared by their worth: JSON does not tell 2 from 2.0.
    func isOffered(by value: BridgeValue?) -> Bool {
        guard let list = value?.arrayValue, list.count == arguments.count + 1, list[0].stringValue == name else { return false }
        return zip(list.dropFirst(), arguments).allSatisfy { offered, asked in
            if case (.int(let a), .int(let b)) = (offered, asked) { return a == b }
            if let a = offered.doubleValue, let b = asked.doubleValue { return a == b }
            return offered == asked
        }
    }

    /// The component of the tree that offers it, and takes such input. Only what a page shows can be done: a client that makes up
    /// an action, or the argument of one, is refused.
    /// - Parameter now: milliseconds since 1970 UTC.
    func offered(
        by tree: Node, with input: ActionInput = ActionInput(), now: Int64 = 0
    ) -> (node: Node, arguments: [BridgeValue])? {
        var found: (node: Node, arguments: [BridgeValue])?
        _ = tree.first { node in
            // As the page has it, not as the client sent it.
            guard let offer = Self.offers(of: node, now: now).first(where: isOffered) else { return false }
            let fits = input.isKind(of: node)
            if fits || found == nil { found = (node, Array((offer.arrayValue ?? []).dropFirst())) }
            return fits
        }
        return found
    }

    /// A map's markers have actions of their own.
    private static func offers(of node: Node, now: Int64) -> [BridgeValue] {
        if node.props["disabled"] == .bool(true) { return [] }
        // What a timer does is due when it is over. The device's clock may be ahead of this one.
        if node.type == "timer", let until = node.props["until"]?.doubleValue, until > Double(now) + 60_000 { return [] }
        let markers = node.type == "map" ? (node.props["markers"]?.arrayValue ?? []).compactMap { $0["on"] } : []
        return (node.props["on"].map { [$0] } ?? []) + markers
    }
}

/// What came along with an action: the value of the one input that did it, or those of a form.
package struct ActionInput: Sendable, Equatable {
    package let value: BridgeValue
    package let values: BridgeMap
    /// The names of the form's fields, whether they were filled in or not; nil when no form was sent.
    let fields: [String]?

    package init(value: BridgeValue = .null, values: BridgeMap = [:]) { self.init(value: value, values: values, fields: nil) }

    init(value: BridgeValue = .null, values: BridgeMap = [:], fields: [String]?) {
        self.value = value
        self.values = values
        self.fields = fields
    }
}

/// Why values of a form are refused: what is wrong, by the field's name.
package struct InvalidInput: Error {
    package let fields: [NamedText]
}

extension ActionInput {
    /// Whether it looks like what a component sends: a page may offer an action by a form, and by a button beside it.
    fileprivate func isKind(of node: Node) -> Bool {
        if node.type == "form" { return value.isNull }
        return values.isEmpty && (value.isNull || FieldRules.isInput(node))
    }

    /// With what is known of each file in the place of its id. Of a form those of its fields, else that of the component itself.
    func naming(files describe: (Int64) throws -> BridgeValue, for node: Node) rethrows -> ActionInput {
        func named(_ value: BridgeValue) throws -> BridgeValue {
            .array(try (value.arrayValue ?? []).compactMap { $0.intValue }.map(describe))
        }
        func takesFiles(_ node: Node) -> Bool { node.type == "file_field" || node.type == "photo_field" }
        guard node.type == "form" else {
            return takesFiles(node) && !value.isNull ? ActionInput(value: try named(value)) : self
        }
        var names: [String] = []
        node.forEach { field in
            if takesFiles(field), let name = field.props["name"]?.stringValue { names.append(name) }
        }
        var values = self.values
        for name in names {
            if let ids = values[name] { values[name] = try named(ids) }
        }
        return ActionInput(value: value, values: values, fields: fields)
    }

    /// The input as far as the component asks for it, checked by the rules that it declares: what reaches the handler has passed
    /// them, whatever the client did.
    /// - Throws: ``InvalidInput``, in the person's language.
    func checked(for node: Node, in language: Language = .english) throws(InvalidInput) -> ActionInput {
        guard node.type == "form" else {
            guard FieldRules.isInput(node) else { return ActionInput() }
            switch FieldRules(node).check(value) {
            case .success(let value): return ActionInput(value: value)
            case .failure(let problem):
                throw InvalidInput(fields: [NamedText(node.props["name"]?.stringValue ?? "", problem.text(in: language))])
            }
        }
        var result = BridgeMap()
        var problems: [NamedText] = []
        let patterns = PatternBudget()
        var names: [String] = []
        var seen: Set<String> = []
        let given = Dictionary(values.entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        node.forEach { field in
            guard FieldRules.isInput(field), let name = field.props["name"]?.stringValue, seen.insert(name).inserted else {
                return
            }
            names.append(name)
            switch FieldRules(field, patterns: patterns).check(given[name] ?? .null) {
            case .success(let value): if !value.isNull { result[name] = value }
            case .failure(let problem): problems.append(NamedText(name, problem.text(in: language)))
            }
        }
        guard problems.isEmpty else { throw InvalidInput(fields: problems) }
        return ActionInput(values: result, fields: names)
    }
}
