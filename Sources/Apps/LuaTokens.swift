/// Lua tokens with the questions that the checks ask of them. Outside of the list every question answers no.
struct LuaTokens {
    let all: [LuaToken]

    init(source: [UInt8]) { all = LuaLexer.tokens(of: source) }

    subscript(index: Int) -> LuaToken? { all.indices.contains(index) ? all[index] : nil }

    var indices: Range<Int> { all.indices }

    func name(_ index: Int) -> String? { self[index].flatMap { $0.kind == .name ? $0.text : nil } }

    func isSymbol(_ index: Int, _ symbols: String...) -> Bool {
        self[index].map { $0.kind == .symbol && symbols.contains($0.text) } ?? false
    }

    func isKeyword(_ index: Int, _ keyword: String) -> Bool { self[index]?.isKeyword(keyword) ?? false }

    /// `( … )`, `"…"` or `{ … }` begins there: what stands before is called.
    func isCall(_ index: Int) -> Bool { isSymbol(index, "(", "{") || self[index]?.kind == .string }

    /// The name stands on its own, and is not a field, a method, a table's key, a label or a goto's target.
    func isVariable(_ index: Int) -> Bool {
        guard name(index) != nil, !isSymbol(index - 1, ".", ":", "::"), !isKeyword(index - 1, "goto") else { return false }
        return !(isSymbol(index + 1, "=") && isSymbol(index - 1, "{", ",", ";"))
    }

    /// For each keyword `function` the place of its `end`; none for one that does not end.
    func functionEnds() -> [Int: Int] {
        var ends: [Int: Int] = [:]
        var open: [Int] = []
        for place in indices where all[place].kind == .keyword {
            switch all[place].text {
            case "function", "do", "if", "repeat": open.append(place)
            case "end", "until":
                if let start = open.popLast(), all[start].text == "function" { ends[start] = place }
            default: break
            }
        }
        return ends
    }

    /// The parameters of the function whose keyword stands there.
    func parameters(ofFunctionAt index: Int) -> [String] {
        var place = index + 1
        while let token = self[place], !token.isSymbol("(") {
            guard token.kind == .name || token.isSymbol(".") || token.isSymbol(":") else { return [] }
            place += 1
        }
        var names: [String] = []
        place += 1
        while let name = name(place) {
            names.append(name)
            guard isSymbol(place + 1, ",") else { break }
            place += 2
        }
        return names
    }

    /// Names that the file makes its own as locals, parameters or loop variables.
    ///
    /// Scopes are not told apart: what is local anywhere is taken to be local everywhere, so that a check is silent
    /// rather than wrong.
    func locals() -> Set<String> {
        var locals: Set<String> = []
        for index in indices where all[index].kind == .keyword {
            switch all[index].text {
            case "function": locals.formUnion(parameters(ofFunctionAt: index))
            case "local" where isKeyword(index + 1, "function"): locals.formUnion(nameList(from: index + 2))
            case "local", "for": locals.formUnion(nameList(from: index + 1))
            default: break
            }
        }
        return locals
    }

    /// The names of `a <const>, b`.
    private func nameList(from start: Int) -> [String] {
        var names: [String] = []
        var place = start
        while let name = name(place) {
            names.append(name)
            place += 1
            if isSymbol(place, "<") { place += 3 }
            guard isSymbol(place, ",") else { break }
            place += 1
        }
        return names
    }
}
