package import Model
package import Sandbox

/// A component of a page, as the app declares it and the client draws it. See `sdk-docs/mini-apps.md` for the types and props.
package struct Node: Sendable, Equatable {
    package let type: String
    /// A text or an integer: what it is known by among its siblings, wherever it stands.
    package let key: BridgeValue?
    package let props: BridgeMap
    package let children: [Node]

    package init(type: String, key: BridgeValue? = nil, props: BridgeMap = [:], children: [Node] = []) {
        self.type = type
        self.key = key
        self.props = props
        self.children = children
    }

    /// Reads what crossed the bridge: `{t, k?, p?, n?}`. The SDK checks the props; this checks the shape, since the code in the
    /// sandbox may be anything.
    /// - Throws: ``StoaError/Code/appFailed``.
    package init(_ value: BridgeValue) throws(StoaError) {
        guard case .map(let map) = value, let type = map["t"]?.stringValue, type.utf8.count <= 32 else {
            throw Self.malformed("a component is a table with its type")
        }
        self.type = type
        switch map["k"] {
        case nil, .null?: key = nil
        case .string(let text)? where text.utf8.count <= 256: key = .string(text)
        case .int(let number)?: key = .int(number)
        default: throw Self.malformed("the key of a \(type) must be a text of at most 256 bytes or an integer")
        }
        guard let props = (map["p"] ?? .null).isNull ? BridgeMap() : map["p"]?.mapValue else {
            throw Self.malformed("the props of a \(type) are no table")
        }
        guard props.count <= Self.maxProps else { throw Self.malformed("a \(type) has more than \(Self.maxProps) props") }
        // What is hidden is kept on the server: its place alone is told.
        guard props["hidden"] != .bool(true) else {
            self.props = ["hidden": true]
            children = []
            return
        }
        self.props = props
        guard let children = (map["n"] ?? .null).isNull ? [] : map["n"]?.arrayValue else {
            throw Self.malformed("the children of a \(type) are no list")
        }
        var nodes: [Node] = []
        nodes.reserveCapacity(children.count)
        for child in children { nodes.append(try Node(child)) }
        self.children = nodes
    }

    private static let maxProps = 64

    /// About how many bytes the tree takes as JSON, in which some characters take six.
    var bytes: Int {
        (key?.jsonBytes ?? 0) + BridgeValue.map(props).jsonBytes + children.reduce(24) { $0 + $1.bytes }
    }

    private static func malformed(_ what: String) -> StoaError {
        StoaError(.appFailed, "The page could not be drawn: \(what).")
    }

    /// The first node, this one included, that `isIt` is true of; parents before children.
    package func first(where isIt: (Node) -> Bool) -> Node? {
        if isIt(self) { return self }
        for child in children {
            if let found = child.first(where: isIt) { return found }
        }
        return nil
    }

    /// Calls `body` with this node and all below it.
    package func forEach(_ body: (Node) -> Void) {
        body(self)
        for child in children { child.forEach(body) }
    }
}

extension BridgeValue {
    fileprivate var jsonBytes: Int {
        func text(_ utf8: some Sequence<UInt8>) -> Int {
            utf8.reduce(3) { $0 + ($1 < 0x20 ? 6 : $1 == UInt8(ascii: "\"") || $1 == UInt8(ascii: "\\") ? 2 : 1) }
        }
        switch self {
        case .null, .bool: return 6
        case .int, .double: return 20
        case .string(let value): return text(value.utf8)
        // What is no text is written with replacement characters.
        case .bytes(let bytes): return bytes.count * 3
        case .array(let values): return values.reduce(2) { $0 + $1.jsonBytes }
        case .map(let map): return map.entries.reduce(2) { $0 + text($1.key.utf8) + $1.value.jsonBytes }
        }
    }
}
