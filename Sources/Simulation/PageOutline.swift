import MiniApps
import Sandbox

/// A page written down: a line for each component, those inside of it indented.
///
/// ```
/// page "Cart"
///   row
///     text "Tea"
///     money "300.00 RUB"
///     [button "Remove" on remove(7)]
///   form on save()
///     text_field "Your name" name = "Ann" (required)
///     [submit "Send"]
/// ```
struct PageOutline {
    private(set) var lines: [String] = []

    init(_ page: Node) { write(page, indent: 0) }

    var text: String { lines.joined(separator: "\n") }

    private mutating func write(_ node: Node, indent: Int) {
        guard node.props["hidden"] != .bool(true) else { return }
        let margin = String(repeating: "  ", count: indent)
        lines.append(margin + Self.line(node))
        switch node.type {
        case "table":
            for row in node.props["rows"]?.arrayValue ?? [] {
                lines.append(margin + "  " + (row.arrayValue ?? []).map(\.plainText).joined(separator: " | "))
            }
        case "map":
            for marker in node.props["markers"]?.arrayValue ?? [] {
                let title = Self.quoted(marker["title"]?.stringValue ?? "")
                lines.append(margin + "  " + (marker["on"].map { "[marker \(title) \(Self.action($0))]" } ?? "marker \(title)"))
            }
        default: break
        }
        for child in node.children { write(child, indent: indent + 1) }
        if node.type == "form" { lines.append(margin + "  [submit \(Self.quoted(node.props["submit"]?.stringValue ?? "Send"))]") }
    }

    private static let pressed: Set<String> = ["button", "main_button", "link", "card"]

    private static func line(_ node: Node) -> String {
        let props = node.props
        if node.type == "shape" { return shape(props) }
        var parts = [node.type]
        if node.type == "list" { parts.append(rows(of: node)) }
        parts += words(of: node)
        if node.isInput { parts += input(node) }
        if let on = props["on"] { parts.append(action(on)) }
        if let to = props["to"] { parts.append("to \(Pressable.place(to).text)") }
        if let url = props["url"]?.stringValue { parts.append("to \(url)") }
        if props["disabled"] == .bool(true) { parts.append("(disabled)") }
        if props["required"] == .bool(true) { parts.append("(required)") }
        let line = parts.filter { !$0.isEmpty }.joined(separator: " ")
        let isPressed = pressed.contains(node.type) && (props["on"] ?? props["to"] ?? props["url"]) != nil
        return isPressed ? "[\(line)]" : line
    }

    private static func rows(of node: Node) -> String {
        let (count, from) = (node.props["count"]?.intValue ?? 0, node.props["from"]?.intValue ?? 0)
        let shown = Int64(node.children.count)
        let rows = shown == count ? (count == 1 ? "1 row" : "\(count) rows") : "rows \(from + 1) to \(from + shown) of \(count)"
        let name = node.key?.plainText ?? ""
        return (name == "list" ? "" : quoted(name) + " ") + "(\(rows))"
    }

    private static func words(of node: Node) -> [String] {
        let props = node.props
        var texts = ["title", "text", "label", "alt", "caption"].compactMap { props[$0]?.stringValue }
        switch node.type {
        case "avatar": texts += [props["name"]?.stringValue].compactMap { $0 }
        case "money", "date": texts += [node.shownValue].compactMap { $0 }
        case "qr": texts += [props["value"]?.stringValue].compactMap { $0 }
        case "icon": texts.append(props["name"]?.stringValue ?? "")
        case "table":
            return texts.map(quoted) + [
                (props["columns"]?.arrayValue ?? []).map { ($0["title"] ?? $0).plainText }.joined(separator: " | ")
            ]
        case "progress": return texts.map(quoted) + [props["value"]?.plainText ?? "(busy)"]
        case "chart":
            let series = (props["series"]?.arrayValue ?? []).map { series in
                let values = (series["values"]?.arrayValue ?? []).map(\.plainText).joined(separator: ", ")
                return "\(quoted(series["title"]?.stringValue ?? "")) \(values)"
            }
            return texts.map(quoted) + [props["kind"]?.stringValue ?? ""] + series
        case "button", "main_button": if texts.isEmpty { texts += [props["icon"]?.stringValue].compactMap { $0 } }
        case "section": return texts.map(quoted) + (props["footer"]?.stringValue.map { ["footer " + quoted($0)] } ?? [])
        default: break
        }
        return texts.map(quoted)
    }

    private static func input(_ node: Node) -> [String] {
        var parts: [String] = []
        let value = node.props["value"].map(literal)
        if let name = node.props["name"]?.stringValue {
            parts.append("\(name) = \(value ?? literal(node.initialValue))")
        } else if let value {
            parts.append("= \(value)")
        }
        if let options = node.props["options"]?.arrayValue {
            parts.append("of " + options.map { literal($0["value"] ?? $0) }.joined(separator: ", "))
        }
        return parts
    }

    private static func shape(_ shape: BridgeMap) -> String {
        let id = shape["id"].map { " \($0.plainText)" } ?? ""
        let places = ["x", "y", "x2", "y2"].compactMap { name in shape[name].map { "\(name) = \($0.plainText)" } }
        let text = shape["text"]?.stringValue.map { " " + quoted($0) } ?? ""
        return "\(shape["kind"]?.stringValue ?? "shape")\(id)\(text) \(places.joined(separator: ", "))"
    }

    /// `on remove(7)`.
    static func action(_ on: BridgeValue) -> String { "on \(call(on))" }

    /// `remove(7)`.
    static func call(_ on: BridgeValue) -> String {
        let list = on.arrayValue ?? []
        return "\(list.first?.stringValue ?? "")(\(list.dropFirst().map(literal).joined(separator: ", ")))"
    }

    static func literal(_ value: BridgeValue) -> String {
        if case .string(let text) = value { return quoted(text) }
        return value.plainText
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n") + "\""
    }
}
