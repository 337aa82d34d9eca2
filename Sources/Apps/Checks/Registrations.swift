/// What the program of an app registers with the SDK: the commands, timers, tasks, exports and kinds of updates that it
/// handles, as far as they are named in the source.
struct Registrations {
    struct Entry {
        let name: String
        let file: String
        let position: SourcePosition
        /// Stands in no function, condition or loop.
        let isAtTopLevel: Bool
    }

    /// By the SDK's function: `command`, `on`, `press`, `timer`, `task`, `export`, `spawn`, `page`, `action`.
    private(set) var entries: [String: [Entry]] = [:]
    /// Functions whose name was given by a value somewhere, so that the entries are not all there are.
    private var open: Set<String> = []
    /// The SDK's module went somewhere that the source does not tell.
    private var escaped = false

    private static let functions: Set<String> = [
        "command", "on", "press", "timer", "task", "export", "spawn", "page", "action",
    ]

    init(_ sources: [LuaSource]) {
        for source in sources { add(source) }
    }

    /// Whether all names that the function is given are known.
    func isComplete(_ function: String) -> Bool { !escaped && !open.contains(function) }

    func names(_ function: String) -> Set<String> { Set((entries[function] ?? []).map(\.name)) }

    private mutating func add(_ source: LuaSource) {
        let tokens = source.tokens
        var depth = 0
        for index in tokens.indices {
            guard let token = tokens[index] else { continue }
            if token.kind == .keyword {
                if ["function", "do", "if", "repeat"].contains(token.text) { depth += 1 }
                if token.text == "end" || token.text == "until" { depth -= 1 }
            }
            if tokens.requiredModule(at: index) == nil, tokens.name(index) == "require", isModuleUsed(at: index, in: tokens) {
                escaped = true
            }
            guard let name = tokens.name(index), source.moduleNames.contains(name), tokens.isVariable(index) else { continue }
            guard tokens.isSymbol(index + 1, "."), let function = tokens.name(index + 2) else {
                // Its own declaration, and a colon by mistake, take it nowhere.
                if !tokens.isKeyword(index - 1, "local"), !tokens.isSymbol(index + 1, "=", ":") { escaped = true }
                continue
            }
            guard Self.functions.contains(function) else { continue }
            if let argument = source.arguments(ofCallAt: index + 3)?.first, let text = source.text(of: argument) {
                let position = tokens[argument.lowerBound]?.position ?? token.position
                entries[function, default: []].append(
                    Entry(name: text, file: source.path, position: position, isAtTopLevel: depth == 0))
            } else {
                open.insert(function)
            }
        }
    }

    /// `require "stoa".command(…)`, or `require "stoa"` handed on.
    private func isModuleUsed(at place: Int, in tokens: LuaTokens) -> Bool {
        tokens.string(place + 1) == "stoa" || tokens.isSymbol(place + 1, "(") && tokens.string(place + 2) == "stoa"
    }
}
