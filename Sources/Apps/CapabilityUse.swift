import Permissions

/// A bridge call in an app's source that needs a capability.
struct CapabilityUse: Equatable {
    let capability: Capability.Name
    /// As the developer writes it, such as `chat:send`.
    let call: String
    let position: SourcePosition

    /// Whose `store` and `timers` are the bridge's.
    private static let owners: Set<String> = ["stoa", "app", "chat", "user"]

    /// All uses in the order of the source.
    ///
    /// Goes by names, as the guide writes them (`chat`, `message`, `press`, `store`, `timers`), and by the parameters of
    /// the handlers given to the SDK. It cannot see a call through another name; the bridge checks every call when it is
    /// made.
    static func all(in source: LuaSource) -> [CapabilityUse] {
        let locals = source.tokens.locals()
        return source.tokens.indices.compactMap { index in
            method(at: index, in: source) ?? area(at: index, in: source, locals: locals) ?? function(at: index, in: source)
        }
    }

    /// `chat:send(…)`, but not the definition `function chat:send(…)`.
    private static func method(at index: Int, in source: LuaSource) -> CapabilityUse? {
        let tokens = source.tokens
        guard let name = tokens.name(index), let token = tokens[index] else { return nil }
        // stoa.chat(id):send(…)
        if let receiver = BridgeReceiver.at(index, in: source), receiver.kind == .chat, receiver.text.hasSuffix("(…)"),
            let member = receiver.member(in: source), tokens.isCall(member.place + 1),
            let capability = BridgeSurface.methods[.chat]?[member.name]?.needs
        {
            return CapabilityUse(capability: capability, call: "\(receiver.text):\(member.name)", position: token.position)
        }
        guard tokens.isSymbol(index + 1, ":"), let method = tokens.name(index + 2), tokens.isCall(index + 3),
            !tokens.isKeyword(index - 1, "function"), let kind = kind(of: name, at: index, in: source),
            [.chat, .message, .press].contains(kind), let capability = BridgeSurface.methods[kind]?[method]?.needs
        else { return nil }
        return CapabilityUse(capability: capability, call: "\(name):\(method)", position: token.position)
    }

    /// `stoa.store`, `chat.store`, `stoa.timers` wherever they are read, and calls on a bare `store` or `timers`.
    private static func area(at index: Int, in source: LuaSource, locals: Set<String>) -> CapabilityUse? {
        let tokens = source.tokens
        guard let area = tokens.name(index), area == "store" || area == "timers", let token = tokens[index] else { return nil }
        let kind: BridgeSurface.Kind = area == "store" ? .store : .timers
        let capability: Capability.Name = area == "store" ? .store : .timers
        if tokens.isSymbol(index - 1, "."), let owner = tokens.name(index - 2), isOwner(owner, at: index - 2, in: source) {
            guard !tokens.isSymbol(index + 1, "=") else { return nil }
            let call = "\(owner).\(area)"
            return CapabilityUse(capability: capability, call: call, position: tokens[index - 2]?.position ?? token.position)
        }
        guard tokens.isSymbol(index + 1, ":", "."), let method = tokens.name(index + 2),
            BridgeSurface.methods[kind]?[method] != nil, tokens.isCall(index + 3), !tokens.isKeyword(index - 1, "function")
        else { return nil }
        // A local of that name was seen where it was made, if it was made of the bridge's.
        if tokens.isVariable(index), locals.contains(area) { return nil }
        let separator = tokens.isSymbol(index + 1, ":") ? ":" : "."
        return CapabilityUse(capability: capability, call: "\(area)\(separator)\(method)", position: token.position)
    }

    /// Tables whose functions need a capability.
    private static let tables: [BridgeSurface.Kind] = [.http, .identity, .location, .files, .contacts, .payments, .products]

    /// `stoa.http.fetch`, and `http.fetch` where `http` was made of `stoa.http`; the other tables likewise.
    private static func function(at index: Int, in source: LuaSource) -> CapabilityUse? {
        let tokens = source.tokens
        guard let token = tokens[index], token.kind == .name else { return nil }
        if let receiver = BridgeReceiver.at(index, in: source), tables.contains(receiver.kind) {
            guard let member = receiver.member(in: source),
                let needs = BridgeSurface.functions[receiver.kind]?[member.name]?.needs,
                !tokens.isSymbol(member.place + 1, "=")
            else { return nil }
            return CapabilityUse(capability: needs, call: "\(receiver.text).\(member.name)", position: token.position)
        }
        // Where the name stands for other things as well, a use is taken to be one.
        guard tokens.isVariable(index), tokens.isSymbol(index + 1, "."), let function = tokens.name(index + 2),
            tokens.isCall(index + 3)
        else { return nil }
        let kinds = (source.bindings[token.text] ?? []).compactMap { binding -> BridgeSurface.Kind? in
            guard case .local(let value?) = binding.form else { return nil }
            return BridgeReceiver.at(value, in: source)?.kind
        }
        guard let kind = kinds.first(where: tables.contains), let needs = BridgeSurface.functions[kind]?[function]?.needs
        else { return nil }
        return CapabilityUse(capability: needs, call: "\(token.text).\(function)", position: token.position)
    }

    private static func isOwner(_ name: String, at index: Int, in source: LuaSource) -> Bool {
        if let handler = source.handler(for: name, at: index), let kind = handler.parameters[name] {
            return kind.map { owners.contains($0.rawValue) } ?? false
        }
        return owners.contains(name) || source.moduleNames.contains(name)
    }

    /// What a name stands for there: what the innermost handler that has it as a parameter is given, else what it says.
    private static func kind(of name: String, at index: Int, in source: LuaSource) -> BridgeSurface.Kind? {
        if let handler = source.handler(for: name, at: index), let kind = handler.parameters[name] { return kind }
        return BridgeSurface.Kind(rawValue: name)
    }
}
