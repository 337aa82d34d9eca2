/// Errors that Lua's compiler finds.
extension LuaErrorFinding {
    static func syntax(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        if let found = unfinished(message, scene) ?? rules(message, scene) { return found }
        guard let match = message.firstMatch(of: /^(.*) near (.+)$/), isSyntax(String(match.1)) else { return nil }
        let (what, near) = (String(match.1), unquoted(String(match.2)))
        let place = scene.flatMap { token(near, in: $0, what: what) }
        let opened = what.firstMatch(of: /\(to close '[^']+' at line (\d+)\)/).flatMap { Int($0.1) }
        let hint =
            foreign(near, at: place, scene) ?? expected(what, near: near, at: place, scene)
            ?? "look at what stands just before \(near == "<eof>" ? "the end of the file" : near)"
        // An empty last line says nothing: show the one before.
        let last = near == "<eof>" && scene?.onLine.isEmpty == true ? scene?.tokens.all.last?.position.line : nil
        return LuaErrorFinding(column: scene?.column(place) ?? end(near, scene), hint: hint, related: opened ?? last)
    }

    private static func isSyntax(_ what: String) -> Bool {
        what == "syntax error" || what == "unexpected symbol" || what.contains(" expected") || what.hasPrefix("cannot use '...'")
            || what.contains("escape") || what.hasPrefix("malformed number") || what.hasPrefix("UTF-8 value too large")
            || what.hasPrefix("C levels") || what.hasPrefix("chunk has too many")
    }

    /// The text between the quotes that Lua puts around a token.
    private static func unquoted(_ near: String) -> String {
        near.count >= 2 && near.hasPrefix("'") && near.hasSuffix("'") ? String(near.dropFirst().dropLast()) : near
    }

    /// The end of the last token, where the file ends too early.
    private static func end(_ near: String, _ scene: LuaErrorScene?) -> Int? {
        guard near == "<eof>", let scene, let last = scene.onLine.last, let token = scene.tokens[last], token.kind != .string
        else { return nil }
        return token.position.column + token.text.unicodeScalars.count
    }

    /// The token of the line that the compiler stopped at. What closes something is the last of its kind, since the ones
    /// before it were right; of other tokens the first.
    private static func token(_ near: String, in scene: LuaErrorScene, what: String) -> Int? {
        let found = scene.onLine.filter { place in
            guard let token = scene.tokens[place] else { return false }
            if token.kind == .string { return near.dropFirst().hasPrefix(token.text) && near.count <= token.text.count + 2 }
            // A stray character may begin a longer symbol here, and a letter beyond ASCII is named by its first byte.
            return token.text == near || near == token.text.prefix(1) && token.kind == .symbol
                || near.hasPrefix("<\\") && token.text.utf8.first.map { near == "<\\\($0)>" } == true
        }
        let isLast = [")", "}", "]", "end", "until"].contains(near) || near == "=" && what == "unexpected symbol"
        return isLast && !what.hasPrefix("<name>") ? found.last : found.first
    }

    private static func unfinished(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        if let match = message.firstMatch(of: /^unfinished long (string|comment) \(starting at line (\d+)\)/) {
            return LuaErrorFinding(hint: "it began in line \(match.2) and needs its closing ]]", related: Int(match.2))
        }
        if message.hasPrefix("unfinished string") {
            let place = scene.flatMap { scene in scene.onLine.last { scene.tokens[$0]?.kind == .string } }
            return LuaErrorFinding(
                column: scene?.column(place),
                hint: "a text ends on its line, with the quote that it began with; [[ … ]] may have several lines")
        }
        if let match = message.firstMatch(of: /^malformed number near '(.*)'$/) {
            let near = String(match.1)
            let hint =
                if near.contains("..") {
                    "write blanks around the dots: 1 .. x joins texts; a for counts with for i = 1, 10 do"
                } else {
                    "a name cannot begin with a digit; numbers are written as in 12, 1.5, 1e6 or 0xFF"
                }
            return LuaErrorFinding(column: scene.flatMap { $0.column(token(near, in: $0, what: "")) }, hint: hint)
        }
        if message.contains("escape") || message.hasPrefix("UTF-8 value too large")
            || message.hasPrefix("hexadecimal digit expected")
        {
            let place = scene.flatMap { scene in
                scene.onLine.first { scene.tokens[$0]?.kind == .string && scene.tokens[$0]?.text.contains("\\") == true }
            }
            return LuaErrorFinding(
                column: scene?.column(place),
                hint: "a backslash is written \\\\; patterns have %, as in %d, where others have a backslash")
        }
        return nil
    }

    /// Messages that are whole sentences.
    private static func rules(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        func name(_ name: Substring) -> Int? { scene.flatMap { $0.column($0.name(String(name))) } }
        if let match = message.firstMatch(of: /^attempt to assign to const variable '(.*)'/) {
            let place = scene.flatMap { scene in scene.column(scene.onLine.last { scene.tokens.name($0) == String(match.1) }) }
            return LuaErrorFinding(column: place, hint: "\(match.1) is <const>: take that away, or use another local")
        }
        if let match = message.firstMatch(of: /^no visible label '(.*)' for/) {
            return LuaErrorFinding(column: name(match.1), hint: "write ::\(match.1):: as the last thing in the loop or block")
        }
        if let match = message.firstMatch(of: /^<goto (.*)> at line (\d+) jumps into the scope of local '(.*)'/) {
            return LuaErrorFinding(
                hint: "put do … end around what lies between goto \(match.1) and the label", related: Int(match.2))
        }
        if message.hasPrefix("break outside") {
            return LuaErrorFinding(
                column: scene.flatMap { scene in scene.column(scene.onLine.first { scene.tokens.isKeyword($0, "break") }) },
                hint: "break ends a loop; a function ends with return")
        }
        if let match = message.firstMatch(of: /^label '(.*)' already defined on line (\d+)/) {
            return LuaErrorFinding(column: name(match.1), hint: "give the label another name", related: Int(match.2))
        }
        if let match = message.firstMatch(of: /^unknown attribute '(.*)'/) {
            return LuaErrorFinding(column: name(match.1), hint: "a local can be <const> or <close>")
        }
        if message.firstMatch(of: /^too many (local variables|upvalues|C levels)|too many syntax levels|too many registers/)
            != nil
            || message.hasPrefix("a function has too many chained")
        {
            return LuaErrorFinding(hint: "split the function, or keep the values in a table")
        }
        return nil
    }

    /// What is right in another language.
    private static func foreign(_ near: String, at place: Int?, _ scene: LuaErrorScene?) -> String? {
        if near.hasPrefix("<\\") { return "this character is no part of Lua: quotes are \" or ', names have the letters a-z" }
        let next = place.flatMap { scene?.tokens[$0 + 1]?.text }
        let before = place.flatMap { scene?.tokens[$0 - 1]?.text }
        switch near {
        case "!": return next == "=" ? "write ~= instead of !=" : "write not instead of !"
        case "&": return next == "&" || before == "&" ? "write and instead of &&" : nil
        case "|": return next == "|" || before == "|" ? "write or instead of ||" : nil
        case "?": return "a choice is written as condition and a or b"
        case "//", "/*": return "a comment begins with --"
        case "+", "-", "*", "/", "..", "%":
            if next == "=" { return "Lua has no \(near)=: write x = x \(near) …" }
            if next == near { return "Lua has no \(near)\(near): write x = x \(near) 1" }
            if before == nil || place.map({ scene?.tokens[$0 - 1]?.kind == .string && scene?.tokens.name($0 - 2) != nil }) == true
            {
                return "call it with brackets: f(a \(near) b)"
            }
            return nil
        case "[": return "a list is written { 1, 2 }"
        default: break
        }
        let words = [
            "let": "write local", "const": "write local NAME <const> = …", "var": "write local", "elif": "write elseif",
            "elsif": "write elseif", "def": "write function NAME(…) … end", "func": "write function NAME(…) … end",
            "fn": "write function NAME(…) … end", "import": "write local NAME = require \"lib.NAME\"", "null": "write nil",
            "continue": "write goto continue, and ::continue:: as the last thing in the loop",
            "new": "call a function that makes it",
            "await": "leave it out: calls wait by themselves", "async": "leave it out: calls wait by themselves",
            "foreach": "write for i, x in ipairs(list) do", "switch": "write if … elseif … end",
        ]
        for word in [before, near, lastWord(near, scene)].compactMap({ $0 }) {
            if let hint = words[word] { return "\(word) is no word of Lua: \(hint)" }
        }
        return nil
    }

    private static func lastWord(_ near: String, _ scene: LuaErrorScene?) -> String? {
        guard near == "<eof>", let scene else { return nil }
        return scene.onLine.last.flatMap { scene.tokens.name($0) }
    }

    private static func expected(_ what: String, near: String, at place: Int?, _ scene: LuaErrorScene?) -> String? {
        let before = place.flatMap { scene?.tokens[$0 - 1] }
        if near == "=", ["'then' expected", "'do' expected", "')' expected"].contains(what) { return "write == to compare" }
        if near == "=", what == "unexpected symbol" { return "write == to compare; a statement gives its values once" }
        if near == "==", what == "syntax error" { return "a value is given with =, not ==" }
        if let match = what.firstMatch(of: /^'(end|until|else)' expected \(to close '(\w+)' at line (\d+)\)/) {
            let word = match.2 == "if" ? " (an else if opens an if of its own: write elseif)" : ""
            return "the \(match.2) of line \(match.3) has no \(match.1)\(word)"
        }
        switch what {
        case "'end' expected": return "a block has no end: each function, if, for and while needs one"
        case "'until' expected": return "a repeat ends with until CONDITION, not with end"
        case "'then' expected": return "write if CONDITION then … end"
        case "'do' expected": return "write while CONDITION do … end, for i = 1, 10 do … end"
        case "'=' expected", "'=' or 'in' expected": return "write NAME = VALUE; a call is written f(…)"
        case "<eof> expected", "'<eof>' expected":
            if before?.isKeyword("return") == true || near != "end" && near != "else" && near != "elseif" && near != "until" {
                return "return is the last statement of a block"
            }
            return "there is one \(near) too many, or the block that it belongs to was closed before"
        case "<name> or '...' expected": return "the parameters are names with commas between them and a closing )"
        case "<name> expected":
            if LuaLexer.keywords.contains(near) {
                return "\(near) is a word of Lua's own: take another name, or write t[\"\(near)\"]"
            }
            return before?.isSymbol(":") == true
                ? "a field of a table is written name = value, a method's call value:name(…)" : "a name belongs there"
        case "function arguments expected": return "a colon calls a method, value:name(…); a field is written with a dot"
        case "',' expected", "'=' or ',' expected": return "write for i = FIRST, LAST do"
        case "syntax error":
            return "a statement is a call f(…) or gives a value with NAME = …; look for a missing = or bracket"
        case "unexpected symbol":
            if near == "<eof>" { return "the file ends in the middle of a value" }
            return LuaLexer.keywords.contains(near)
                ? "a value is missing before \(near)" : "a value is expected there; look at what stands just before \(near)"
        default: break
        }
        if what.hasPrefix("'}' expected") {
            return near == ":"
                ? "a field of a table is written name = value, or [\"name\"] = value"
                : "a comma is missing between fields, or the closing }"
        }
        if what.hasPrefix("')' expected") { return "a comma is missing between arguments, or the closing )" }
        if what.hasPrefix("']' expected") { return "the closing ] is missing" }
        if what.hasPrefix("cannot use '...'") {
            return "write … (...) as the function's last parameter, or hand the values over by name"
        }
        return nil
    }
}
