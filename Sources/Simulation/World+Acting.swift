import Messaging
import MiniApps
import Model
import Sandbox

/// What a person does with the components of a page that is open.
extension World {
    private func fail(_ what: String, _ number: Int64) -> StoaError {
        var lines = ((try? printed(number)) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        if lines.count > 120 { lines = lines.prefix(120) + ["… and \(lines.count - 120) lines more"] }
        return StoaError(.badRequest, "\(what) The page:\n\(lines.joined(separator: "\n"))")
    }

    /// The components of a type that have these props; `key` is the component's own.
    func find(_ number: Int64, _ type: String, _ props: BridgeMap) throws -> [Node] {
        try page(number).tree.spots.map(\.node).filter { node in
            node.type == type
                && props.entries.allSatisfy { entry in
                    let found = entry.key == "key" ? node.key : node.props[entry.key]
                    let isKey = entry.key == "key" && found?.plainText == entry.value.plainText
                    return isKey || (found ?? .bool(false)).isWorth(entry.value)
                }
        }
    }

    /// - Parameter near: of several with that name the one which stands nearest to this text.
    func press(_ number: Int64, _ name: String, near: String?) async throws {
        let (device, _, tree) = try page(number)
        let named = tree.spots.flatMap(Pressable.all).filter { $0.names.contains(name) }
        let enabled = named.filter { !$0.isDisabled }
        guard !enabled.isEmpty else {
            throw fail(named.isEmpty ? "Nothing that can be pressed is named \"\(name)\"." : "\"\(name)\" is disabled.", number)
        }
        var meant = enabled[0]
        if let near {
            let nearest = enabled.compactMap { one in one.spot.nearness(to: near).map { (one, $0) } }.max { $0.1 < $1.1 }
            guard let nearest else { throw fail("No \"\(name)\" stands near \"\(near)\".", number) }
            meant = nearest.0
        }
        let what = "presses \"\(name)\"" + (near.map { " near \"\($0)\"" } ?? "")
        switch meant.effect {
        case .act(let on): try await act(number, on, what: what)
        case .go(let place): try await go(number, to: place)
        case .leave(let url): record.note("\(device.person.name) leaves for \(url)")
        case .submit(let form): try await submit(number, form, BridgeMap())
        case .nothing: throw fail("\"\(name)\" does nothing.", number)
        }
    }

    /// Fills in the first form, or the first one whose button says so, and sends it.
    func fill(_ number: Int64, _ values: BridgeMap, submit name: String?) async throws {
        let (_, _, tree) = try page(number)
        let forms = tree.spots.map(\.node).filter { $0.type == "form" }
        guard let form = forms.first(where: { name == nil || ($0.props["submit"]?.stringValue ?? "Send") == name }) else {
            throw fail(name.map { "There is no form with the button \"\($0)\"." } ?? "There is no form.", number)
        }
        try await submit(number, form, values)
    }

    private func submit(_ number: Int64, _ form: Node, _ given: BridgeMap) async throws {
        let (device, page, _) = try page(number)
        let fields = form.fields
        for entry in given.entries where !fields.contains(where: { $0.props["name"]?.stringValue == entry.key }) {
            throw fail("The form has no field named \"\(entry.key)\".", number)
        }
        var values = BridgeMap()
        var said: [String] = []
        for field in fields {
            guard let name = field.props["name"]?.stringValue else { continue }
            let before = field.props["value"]
            var value = page.typed(name, instead: before) ?? field.initialValue
            if let typed = given[name] {
                said.append("\(name) = \(PageOutline.literal(typed))")
                value = try await files(field.meant(by: typed), in: field, of: device.person)
                device.update(number) { [value] in $0.types(name, value, instead: before) }
            }
            if !value.isNull { values[name] = value }
        }
        guard let on = form.props["on"] else { throw fail("The form does nothing.", number) }
        let button = PageOutline.literal(form.props["submit"] ?? "Send")
        let what = said.isEmpty ? "presses \(button)" : "fills in \(said.sorted().joined(separator: ", ")) and presses \(button)"
        try await act(number, on, ActionInput(values: values), what: what)
    }

    /// Files that a test gives with their content are uploaded first.
    private func files(_ value: BridgeValue, in field: Node, of person: Account) async throws -> BridgeValue {
        guard field.type == "file_field" || field.type == "photo_field", let list = value.arrayValue else { return value }
        var ids: [BridgeValue] = []
        for file in list {
            guard let content = file["content"]?.bytesValue else {
                ids.append(file)
                continue
            }
            let stored = try await self.file(file["name"]?.stringValue ?? "file", content, of: person)
            ids.append(.int(stored.id.value))
        }
        return .array(ids)
    }

    /// Changes an input that does an action, by its name, its label or what stands in it while it is empty.
    func set(_ number: Int64, _ name: String, to value: BridgeValue) async throws {
        let (device, _, tree) = try page(number)
        let inputs = tree.spots.map(\.node).filter(\.isInput)
        let named = inputs.filter { node in
            ["name", "label", "placeholder"].contains { node.props[$0]?.stringValue == name }
        }
        guard let input = named.first(where: { $0.props["on"] != nil }), let on = input.props["on"] else {
            let why = named.isEmpty ? "No input is named \"\(name)\"." : "\"\(name)\" does nothing by itself; fill in its form."
            throw fail(why, number)
        }
        let meant = input.meant(by: value)
        if let field = input.props["name"]?.stringValue {
            device.update(number) { $0.types(field, meant, instead: input.props["value"]) }
        }
        try await act(
            number, on, ActionInput(value: meant), what: "sets \"\(name)\" to \(PageOutline.literal(value))")
    }

    func tap(_ number: Int64, _ x: BridgeValue, _ y: BridgeValue, shape: BridgeValue) async throws {
        let (_, _, tree) = try page(number)
        guard let canvas = tree.spots.map(\.node).first(where: { $0.type == "canvas" }) else {
            throw fail("There is no canvas.", number)
        }
        guard let on = canvas.props["on"] else { throw fail("The canvas does nothing when it is tapped.", number) }
        let shapes = canvas.children.compactMap { $0.props["id"] }
        guard shape.isNull || shapes.contains(where: { $0.isWorth(shape) }) else {
            throw fail("The canvas has no shape \(PageOutline.literal(shape)).", number)
        }
        var place: BridgeMap = ["x": x, "y": y]
        if let id = shapes.first(where: { $0.isWorth(shape) }) { place["shape"] = id }
        let what = "taps \(x.plainText), \(y.plainText)" + (shape.isNull ? "" : " on \(PageOutline.literal(shape))")
        try await act(number, on, ActionInput(value: .map(place)), what: what)
    }
}
