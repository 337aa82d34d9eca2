/// Errors about a value that is nil or of the wrong type.
extension LuaErrorFinding {
    /// `attempt to index a nil value (field 'order')`
    static func index(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        guard let match = message.firstMatch(of: /^attempt to index a (\w+) value/) else { return nil }
        let type = String(match.1)
        guard let subject = Subject(message), !subject.isElement else {
            if let scene, let place = scene.name("ipairs") ?? scene.name("pairs") {
                return LuaErrorFinding(
                    column: scene.column(place),
                    hint: "what \(scene.tokens.name(place) ?? "it") got may be nil: write \"list or {}\"")
            }
            return LuaErrorFinding(hint: "the value before the . : or [ is \(article(type)): look where it comes from")
        }
        let place = scene.flatMap { scene in
            scene.use(of: subject.name) { place in
                isPart(place, of: subject, in: scene) && scene.tokens.isSymbol(place + 1, ".", ":", "[")
            } ?? scene.use(of: subject.name) { isPart($0, of: subject, in: scene) }
        }
        return LuaErrorFinding(
            column: scene?.column(place),
            hint: type == "nil" ? missing(subject, at: place, scene) : "\(subject.name) is \(article(type)), which has no fields")
    }

    /// `attempt to call a nil value (method 'sned')`
    static func call(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        guard let match = message.firstMatch(of: /^attempt to call a (\w+) value/) else { return nil }
        let type = String(match.1)
        if message.contains("for iterator") {
            return LuaErrorFinding(
                column: scene.flatMap { scene in
                    scene.column(scene.onLine.first { scene.tokens.isKeyword($0, "in") })
                }, hint: "a for … in goes over ipairs(list) or pairs(table), not over the table itself")
        }
        guard let subject = Subject(message), !subject.isElement else {
            return LuaErrorFinding(hint: "what stands before the ( is \(article(type)) and no function")
        }
        let place = scene.flatMap { scene in
            scene.use(of: subject.name) { isPart($0, of: subject, in: scene) && scene.tokens.isCall($0 + 1) }
        }
        let hint: String
        switch (type, subject.kind) {
        case ("nil", "method"): hint = method(subject.name, at: place, scene)
        case ("nil", "field"): hint = function(subject.name, at: place, scene)
        case ("nil", "global"): hint = global(subject.name, scene, isCalled: true)
        case ("nil", _):
            hint = "\(subject.name) is nil there: a local function is known only below the line that makes it"
        default: hint = "\(subject.name) is \(article(type)) and no function"
        }
        return LuaErrorFinding(column: scene?.column(place), hint: hint)
    }

    /// Arithmetic, `..`, comparisons and `#` on what they do not work on.
    static func operation(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        let subject = Subject(message)
        let place = scene.flatMap { scene in
            subject.flatMap { subject in
                subject.isElement ? nil : scene.use(of: subject.name, besideOperator: true) { isPart($0, of: subject, in: scene) }
            }
        }
        let name = subject.flatMap { $0.isElement || $0.kind == "constant" ? nil : $0.name } ?? "the value"
        func found(_ hint: String) -> LuaErrorFinding { LuaErrorFinding(column: scene?.column(place), hint: hint) }
        if let match = message.firstMatch(of: /^attempt to perform (?:arithmetic|bitwise operation) on an? (\w+) value/) {
            let isString = match.1 == "string"
            return found(
                match.1 == "nil"
                    ? "\(name) is nil: check it, or write (\(name == "the value" ? "x" : name) or 0); tonumber gives nil for a text that is no number"
                    : isString
                        ? "make a number of the text first: tonumber(\(name == "the value" ? "text" : name))"
                        : "\(name) is \(article(String(match.1))), where a number is needed")
        }
        if message.firstMatch(of: /^attempt to \w+ a '(\w+)' with a '(\w+)'/) != nil {
            return found("a text that is no number cannot be counted with: tonumber(text) gives its number, or nil if it is none")
        }
        if let match = message.firstMatch(of: /^attempt to concatenate an? (\w+) value/) {
            let shown = name == "the value" ? "value" : name
            return found(
                match.1 == "nil"
                    ? "\(name) is nil: check it, or write (\(shown) or \"\")"
                    : "\(name) is \(article(String(match.1))): make a text of it with "
                        + (match.1 == "table"
                            ? "table.concat(\(shown), \", \") or stoa.json.encode(\(shown))" : "tostring(\(shown))"))
        }
        if let match = message.firstMatch(of: /^attempt to compare (?:two (\w+) values|(\w+) with (\w+))/) {
            let types = [match.1, match.2, match.3].compactMap { $0.map(String.init) }
            if types.contains("nil") { return found("one side is nil: check it first, or write (value or 0)") }
            if types.contains("string"), types.contains("number") {
                return found("a text and a number have no order: make a number of the text with tonumber(text)")
            }
            return found("such values have no order: compare one of their fields")
        }
        if let match = message.firstMatch(of: /^attempt to get length of an? (\w+) value/) {
            return found(
                match.1 == "nil"
                    ? "\(name) is nil: check it, or write #(\(name == "the value" ? "list" : name) or {})"
                    : "\(name) is \(article(String(match.1))): only texts and tables have a length")
        }
        return nil
    }

    /// `bad argument #1 to 'upper' (string expected, got nil)`
    static func argument(_ message: String, _ scene: LuaErrorScene?) -> LuaErrorFinding? {
        if let match = message.firstMatch(of: /^calling '([^']+)' on bad self/) {
            return LuaErrorFinding(
                column: scene.flatMap { $0.column($0.name(String(match.1))) }, hint: "call it with a colon: value:\(match.1)(…)")
        }
        guard let match = message.firstMatch(of: /^bad argument #(\d+) to '([^']+)' \((.*)\)$/) else { return nil }
        let (number, function, reason) = (String(match.1), String(match.2), String(match.3))
        if function == "for iterator" {
            let place = scene.flatMap { $0.name("ipairs") ?? $0.name("pairs") }
            let name = place.flatMap { scene?.tokens.name($0) } ?? "pairs"
            return LuaErrorFinding(
                column: scene?.column(place), hint: "what \(name) got is no table: write \(name)(list or {}) if it may be missing"
            )
        }
        let column = scene.flatMap { scene in scene.column(scene.name(function) { scene.tokens.isCall($0 + 1) }) }
        let got = reason.firstMatch(of: /got (.*)$/).map { String($0.1) }
        let hint: String? =
            switch got {
            case "nil", "no value": "argument \(number) of \(function) is nil: look where it comes from"
            case "string" where reason.hasPrefix("number expected"): "make a number of the text first: tonumber(text)"
            case .some where reason.hasPrefix("string expected"): "make a text of it first: tostring(value)"
            case .some: "argument \(number) of \(function) is of the wrong type"
            case nil where reason.contains("no integer representation"): "make a whole number of it first: math.floor(x)"
            case nil where reason == "value expected": "\(function) was called with nothing; nil has to be written"
            default: nil
            }
        return LuaErrorFinding(column: column, hint: hint)
    }

    // MARK: - what may have been meant

    /// Whether the token at `place` is what the message speaks of: a field or a method stands behind a dot or colon or makes a
    /// key, a variable does not.
    private static func isPart(_ place: Int, of subject: Subject, in scene: LuaErrorScene) -> Bool {
        switch subject.kind {
        case "field": scene.tokens.isSymbol(place - 1, ".")
        case "method": scene.tokens.isSymbol(place - 1, ":")
        case "constant": false
        default: !scene.tokens.isSymbol(place - 1, ".", ":")
        }
    }

    private static func article(_ type: String) -> String {
        switch type {
        case "nil": "nil"
        case "boolean": "true or false"
        case "string": "a text"
        default: "a \(type)"
        }
    }

    private static func missing(_ subject: Subject, at place: Int?, _ scene: LuaErrorScene?) -> String {
        let name = subject.name
        if subject.kind == "global" { return global(name, scene, isCalled: false) }
        if name == "user", subject.kind == "field" {
            return "chat.user is nil where nobody's update began it, as with a timer of stoa.timers: check it first"
        }
        if name == "chat", subject.kind != "field" { return "a timer of stoa.timers belongs to no chat: set it with chat.timers" }
        if subject.kind == "field" {
            if let near = nearField(name, at: place, scene) { return "did you mean .\(near)? There is no field \(name) there" }
            return "the field \(name) is nil: check it first, as in if x.\(name) then … end"
        }
        if let scene, let value = scene.value(ofLocal: name), value.contains(where: { isGet(at: $0, in: scene.tokens) }) {
            return "store:get gives nil when nothing is kept under the key: check \(name), or write :get(…) or {}"
        }
        return "\(name) is nil there: check it first, as in if not \(name) then return end"
    }

    private static func isGet(at place: Int, in tokens: LuaTokens) -> Bool {
        tokens.isSymbol(place, ":") && tokens.name(place + 1) == "get"
    }

    /// A global that was never set: a slip, a part of Lua that apps lack, something of another language.
    private static func global(_ name: String, _ scene: LuaErrorScene?, isCalled: Bool) -> String {
        if let hint = RemovedGlobal.hint(name) { return "an app has no \(name): \(hint)" }
        if name == "stoa" { return "write local stoa = require \"stoa\" at the top of the file" }
        if ["chat", "message", "press", "timer", "user"].contains(name) {
            return "\(name) is a handler's parameter: hand it to the functions that need it"
        }
        let others = [
            "printf": "print(string.format(…)) writes to the app's log", "println": "print(…) writes to the app's log",
            "echo": "print(…) writes to the app's log", "puts": "print(…) writes to the app's log",
            "console": "print(…) or stoa.log.info(…) writes to the app's log", "log": "write stoa.log.info(…)",
            "sleep": "write chat:sleep(seconds)", "wait": "write chat:sleep(seconds)", "json": "write stoa.json.encode(…)",
            "http": "write stoa.http.fetch(…)", "store": "write chat.store or stoa.store", "timers": "write chat.timers",
            "len": "write #list", "unpack": "write table.unpack(…)", "loadstring": "write load(…)", "getn": "write #list",
            "setfenv": "Lua 5.4 has _ENV instead", "getfenv": "Lua 5.4 has _ENV instead",
            "module": "return a table from the file",
            "null": "write nil", "None": "write nil", "switch": "write if … elseif … end, or a table of functions",
            "try": "write pcall(function() … end)", "bit": "write the operators & | ~ << >>",
            "bit32": "write the operators & | ~ << >>",
            "this": "write self",
        ]
        if let scene {
            if isCalled,
                let made = scene.source.bindings[name]?.first(where: { $0.form == .function || $0.form == .local(value: nil) }),
                let line = scene.tokens[made.place]?.position.line, line > scene.line
            {
                return "the local function \(name) is made below, in line \(line): move it above"
            }
            let known = LuaGlobals.names.union(scene.source.bindings.keys).subtracting([name])
            if others[name] == nil, let near = near(name, in: known) {
                return "did you mean \(near)? Nothing is named \(name)"
            }
        }
        return others[name] ?? "nothing is named \(name) there: a local is known only below its line and inside its block"
    }

    private static func method(_ name: String, at place: Int?, _ scene: LuaErrorScene?) -> String {
        if let scene, let place, let receiver = receiver(before: place, in: scene),
            let methods = BridgeSurface.methods[receiver.kind]
        {
            let near = NearMatch.of(name, in: methods.keys.sorted()).map { "did you mean \(receiver.text):\($0)? " } ?? ""
            return "\(near)\(receiver.text) has: \(methods.keys.sorted().joined(separator: ", "))"
        }
        var known = scene?.definedNames ?? []
        known.formUnion(LuaGlobals.libraries["string"] ?? [])
        for methods in BridgeSurface.methods.values { known.formUnion(methods.keys) }
        if let near = near(name, in: known) { return "did you mean :\(near)?" }
        return "what it is called on has no method \(name)"
    }

    private static func function(_ name: String, at place: Int?, _ scene: LuaErrorScene?) -> String {
        guard let scene, let place, let owner = scene.tokens.name(place - 2) else { return "no function is kept under \(name)" }
        if scene.source.isModule(owner) {
            let known = BridgeSurface.functions[.stoa, default: [:]].keys.sorted()
            let near = NearMatch.of(name, in: known).map { "did you mean \(owner).\($0)? " } ?? ""
            return "\(near)\(owner) has: \(known.joined(separator: ", "))"
        }
        if let library = LuaGlobals.libraries[owner] {
            let near = NearMatch.of(name, in: library.sorted()).map { "did you mean \(owner).\($0)? " } ?? ""
            return "\(near)\(owner) has no \(name)"
        }
        let known = scene.definedNames
        if known.contains(name) {
            return "\(owner).\(name) is nil: with a method write \(owner):\(name)(…), or look what \(owner) is there"
        }
        if let near = near(name, in: known) { return "did you mean \(owner).\(near)?" }
        return "\(owner) has no function \(name)"
    }

    private static func nearField(_ name: String, at place: Int?, _ scene: LuaErrorScene?) -> String? {
        guard let scene, let place else { return nil }
        if let receiver = receiver(before: place, in: scene) {
            let known = Set(BridgeSurface.fields[receiver.kind, default: [:]].keys)
            return known.contains(name) ? nil : NearMatch.of(name, in: known.sorted())
        }
        let known = scene.definedNames
        return known.contains(name) ? nil : near(name, in: known)
    }

    /// Short names are near to everything.
    private static func near(_ name: String, in known: Set<String>) -> String? {
        name.utf8.count < 3 ? nil : NearMatch.of(name, in: known.subtracting([name]).sorted())
    }

    /// The bridge's object whose member stands at `place`.
    private static func receiver(before place: Int, in scene: LuaErrorScene) -> BridgeReceiver? {
        for start in scene.onLine where start < place {
            if let receiver = BridgeReceiver.at(start, in: scene.source), receiver.range.upperBound == place - 2 {
                return receiver
            }
        }
        return nil
    }
}
