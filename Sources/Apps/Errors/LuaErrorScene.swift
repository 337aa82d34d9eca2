/// The place of an error with what its file says there.
struct LuaErrorScene {
    let source: LuaSource
    let files: [AppPackage.File]
    let line: Int
    /// The tokens that begin on that line.
    let onLine: Range<Int>

    init(file: AppPackage.File, line: Int, files: [AppPackage.File]) {
        self.files = files
        self.line = line
        source = LuaSource(path: file.path, content: file.content)
        let all = source.tokens.all
        let first = all.firstIndex { $0.position.line >= line } ?? all.count
        onLine = first..<(all[first...].firstIndex { $0.position.line > line } ?? all.count)
    }

    var tokens: LuaTokens { source.tokens }

    func column(_ place: Int?) -> Int? { place.flatMap { tokens[$0]?.position.column } }

    /// Of the first token on the line, or of none.
    var firstColumn: Int? { onLine.isEmpty ? nil : column(onLine.lowerBound) }

    /// The first token of the line that is this name and passes.
    func name(_ name: String, where passes: (Int) -> Bool = { _ in true }) -> Int? {
        onLine.first { tokens.name($0) == name && passes($0) }
    }

    /// The token of the line that reads this variable: one where it is made, as in `local x`, is not meant if there is another.
    /// With `besideOperator` one that stands beside an operator comes first.
    func use(of name: String, besideOperator: Bool = false, where passes: (Int) -> Bool) -> Int? {
        let found = onLine.filter { tokens.name($0) == name && passes($0) }
        let operators: Set<String> = [
            "+", "-", "*", "/", "//", "%", "^", "..", "&", "|", "~", "<<", ">>", "<", ">", "<=", ">=", "#",
        ]
        func isOperator(_ place: Int) -> Bool { tokens[place].map { $0.kind == .symbol && operators.contains($0.text) } ?? false }
        if besideOperator, let place = found.first(where: { isOperator($0 + 1) || isOperator($0 - 1) }) { return place }
        return found.first { !tokens.isKeyword($0 - 1, "local") } ?? found.first
    }

    /// The names that the app's program gives to fields and methods.
    var definedNames: Set<String> {
        var names: Set<String> = []
        for file in files where file.isProgram && file.content.count < 1 << 18 {
            names.formUnion(MemberCheck.definedNames(in: LuaTokens(source: file.content)))
        }
        return names
    }

    /// What the one local of this name was made of, such as `chat.store:get("k")`, as its tokens.
    func value(ofLocal name: String) -> Range<Int>? {
        guard let found = source.bindings[name], found.count == 1, case .local(let value?) = found[0].form else { return nil }
        var end = value
        while let token = tokens[end], token.position.line == tokens[value]?.position.line, end < value + 40 { end += 1 }
        return value..<end
    }
}
