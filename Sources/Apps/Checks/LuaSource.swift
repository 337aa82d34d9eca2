/// One Lua file of an app with what the checks ask of it, found out once.
struct LuaSource {
    /// Where a name gets its value.
    struct Binding: Equatable {
        enum Form: Equatable {
            case parameter
            case loop
            /// `local NAME = value`, with the place where the value begins; `local a, b` has none, nor what comes behind a call.
            case local(value: Int?)
            /// `local function NAME`
            case function
            case assignment
        }

        let place: Int
        let form: Form
    }

    /// A function given to the SDK, with what its parameters stand for.
    struct Handler {
        let body: Range<Int>
        let parameters: [String: BridgeSurface.Kind?]
        /// Those of its parameters whose names stand for something else as well in its body.
        let rebound: Set<String>
    }

    /// Calls in a file with more handlers than this are found by the usual names only: each handler costs time.
    private static let maxHandlers = 500

    let path: String
    let tokens: LuaTokens
    /// For each `function`, `do`, `if` and `repeat` the place of its `end` or `until`.
    let blockEnds: [Int: Int]
    /// For each opening bracket the place of its closing one.
    let brackets: [Int: Int]
    let bindings: [String: [Binding]]
    /// The names that `require "stoa"` goes by here, `stoa` itself among them.
    let moduleNames: Set<String>
    let handlers: [Handler]
    /// Names whose every binding is a function's parameter.
    private let onlyParameters: Set<String>
    /// Those of ``moduleNames`` that stand for nothing else in the file.
    private let onlyModules: Set<String>

    init(path: String, content: [UInt8]) {
        self.path = path
        tokens = LuaTokens(source: content)
        blockEnds = tokens.blockEnds()
        brackets = tokens.brackets()
        bindings = tokens.bindings()
        let tokens = tokens
        func isModule(_ binding: Binding) -> Bool {
            guard case .local(let value?) = binding.form else { return false }
            return tokens.requiredModule(at: value) == "stoa"
        }
        let moduleNames = Set(bindings.filter { $0.value.contains(where: isModule) }.keys).union(["stoa"])
        let bindings = bindings
        self.moduleNames = moduleNames
        onlyModules = moduleNames.filter { (bindings[$0] ?? []).allSatisfy(isModule) }
        onlyParameters = Set(bindings.filter { $0.value.allSatisfy { $0.form == .parameter } }.keys)
        handlers = Self.handlers(in: tokens, moduleNames: moduleNames, ends: blockEnds, bindings: bindings)
    }

    /// The name stands for the SDK's module wherever it is bound.
    func isModule(_ name: String) -> Bool { onlyModules.contains(name) }

    func isOnlyParameter(_ name: String) -> Bool { onlyParameters.contains(name) }

    /// The innermost handler around that place that has a parameter of this name.
    func handler(for name: String, at place: Int) -> Handler? {
        handlers.last { $0.body.contains(place) && $0.parameters[name] != nil }
    }

    /// The arguments of the call whose `(` stands there, the first `most` of them; nil when the bracket does not close.
    func arguments(ofCallAt open: Int, most: Int = 3) -> [Range<Int>]? {
        guard let close = brackets[open], tokens.isSymbol(open, "(") else { return nil }
        var arguments: [Range<Int>] = []
        var start = open + 1
        var place = start
        while place < close, arguments.count < most {
            if tokens.isSymbol(place, ",") {
                arguments.append(start..<place)
                start = place + 1
            } else if let end = brackets[place] {
                place = end
            } else if tokens.isKeyword(place, "function"), let end = blockEnds[place] {
                place = end
            }
            place += 1
        }
        if place >= close, start < close, arguments.count < most { arguments.append(start..<close) }
        return arguments
    }

    /// The text of an argument that is one string and nothing else, without escapes.
    func text(of argument: Range<Int>) -> String? {
        guard argument.count == 1, let token = tokens[argument.lowerBound], token.kind == .string, !token.text.contains("\\")
        else { return nil }
        return token.text
    }

    private static func handlers(
        in tokens: LuaTokens, moduleNames: Set<String>, ends: [Int: Int], bindings: [String: [Binding]]
    ) -> [Handler] {
        var handlers: [Handler] = []
        var places: [String: [Int]] = [:]
        func isRebound(_ name: String, in body: Range<Int>) -> Bool {
            let sorted = places[name] ?? (bindings[name] ?? []).map(\.place).sorted()
            places[name] = sorted
            // The first one behind the handler's own parameter.
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] > body.lowerBound { high = middle } else { low = middle + 1 }
            }
            return low < sorted.count && sorted[low] < body.upperBound
        }
        for index in tokens.indices where handlers.count < maxHandlers {
            guard let name = tokens.name(index), moduleNames.contains(name), tokens.isSymbol(index + 1, "."),
                let call = tokens.name(index + 2), tokens.isSymbol(index + 3, "("), let first = tokens[index + 4]
            else { continue }
            let subject = first.kind == .string ? first.text : nil
            guard let given = BridgeSurface.parameters(of: call, subject: subject) else { continue }
            var place = index + 4
            while tokens.isSymbol(place, ",") || tokens[place]?.kind == .string { place += 1 }
            guard tokens.isKeyword(place, "function") else { continue }
            let body = place..<(ends[place] ?? tokens.all.count)
            let parameters = Dictionary(
                zip(tokens.parameters(ofFunctionAt: place), given).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
            handlers.append(
                Handler(body: body, parameters: parameters, rebound: Set(parameters.keys.filter { isRebound($0, in: body) })))
        }
        return handlers
    }
}
