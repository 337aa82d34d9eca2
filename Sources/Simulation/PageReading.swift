import MiniApps
import Model
import Runtime
import Sandbox

/// A component that is shown, and those around it, the nearest last.
struct Spot {
    let node: Node
    let around: [Node]

    /// How near it stands to a text: how deep the innermost component around it is that says it; nil when it is nowhere.
    func nearness(to text: String) -> Int? {
        if node.says(text) { return around.count + 1 }
        return around.lastIndex { $0.says(text) }
    }
}

/// What a person reads on a page.
extension Node {
    /// All that is shown, in the order of the page; what is on another tab counts, too.
    var spots: [Spot] {
        var found: [Spot] = []
        collect(into: &found, around: [])
        return found
    }

    private func collect(into found: inout [Spot], around: [Node]) {
        guard props["hidden"] != .bool(true) else { return }
        found.append(Spot(node: self, around: around))
        for child in children { child.collect(into: &found, around: around + [self]) }
    }

    /// Whether a text in it, at any depth, contains this one.
    func says(_ text: String) -> Bool { saying(text) != nil }

    /// The first text in it that contains this one.
    func saying(_ text: String) -> String? {
        guard props["hidden"] != .bool(true) else { return nil }
        if let own = texts.first(where: { $0.contains(text) }) { return own }
        for child in children {
            if let found = child.saying(text) { return found }
        }
        return nil
    }

    private static let textProps = ["title", "text", "label", "alt", "caption", "placeholder", "submit", "footer"]

    /// What the component itself says.
    var texts: [String] {
        var texts = Self.textProps.compactMap { props[$0]?.stringValue }
        switch type {
        case "text": if props["markup"] == .bool(true), let text = texts.first { texts.append(Self.withoutMarkup(text)) }
        case "avatar": texts += [props["name"]?.stringValue].compactMap { $0 }
        case "money", "date": texts += [shownValue].compactMap { $0 }
        case "qr": texts += [props["value"]?.stringValue].compactMap { $0 }
        case "table":
            let rows = props["rows"]?.arrayValue ?? []
            texts += (props["columns"]?.arrayValue ?? []).compactMap { ($0["title"] ?? $0).stringValue }
            texts += rows.flatMap { $0.arrayValue ?? [] }.map(\.plainText).filter { !$0.isEmpty }
        case "map": texts += Self.each(props["markers"], "title")
        case "chart": texts += (props["labels"]?.arrayValue ?? []).compactMap(\.stringValue) + Self.each(props["series"], "title")
        case "select", "multi_select": texts += Self.each(props["options"], "label")
        default:
            if isInput, let value = props["value"], value.mapValue == nil, value.boolValue == nil {
                texts.append(value.plainText)
            }
        }
        return texts
    }

    private static func each(_ list: BridgeValue?, _ name: String) -> [String] {
        (list?.arrayValue ?? []).compactMap { $0[name]?.stringValue }
    }

    /// Of an amount or a time.
    var shownValue: String? {
        if type == "money", let amount = props["amount"]?.intValue, let code = props["currency"]?.stringValue {
            return (try? Currency(code)).map { Money(amount, $0).text } ?? "\(amount) \(code)"
        }
        guard type == "date", let at = props["at"]?.intValue else { return nil }
        let moment = CivilDate.timestamp(at)
        let (day, time) = (String(moment.prefix(10)), String(moment.dropFirst(11).prefix(5)))
        switch props["style"]?.stringValue {
        case "date": return day
        case "time": return time
        default: return "\(day) \(time)"
        }
    }

    /// `**bold**`, `*italic*`, `` `code` `` and `[label](https://…)` as they are shown.
    private static func withoutMarkup(_ text: String) -> String {
        var plain = ""
        var rest = text[...]
        while let first = rest.first {
            rest.removeFirst()
            if first == "*" || first == "`" { continue }
            if first == "[", let close = rest.firstIndex(of: "]"), rest[close...].hasPrefix("](https://"),
                let end = rest[close...].firstIndex(of: ")")
            {
                plain += withoutMarkup(String(rest[..<close]))
                rest = rest[rest.index(after: end)...]
            } else {
                plain.append(first)
            }
        }
        return plain
    }

    /// Whether something is put into it.
    var isInput: Bool { FieldRules.inputs.contains(type) }

    /// What a form's input holds before anything is put into it.
    var initialValue: BridgeValue {
        let value = props["value"]
        switch type {
        case "checkbox", "switch": return value ?? .bool(false)
        case "multi_select": return value ?? .array([])
        case "slider": return value ?? props["min"] ?? .int(0)
        case "stepper": return value ?? .int(max(0, props["min"]?.intValue ?? 0))
        default: return value ?? .null
        }
    }

    /// What is meant by a value for it: a choice can be named by what is shown of it.
    func meant(by value: BridgeValue) -> BridgeValue {
        let options = props["options"]?.arrayValue ?? []
        if type == "multi_select", case .array(let list) = value { return .array(list.map { Self.choice($0, of: options) }) }
        return type == "select" ? Self.choice(value, of: options) : value
    }

    private static func choice(_ value: BridgeValue, of options: [BridgeValue]) -> BridgeValue {
        if options.contains(where: { ($0["value"] ?? $0).isWorth(value) }) { return value }
        return options.first { $0["label"] == value }?["value"] ?? value
    }

    /// The inputs of a form that have a name.
    var fields: [Node] { spots.map(\.node).filter { $0.isInput && $0.props["name"]?.stringValue != nil } }
}

extension BridgeValue {
    /// Equal; of numbers, by their worth.
    func isWorth(_ other: BridgeValue) -> Bool {
        if let a = doubleValue, let b = other.doubleValue { return a == b }
        if let a = arrayValue, let b = other.arrayValue { return a.count == b.count && zip(a, b).allSatisfy { $0.isWorth($1) } }
        guard let a = mapValue, let b = other.mapValue else { return self == other }
        return a.count == b.count && a.entries.allSatisfy { entry in b[entry.key].map { entry.value.isWorth($0) } ?? false }
    }
}

/// Something on a page that can be pressed.
struct Pressable {
    enum Effect {
        case act(BridgeValue)
        case go(Device.Place)
        case leave(String)
        case submit(Node)
        case nothing
    }

    let spot: Spot
    /// What it can be called.
    let names: [String]
    let effect: Effect
    let isDisabled: Bool

    private init(_ spot: Spot, _ names: [String], _ effect: Effect, isDisabled: Bool = false) {
        self.spot = spot
        self.names = names
        self.effect = effect
        self.isDisabled = isDisabled
    }

    /// What can be pressed at a place: buttons, links, cards, a form's own button, a dialog's cross, a map's markers.
    static func all(at spot: Spot) -> [Pressable] {
        let node = spot.node
        let props = node.props
        switch node.type {
        case "button", "main_button", "link":
            let words = [props["text"], props["label"]].compactMap { $0?.stringValue }
            let names = words.isEmpty ? [props["icon"]?.stringValue].compactMap { $0 } : words
            return [Pressable(spot, names, effect(of: node), isDisabled: props["disabled"] == .bool(true))]
        case "card":
            if case .nothing = effect(of: node) { return [] }
            return [Pressable(spot, node.spots.flatMap(\.node.texts), effect(of: node))]
        case "form": return [Pressable(spot, [props["submit"]?.stringValue ?? "Send"], .submit(node))]
        case "dialog": return [Pressable(spot, ["Close"], props["on"].map { .act($0) } ?? .nothing)]
        case "map":
            return (props["markers"]?.arrayValue ?? []).compactMap { marker in
                guard let on = marker["on"], let title = marker["title"]?.stringValue else { return nil }
                return Pressable(spot, [title], .act(on))
            }
        default: return []
        }
    }

    private static func effect(of node: Node) -> Effect {
        if let on = node.props["on"] { return .act(on) }
        if let to = node.props["to"] { return .go(place(to)) }
        return node.props["url"]?.stringValue.map { .leave($0) } ?? .nothing
    }

    static func place(_ to: BridgeValue) -> Device.Place {
        let query = (to["query"]?.mapValue ?? BridgeMap()).entries.map { NamedText($0.key, $0.value.plainText) }
        return Device.Place(to["page"]?.stringValue ?? "home", query)
    }
}
