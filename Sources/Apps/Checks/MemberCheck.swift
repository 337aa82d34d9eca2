/// Calls that the bridge does not have (`chat:sned`), and calls with the wrong one of dot and colon.
enum MemberCheck {
    /// - Parameter defined: names that the app itself gives to fields or methods anywhere. It may have put one of them into
    ///   an object of the bridge, or its own object may go by a usual name.
    static func all(in source: LuaSource, defined: Set<String>) -> [Diagnostic] {
        source.tokens.indices.compactMap { index in
            guard let receiver = BridgeReceiver.at(index, in: source), let member = receiver.member(in: source) else {
                return nil
            }
            return BridgeSurface.isObject(receiver.kind)
                ? method(member.separator, member.name, at: member.place, of: receiver, in: source, defined: defined)
                : function(member.separator, member.name, at: member.place, of: receiver, in: source, defined: defined)
        }
    }

    /// Names that the app gives to fields and methods of its own.
    static func definedNames(in tokens: LuaTokens) -> Set<String> {
        var names: Set<String> = []
        for index in tokens.indices {
            guard let name = tokens.name(index) ?? tokens.string(index) else { continue }
            let isField = tokens.isSymbol(index - 1, ".", "{", ",", ";", "[")
            if isField, tokens.isSymbol(index + 1, "=") || tokens.isSymbol(index + 1, "]") && tokens.isSymbol(index + 2, "=") {
                names.insert(name)
            } else if tokens.isSymbol(index - 1, ".", ":"), tokens.isSymbol(index + 1, "("),
                tokens.isKeyword(index - 3, "function")
            {
                names.insert(name)
            }
        }
        return names
    }

    private static func method(
        _ separator: String, _ name: String, at place: Int, of receiver: BridgeReceiver, in source: LuaSource,
        defined: Set<String>
    ) -> Diagnostic? {
        guard source.tokens.isCall(place + 1) else { return nil }
        let methods = BridgeSurface.methods[receiver.kind] ?? [:]
        if let method = methods[name] {
            guard separator == ".", lacksSelf(method, callAt: place + 1, receiver, in: source) else { return nil }
            return problem(
                "\(receiver.text).\(name) is called with a dot", at: place - 1, receiver, in: source,
                hint: "write \(receiver.text):\(name)(…): the colon hands over what it is called on")
        }
        guard !defined.contains(name) else { return nil }
        let near = NearMatch.of(name, in: methods.keys.sorted())
        if receiver.certainty == .usual, near == nil || isOfStrings(name) { return nil }
        return problem(
            "there is no \(receiver.text):\(name)", at: place, receiver, in: source,
            hint: hint(near.map { "\(receiver.text):\($0)" } ?? elsewhere(name, receiver), methods, of: receiver))
    }

    private static func function(
        _ separator: String, _ name: String, at place: Int, of receiver: BridgeReceiver, in source: LuaSource,
        defined: Set<String>
    ) -> Diagnostic? {
        guard let functions = BridgeSurface.functions[receiver.kind] else { return nil }
        let tokens = source.tokens
        let fields = BridgeSurface.fields[receiver.kind] ?? [:]
        if functions[name] != nil {
            guard separator == ":", tokens.isCall(place + 1) else { return nil }
            return problem(
                "\(receiver.text):\(name) is called with a colon", at: place - 1, receiver, in: source,
                hint: "write \(receiver.text).\(name)(…): it is a function, not a method")
        }
        // What is only read may be a question whether it is there.
        let isUsed = tokens.isCall(place + 1) || tokens.isSymbol(place + 1, ".", ":", "[")
        guard fields[name] == nil, isUsed, !defined.contains(name) else { return nil }
        let near = NearMatch.of(name, in: (Array(functions.keys) + Array(fields.keys)).sorted())
        return problem(
            "there is no \(receiver.text).\(name)", at: place, receiver, in: source,
            hint: hint(
                near.map { "\(receiver.text).\($0)" } ?? elsewhere(name, receiver),
                functions.merging(fields.mapValues { _ in .init() }) { a, _ in a }, of: receiver))
    }

    /// A call with a dot that cannot work, since its first argument cannot be the object.
    private static func lacksSelf(
        _ method: BridgeSurface.Method, callAt place: Int, _ receiver: BridgeReceiver, in source: LuaSource
    ) -> Bool {
        let tokens = source.tokens
        guard tokens.isSymbol(place, "(") else { return true }
        guard let arguments = source.arguments(ofCallAt: place) else { return false }
        guard let first = arguments.first, let token = tokens[first.lowerBound] else { return true }
        switch token.kind {
        case .string, .number: return true
        case .symbol: return token.text == "{"
        case .keyword: if token.text != "not" { return true }
        case .name: break
        }
        // One argument, where the object and another are needed; f(…) may give several.
        return arguments.count == 1 && method.arguments >= 1 && first.count == 1
    }

    private static func problem(
        _ message: String, at place: Int, _ receiver: BridgeReceiver, in source: LuaSource, hint: String
    ) -> Diagnostic {
        Diagnostic(
            receiver.certainty == .sure ? .error : .warning, file: source.path, at: source.tokens[place]?.position, message,
            hint: hint)
    }

    private static func hint(
        _ suggestion: String?, _ members: [String: BridgeSurface.Method], of receiver: BridgeReceiver
    ) -> String {
        if let suggestion { return "did you mean \(suggestion)?" }
        if members.isEmpty { return "\(receiver.text) has fields and no calls" }
        return "it has: \(members.keys.sorted().joined(separator: ", "))"
    }

    /// Where else there is a call of exactly this name.
    private static func elsewhere(_ name: String, _ receiver: BridgeReceiver) -> String? {
        for (field, kind) in (BridgeSurface.fields[receiver.kind] ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let kind else { continue }
            if BridgeSurface.methods[kind]?[name] != nil { return "\(receiver.text).\(field):\(name)" }
            if BridgeSurface.functions[kind]?[name] != nil { return "\(receiver.text).\(field).\(name)" }
        }
        if BridgeSurface.methods[.chat]?[name] != nil { return "chat:\(name)" }
        return nil
    }

    /// A text may go by a usual name such as `message`.
    private static func isOfStrings(_ name: String) -> Bool {
        [
            "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub", "upper", "pack",
            "packsize", "unpack",
        ].contains(name)
    }
}
