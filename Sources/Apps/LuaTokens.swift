/// Lua tokens with the questions that the checks ask of them. Outside of the list every question answers no.
struct LuaTokens {
    let all: [LuaToken]

    init(source: [UInt8]) { all = LuaLexer.tokens(of: source) }

    subscript(index: Int) -> LuaToken? { all.indices.contains(index) ? all[index] : nil }

    var indices: Range<Int> { all.indices }

    func name(_ index: Int) -> String? { self[index].flatMap { $0.kind == .name ? $0.text : nil } }

    func string(_ index: Int) -> String? { self[index].flatMap { $0.kind == .string ? $0.text : nil } }

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

    /// For each `function`, `do`, `if` and `repeat` the place of its `end` or `until`; none for one that does not end.
    func blockEnds() -> [Int: Int] {
        var ends: [Int: Int] = [:]
        var open: [Int] = []
        for place in indices where all[place].kind == .keyword {
            switch all[place].text {
            case "function", "do", "if", "repeat": open.append(place)
            case "end", "until":
                if let start = open.popLast() { ends[start] = place }
            default: break
            }
        }
        return ends
    }

    /// For each `(`, `[` and `{` the place of its closing one; none where brackets are crossed or missing.
    func brackets() -> [Int: Int] {
        let closing = ["(": ")", "[": "]", "{": "}"]
        var pairs: [Int: Int] = [:]
        var open: [Int] = []
        for place in indices where all[place].kind == .symbol {
            let text = all[place].text
            if closing[text] != nil {
                open.append(place)
            } else if text == ")" || text == "]" || text == "}" {
                guard let start = open.popLast(), closing[all[start].text] == text else {
                    open = []
                    continue
                }
                pairs[start] = place
            }
        }
        return pairs
    }

    /// The module that `require "…"` or `require("…")` names there, when that is the whole expression.
    func requiredModule(at place: Int) -> String? {
        guard name(place) == "require" else { return nil }
        let isBracketed = isSymbol(place + 1, "(")
        let subject = isBracketed ? place + 2 : place + 1
        guard let token = self[subject], token.kind == .string, !isBracketed || isSymbol(subject + 1, ")") else { return nil }
        return endsExpression(isBracketed ? subject + 2 : subject + 1) ? token.text : nil
    }

    /// What stands there cannot go on with the expression before it.
    func endsExpression(_ place: Int) -> Bool {
        guard let token = self[place] else { return true }
        return switch token.kind {
        case .symbol: [",", ";", ")", "}", "]", "::"].contains(token.text)
        case .keyword: token.text != "and" && token.text != "or"
        case .name, .number: true
        case .string: false
        }
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
            case "local" where isKeyword(index + 1, "function"): locals.formUnion(nameList(from: index + 2).names.map(\.name))
            case "local", "for": locals.formUnion(nameList(from: index + 1).names.map(\.name))
            default: break
            }
        }
        return locals
    }
}
