import Permissions

/// What can be found out about an error from its message and the source: the place in the line, and what to do.
struct LuaErrorFinding {
    /// Of the token that the message is about; nil when it is not known which that is.
    var column: Int?
    var hint: String?
    /// Another line of the same file that belongs to it, such as that of an `if` without its `end`.
    var related: Int?

    /// - Parameter message: without the place before it.
    init(message: String, scene: LuaErrorScene?) {
        let attempts = [
            LuaErrorFinding.limit, LuaErrorFinding.syntax, LuaErrorFinding.index, LuaErrorFinding.call, LuaErrorFinding.operation,
            LuaErrorFinding.argument, LuaErrorFinding.bridge, LuaErrorFinding.other,
        ]
        for attempt in attempts {
            guard let found = attempt(message, scene) else { continue }
            self = found
            return
        }
    }

    init(column: Int? = nil, hint: String? = nil, related: Int? = nil) {
        self.column = column
        self.hint = hint
        self.related = related
    }

    /// The value that Lua's message speaks of: `(local 'order')` and the like.
    struct Subject {
        /// `local`, `upvalue`, `global`, `field`, `method`, `constant`
        let kind: String
        let name: String

        init?(_ message: String) {
            guard let match = message.firstMatch(of: /\((local|upvalue|global|field|method|constant) '([^']*)'\)$/) else {
                return nil
            }
            kind = String(match.1)
            name = String(match.2)
        }

        /// Lua knows no name for what a variable or a number stands for between brackets.
        var isElement: Bool { kind == "field" && (name == "?" || name == "integer index") }
    }

    /// The limits of a turn, whose names are the whole message.
    private static func limit(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        let hints = [
            "memory limit":
                "hold less at a time: go over long lists with store:list page by page, and drop what is done with. \"limits\": "
                + "{\"memory_mib\": …} in manifest.json may allow more",
            "instruction limit":
                "look for a loop that does not end; long work goes on in a later turn by chat.timers:after. \"limits\": "
                + "{\"instructions\": …} in manifest.json may allow more",
            "time limit":
                "look for a loop that does not end; long work goes on in a later turn by chat.timers:after. \"limits\": "
                + "{\"wall_ms\": …} in manifest.json may allow more",
            "effect limit": "send and keep less in one turn; go on with the rest in a later one by chat.timers:after",
            "conversation limit": "too many conversations wait at a time: let questions end with a timeout",
            "journal limit": "a long conversation begins afresh with chat:checkpoint(state)",
        ]
        guard let name = hints.keys.first(where: { message == $0 || message.hasPrefix($0 + ":") || message.hasPrefix($0 + " ") })
        else { return nil }
        return LuaErrorFinding(hint: hints[name])
    }

    /// What the SDK says when a call is wrong.
    private static func bridge(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        if let match = message.firstMatch(of: /^(\S+) needs the capability ([a-z]+(?:\.[a-z]+)*)/) {
            let entry = Capability.Name(rawValue: String(match.2))?.entry ?? "it"
            return LuaErrorFinding(
                column: member(String(match.1), in: scene), hint: "add \(entry) to \"capabilities\" in manifest.json")
        }
        guard let match = message.firstMatch(of: /^([a-z_]+(?:\.[a-z_]+)*[:.][a-z_]+): (.*)/) else { return nil }
        let (call, what) = (String(match.1), match.2)
        let column = member(call, in: scene)
        if what.hasPrefix("call it with a colon") {
            return LuaErrorFinding(column: column, hint: "write a colon: \(call)(…), not \(call.replacing(":", with: "."))(…)")
        }
        if what.firstMatch(of: /not a nil\b/) != nil {
            return LuaErrorFinding(
                column: column, hint: "what was handed over is nil: look where it comes from, or write (value or \"…\")")
        }
        if what.firstMatch(of: /must be a (string|text), not a (table|boolean|function)/) != nil {
            return LuaErrorFinding(column: column, hint: "make a text of it first: table.concat(list, \", \"), tostring(value)")
        }
        return LuaErrorFinding(column: column)
    }

    /// The name of the call on the line: of `chat:send` the token `send`.
    private static func member(_ call: String, in scene: LuaErrorScene?) -> Int? {
        guard let scene, let name = call.split(whereSeparator: { ":.".contains($0) }).last else { return nil }
        return scene.column(scene.name(String(name)) { scene.tokens.isSymbol($0 - 1, ":", ".") })
    }

    private static func other(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        if message.contains("stack overflow") {
            return LuaErrorFinding(
                hint: "a function calls itself without an end: look for the case in which it should return, or write a loop")
        }
        if let match = message.firstMatch(of: /^require: the package has no file '([^']*)'/) {
            let paths = scene?.files.filter(\.isProgram).map(\.path) ?? []
            let near = NearMatch.of(String(match.1), in: paths).map { path in
                "did you mean require \"\(path.dropLast(4).split(separator: "/").joined(separator: "."))\"? "
            }
            return LuaErrorFinding(
                column: scene.flatMap { $0.column($0.name("require")) },
                hint: "\(near ?? "")require \"lib.cart\" loads lib/cart.lua of the app's folder")
        }
        let hints: [(start: String, hint: String)] = [
            ("number has no integer representation", "make a whole number of it: math.floor(x), or x // 1 | 0 after a check"),
            ("attempt to divide by zero", "check that the divisor is not 0; with / instead of // the result is inf"),
            ("attempt to perform 'n%%0'", "check that the divisor is not 0"),
            ("attempt to perform 'n%0'", "check that the divisor is not 0"),
            ("table index is nil", "the key between the brackets is nil: look where it comes from"),
            ("table index is NaN", "the key between the brackets is 0/0: look where it comes from"),
            ("'for' step is zero", "the third number of a for must not be 0"),
            ("bad 'for'", "a numeric for takes numbers: tonumber(x) makes one of a text; a list is gone over with ipairs(list)"),
            ("'for' ", "a numeric for takes numbers: tonumber(x) makes one of a text; a list is gone over with ipairs(list)"),
            ("assertion failed!", "assert's first value was false or nil; a second one says what is wrong: assert(x, \"no x\")"),
            ("(error object is", "error was given no text: write error(\"what is wrong\")"),
            ("invalid value", "table.concat takes texts and numbers: make texts of the elements with tostring first"),
            (
                "malformed pattern",
                "in patterns ( ) . % + - * ? [ ^ $ are special: write % before one that stands for itself, or find(text, x, 1, true)"
            ),
            ("wrong number of arguments to 'insert'", "write table.insert(list, value) or table.insert(list, place, value)"),
            ("a library is read-only", "keep helpers in a table of your own"),
            ("invalid order function", "the function given to table.sort must say whether a comes before b: a < b, never a <= b"),
        ]
        guard let found = hints.first(where: { message.hasPrefix($0.start) }) else { return nil }
        return LuaErrorFinding(hint: found.hint)
    }
}
