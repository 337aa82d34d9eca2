extension LuaTokens {
    /// Where names get values in this file, in order. Scopes are not told apart.
    func bindings() -> [String: [LuaSource.Binding]] {
        var bindings: [String: [LuaSource.Binding]] = [:]
        func bind(_ name: String, _ place: Int, _ form: LuaSource.Binding.Form) {
            bindings[name, default: []].append(LuaSource.Binding(place: place, form: form))
        }
        // What is open there: in a table's braces `a = 1` makes a field.
        var open: [String] = []
        for index in indices {
            let token = all[index]
            switch token.text {
            case "{", "(", "[": if token.kind == .symbol { open.append(token.text) }
            case "}", ")", "]": if token.kind == .symbol { _ = open.popLast() }
            case "function", "do", "if", "repeat": if token.kind == .keyword { open.append(token.text) }
            case "end", "until": if token.kind == .keyword { _ = open.popLast() }
            default: break
            }
            switch token.kind {
            case .keyword where token.text == "function":
                for name in parameters(ofFunctionAt: index) { bind(name, index, .parameter) }
                if isKeyword(index - 1, "local"), let name = name(index + 1) {
                    bind(name, index + 1, .function)
                } else if let name = name(index + 1), !isSymbol(index + 2, ".", ":") {
                    bind(name, index + 1, .assignment)
                }
            case .keyword where token.text == "local" && !isKeyword(index + 1, "function"):
                let (names, end) = nameList(from: index + 1)
                let values = isSymbol(end, "=") ? valueList(from: end + 1, most: names.count) : []
                for (number, (name, place)) in names.enumerated() {
                    bind(name, place, .local(value: values.indices.contains(number) ? values[number] : nil))
                }
            case .keyword where token.text == "for":
                for (name, place) in nameList(from: index + 1).names { bind(name, place, .loop) }
            case .symbol where token.text == "=" && open.last != "{":
                for (name, place) in assigned(before: index) { bind(name, place, .assignment) }
            default: break
            }
        }
        return bindings
    }

    /// `a` and `b` of `a, b = …`; nothing where fields or locals get values. Of a long list the last ones.
    private func assigned(before equals: Int) -> [(name: String, place: Int)] {
        var names: [(name: String, place: Int)] = []
        var place = equals - 1
        while names.count < 16, let name = name(place) {
            guard !isSymbol(place - 1, ".", ":", "::") else { break }
            names.append((name, place))
            guard isSymbol(place - 1, ",") else { break }
            place -= 2
        }
        let before = names.last.map { $0.place - 1 } ?? equals
        // A local's list is bound by its keyword, a loop's likewise.
        if isKeyword(before, "local") || isKeyword(before, "for") { return [] }
        return names
    }

    /// Where the values of `x.y, z` begin. What is more than names and points ends the list: its end is not looked for.
    private func valueList(from start: Int, most: Int) -> [Int] {
        var values = [start]
        var place = start
        while values.count < most, name(place) != nil {
            while isSymbol(place + 1, "."), name(place + 2) != nil { place += 2 }
            guard isSymbol(place + 1, ",") else { break }
            place += 2
            values.append(place)
        }
        return values
    }

    /// The names of `a <const>, b` with their places, and the place behind the list.
    func nameList(from start: Int) -> (names: [(name: String, place: Int)], end: Int) {
        var names: [(name: String, place: Int)] = []
        var place = start
        while let name = name(place) {
            names.append((name, place))
            place += 1
            if isSymbol(place, "<") { place += 3 }
            guard isSymbol(place, ",") else { break }
            place += 1
        }
        return (names, place)
    }
}
