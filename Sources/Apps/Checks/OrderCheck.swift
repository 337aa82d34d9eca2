/// Loops over `pairs` whose order reaches the bridge: a turn that is run again may then do something else than before.
enum OrderCheck {
    /// Loops beyond this number in a file are not looked at: nested ones would cost the square of their number.
    private static let maxLoops = 500

    static func all(in source: LuaSource) -> [Diagnostic] {
        let tokens = source.tokens
        // The app's own pairs may well keep an order.
        guard isLuas("pairs", in: source), isLuas("next", in: source) else { return [] }
        let loops = tokens.indices.lazy.compactMap { loop(at: $0, in: source) }.prefix(maxLoops)
        guard !loops.isEmpty else { return [] }
        let direct = directCalls(in: source)
        let functions = orderedFunctions(in: source, direct: direct)
        return loops.compactMap { loop in
            guard let call = firstCall(in: loop.body, of: source, direct: direct, functions: functions) else { return nil }
            return Diagnostic(
                .warning, file: source.path, at: tokens[loop.iterator]?.position,
                "\(tokens[loop.iterator]?.text ?? "pairs") gives no fixed order, and the loop calls \(call): a turn that is run "
                    + "again may do it in another order",
                hint: "collect the keys in a list, table.sort it, and go over it with ipairs")
        }
    }

    private static func isLuas(_ name: String, in source: LuaSource) -> Bool {
        (source.bindings[name] ?? []).allSatisfy { binding in
            guard case .local(let value?) = binding.form else { return false }
            return source.tokens.name(value) == name && source.tokens.endsExpression(value + 1)
        }
    }

    /// `for … in pairs(t) do` or `for … in next, t do`.
    private static func loop(at index: Int, in source: LuaSource) -> (iterator: Int, body: Range<Int>)? {
        let tokens = source.tokens
        guard tokens.isKeyword(index, "for") else { return nil }
        let iterator = tokens.nameList(from: index + 1).end + 1
        guard tokens.isKeyword(iterator - 1, "in") else { return nil }
        var place: Int
        if tokens.name(iterator) == "pairs", let close = source.brackets[iterator + 1] {
            place = close + 1
        } else if tokens.name(iterator) == "next", tokens.isSymbol(iterator + 1, ",") {
            place = iterator + 2
            while place < iterator + 24, let token = tokens[place], token.kind != .keyword || token.text == "nil" {
                place = (source.brackets[place] ?? place) + 1
            }
        } else {
            return nil
        }
        guard tokens.isKeyword(place, "do"), let end = source.blockEnds[place] else { return nil }
        return (iterator, (place + 1)..<end)
    }

    /// The calls of the bridge whose order counts, by the place of their first token.
    private static func directCalls(in source: LuaSource) -> [Int: String] {
        let tokens = source.tokens
        var calls: [Int: String] = [:]
        for index in tokens.indices {
            guard let receiver = BridgeReceiver.at(index, in: source), let member = receiver.member(in: source) else { continue }
            let isObject = BridgeSurface.isObject(receiver.kind)
            let known = (isObject ? BridgeSurface.methods : BridgeSurface.functions)[receiver.kind]?[member.name]
            guard let known, known.isOrdered else { continue }
            let isProtected = tokens.name(index - 2) == "pcall" && tokens.isSymbol(index - 1, "(")
            if tokens.isCall(member.place + 1) || isObject && isProtected {
                calls[index] = "\(receiver.text)\(isObject ? ":" : ".")\(member.name)"
            }
        }
        return calls
    }

    private static func firstCall(
        in range: Range<Int>, of source: LuaSource, direct: [Int: String], functions: [String: String]
    ) -> String? {
        let tokens = source.tokens
        var place = range.lowerBound
        while place < range.upperBound {
            defer { place += 1 }
            // What is defined there is not called there.
            if tokens.isKeyword(place, "function"), let end = source.blockEnds[place] {
                place = end
                continue
            }
            // With return the loop ends, so nothing comes after it.
            if tokens.isKeyword(place - 1, "return") { continue }
            if let call = direct[place] { return call }
            if let (name, last) = functionName(at: place, in: tokens), let call = functions[name], tokens.isCall(last + 1) {
                return "\(name), which calls \(call.split(separator: ",").first ?? "the bridge")"
            }
        }
        return nil
    }

    /// The file's own functions that reach such a call, each with the call: `show`, `cart.save`. Only those whose name
    /// stands for one thing in the file.
    private static func orderedFunctions(in source: LuaSource, direct: [Int: String]) -> [String: String] {
        let tokens = source.tokens
        var bodies: [String: [Range<Int>]] = [:]
        for place in tokens.indices where tokens.isKeyword(place, "function") {
            guard let end = source.blockEnds[place] else { continue }
            if let (name, last) = functionName(at: place + 1, in: tokens), tokens.isSymbol(last + 1, "(") {
                bodies[name, default: []].append(last..<end)
            } else if tokens.isSymbol(place - 1, "="), let name = tokens.name(place - 2), tokens.isKeyword(place - 3, "local") {
                bodies[name, default: []].append(place..<end)
            }
        }
        let single = bodies.filter { name, found in
            found.count == 1 && (name.contains(".") || name.contains(":") || source.bindings[name]?.count == 1)
        }
        var ordered: [String: String] = [:]
        // Each round follows the calls one step further; more steps than this nobody reads either.
        for _ in 0..<8 {
            let before = ordered.count
            for (name, found) in single.sorted(by: { $0.key < $1.key }) where ordered[name] == nil {
                ordered[name] = firstCallAnywhere(in: found[0], of: source, direct: direct, functions: ordered)
            }
            if ordered.count == before { break }
        }
        return ordered
    }

    /// As ``firstCall(in:of:direct:functions:)``, where a call behind `return` counts as well.
    private static func firstCallAnywhere(
        in range: Range<Int>, of source: LuaSource, direct: [Int: String], functions: [String: String]
    ) -> String? {
        let tokens = source.tokens
        var place = range.lowerBound + 1
        while place < range.upperBound {
            if tokens.isKeyword(place, "function"), let end = source.blockEnds[place] {
                place = end
            } else if let call = direct[place] {
                return call
            } else if let (name, last) = functionName(at: place, in: tokens), let call = functions[name], tokens.isCall(last + 1)
            {
                return call
            }
            place += 1
        }
        return nil
    }

    /// `f`, `m.f` or `m:f` with the place of its last token.
    private static func functionName(at place: Int, in tokens: LuaTokens) -> (name: String, last: Int)? {
        guard let name = tokens.name(place), !tokens.isSymbol(place - 1, ".", ":") else { return nil }
        guard tokens.isSymbol(place + 1, ".", ":"), let separator = tokens[place + 1]?.text, let member = tokens.name(place + 2)
        else { return (name, place) }
        return ("\(name)\(separator)\(member)", place + 2)
    }
}
