import Permissions

/// A bridge call in an app's source that needs a capability.
struct CapabilityUse: Equatable {
    let capability: Capability.Name
    /// As the developer writes it, such as `chat:send`.
    let call: String
    let position: SourcePosition

    private static let methods: [String: [String: Capability.Name]] = [
        "chat": [
            "send": .messagesSend, "reply": .messagesSend, "edit": .messagesSend, "delete": .messagesSend,
            "typing": .messagesSend, "ask": .messagesSend, "choose": .messagesSend,
            "after": .timers, "at": .timers, "every": .timers,
        ],
        "message": ["edit": .messagesSend, "delete": .messagesSend, "reply": .messagesSend],
        "press": ["answer": .messagesSend],
    ]
    private static let storeMethods: Set<String> = ["get", "put", "delete", "list", "increment"]
    private static let timerMethods: Set<String> = ["after", "at", "every", "cancel"]
    private static let owners: Set<String> = ["stoa", "app", "chat", "user"]

    /// All uses in the order of the source.
    ///
    /// Goes by names, as the guide writes them (`chat`, `message`, `press`, `store`, `timers`), and by the parameters of
    /// the handlers given to `stoa.command` and `stoa.on`. It cannot see a call through another name; the bridge checks
    /// every call when it is made.
    static func all(in tokens: LuaTokens) -> [CapabilityUse] {
        let handlers = handlers(in: tokens)
        let locals = tokens.locals()
        var uses: [CapabilityUse] = []
        for index in tokens.indices {
            let use =
                method(at: index, in: tokens, handlers: handlers)
                ?? area(at: index, in: tokens, handlers: handlers, locals: locals)
            if let use { uses.append(use) }
        }
        return uses
    }

    /// `chat:send(…)`, but not the definition `function chat:send(…)`.
    private static func method(at index: Int, in tokens: LuaTokens, handlers: [Handler]) -> CapabilityUse? {
        guard let name = tokens.name(index), tokens.isSymbol(index + 1, ":"), let method = tokens.name(index + 2),
            tokens.isCall(index + 3), !tokens.isKeyword(index - 1, "function"), let token = tokens[index]
        else { return nil }
        let kind = kind(of: name, at: index, handlers: handlers)
        guard let capability = methods[kind]?[method] else { return nil }
        return CapabilityUse(capability: capability, call: "\(name):\(method)", position: token.position)
    }

    /// `stoa.store`, `chat.store`, `stoa.timers` wherever they are read, and calls on a bare `store` or `timers`.
    private static func area(
        at index: Int, in tokens: LuaTokens, handlers: [Handler], locals: Set<String>
    ) -> CapabilityUse? {
        guard let area = tokens.name(index), area == "store" || area == "timers", let token = tokens[index] else { return nil }
        let capability: Capability.Name = area == "store" ? .store : .timers
        if tokens.isSymbol(index - 1, "."), let owner = tokens.name(index - 2),
            owners.contains(kind(of: owner, at: index - 2, handlers: handlers))
        {
            guard !tokens.isSymbol(index + 1, "=") else { return nil }
            let call = "\(owner).\(area)"
            return CapabilityUse(capability: capability, call: call, position: tokens[index - 2]?.position ?? token.position)
        }
        let known = area == "store" ? storeMethods : timerMethods
        guard tokens.isSymbol(index + 1, ":", "."), let method = tokens.name(index + 2), known.contains(method),
            tokens.isCall(index + 3), !tokens.isKeyword(index - 1, "function")
        else { return nil }
        // A local of that name was seen where it was made, if it was made of the bridge's.
        if tokens.isVariable(index), locals.contains(area) { return nil }
        let separator = tokens.isSymbol(index + 1, ":") ? ":" : "."
        return CapabilityUse(capability: capability, call: "\(area)\(separator)\(method)", position: token.position)
    }
}

extension CapabilityUse {
    /// A function given to the SDK, with what its parameters are: `chat`, `message`, `press`, `user`.
    private struct Handler {
        let body: Range<Int>
        let parameters: [String: String]
    }

    /// Calls in a file with more handlers than this are found by the usual names only: each handler costs time.
    private static let maxHandlers = 500

    /// What a name stands for there: what the innermost handler that has it as a parameter is given, else what it says.
    private static func kind(of name: String, at index: Int, handlers: [Handler]) -> String {
        handlers.last { $0.body.contains(index) && $0.parameters[name] != nil }?.parameters[name] ?? name
    }

    private static func handlers(in tokens: LuaTokens) -> [Handler] {
        let ends = tokens.functionEnds()
        var handlers: [Handler] = []
        for index in tokens.indices where handlers.count < maxHandlers {
            guard tokens.name(index) == "stoa", tokens.isSymbol(index + 1, "."), let call = tokens.name(index + 2),
                tokens.isSymbol(index + 3, "("), let subject = tokens[index + 4], subject.kind == .string,
                let given = parameters(of: call, subject: subject.text)
            else { continue }
            var place = index + 5
            while tokens.isSymbol(place, ",") || tokens[place]?.kind == .string { place += 1 }
            guard tokens.isKeyword(place, "function") else { continue }
            let kinds = zip(tokens.parameters(ofFunctionAt: place), given)
            handlers.append(
                Handler(
                    body: place..<(ends[place] ?? tokens.all.count),
                    parameters: Dictionary(kinds.map { ($0, $1) }, uniquingKeysWith: { first, _ in first })))
        }
        return handlers
    }

    /// What a handler is called with, `-` for values that have no calls; nil when the call takes no handler.
    private static func parameters(of call: String, subject: String) -> [String]? {
        switch (call, subject) {
        case ("command", _): ["chat", "-", "message"]
        case ("on", "message"): ["chat", "message"]
        case ("on", "press"), ("press", _): ["chat", "press"]
        case ("on", "member_joined"), ("on", "member_left"): ["chat", "user"]
        case ("on", _), ("timer", _): ["chat", "-"]
        default: nil
        }
    }
}
