/// An object or table of the bridge as it is named at a place of the source, such as `chat.user.store`.
struct BridgeReceiver {
    /// How sure it is that the name stands for it.
    enum Certainty {
        /// A handler's parameter or the SDK's module, and nothing else by this name.
        case sure
        /// The guide's usual name, given to a function of the app's own.
        case usual
    }

    let kind: BridgeSurface.Kind
    let certainty: Certainty
    /// As it is written.
    let text: String
    /// Of its first and its last token.
    let range: ClosedRange<Int>

    /// What follows the receiver: `:` or `.` and a name.
    func member(in source: LuaSource) -> (separator: String, name: String, place: Int)? {
        let place = range.upperBound + 1
        guard source.tokens.isSymbol(place, ":", "."), let separator = source.tokens[place]?.text,
            let name = source.tokens.name(place + 1)
        else { return nil }
        return (separator, name, place + 1)
    }

    /// The receiver that begins with the variable at `index`, as long as its fields are known; nil when the name may stand
    /// for something else.
    static func at(_ index: Int, in source: LuaSource) -> BridgeReceiver? { at(index, in: source, depth: 0) }

    private static func at(_ index: Int, in source: LuaSource, depth: Int) -> BridgeReceiver? {
        let tokens = source.tokens
        guard let name = tokens.name(index), tokens.isVariable(index), !tokens.isKeyword(index - 1, "function"),
            let (start, certainty) = root(name, at: index, in: source, depth: depth)
        else { return nil }
        var kind = start
        var (text, last) = (name, index)
        while tokens.isSymbol(last + 1, "."), let field = tokens.name(last + 2) {
            // stoa.chat(id) is a chat.
            if kind == .stoa, field == "chat", let close = source.brackets[last + 3], tokens.isSymbol(last + 3, "(") {
                (kind, text, last) = (.chat, text + ".chat(…)", close)
                continue
            }
            guard let next = BridgeSurface.fields[kind]?[field], let next, !tokens.isSymbol(last + 3, "=") else { break }
            (kind, text, last) = (next, text + "." + field, last + 2)
        }
        return BridgeReceiver(kind: kind, certainty: certainty, text: text, range: index...last)
    }

    private static func root(
        _ name: String, at index: Int, in source: LuaSource, depth: Int
    ) -> (BridgeSurface.Kind, Certainty)? {
        let bindings = source.bindings[name] ?? []
        if source.moduleNames.contains(name) { return source.isModule(name) ? (.stoa, .sure) : nil }
        if let handler = source.handler(for: name, at: index), let kind = handler.parameters[name] {
            guard let kind, !handler.rebound.contains(name) else { return nil }
            return (kind, .sure)
        }
        // Made once in the file, of something known.
        if bindings.count == 1, case .local(let value?) = bindings[0].form, depth < 4,
            let made = at(value, in: source, depth: depth + 1), source.tokens.endsExpression(made.range.upperBound + 1)
        {
            return (made.kind, made.certainty)
        }
        let usual: [String: BridgeSurface.Kind] = [
            "chat": .chat, "message": .message, "press": .press, "store": .store, "timers": .timers,
            "ctx": .context,
        ]
        guard let kind = usual[name], source.isOnlyParameter(name) else { return nil }
        return (kind, .usual)
    }
}
