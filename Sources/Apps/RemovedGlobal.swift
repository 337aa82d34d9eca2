/// A part of standard Lua that an app's sandbox does not have.
package enum RemovedGlobal {
    private static let libraries: [String: String] = [
        "io": "an app has no files: keep values in the store, log with stoa.log.info",
        "os": "an app cannot reach the machine: for the time use stoa.time.now()",
        "debug": "look at what stoa.log.debug wrote with \"stoa logs APP\"",
        "package": "require finds modules of the app's own folder only: require \"lib.cart\" is lib/cart.lua",
    ]
    private static let functions: [String: String] = [
        "dofile": "use require \"lib.NAME\" for lib/NAME.lua",
        "loadfile": "use require \"lib.NAME\" for lib/NAME.lua",
        "warn": "log with stoa.log.info",
    ]

    /// What to do instead; nil for what apps have, or nobody has.
    package static func hint(_ name: String) -> String? { libraries[name] ?? functions[name] }

    /// Uses that fail when they run. `if os then` does not, and so is let through.
    static func all(in tokens: LuaTokens, file: String) -> [Diagnostic] {
        let locals = tokens.locals()
        return tokens.indices.compactMap { index in
            guard let name = tokens.name(index), tokens.isVariable(index), !locals.contains(name), let token = tokens[index]
            else {
                return nil
            }
            if let hint = libraries[name], tokens.isSymbol(index + 1, ".", ":", "[") {
                return Diagnostic(.error, file: file, at: token.position, "an app has no library \(name)", hint: hint)
            }
            if let hint = functions[name], tokens.isCall(index + 1) {
                return Diagnostic(.error, file: file, at: token.position, "an app has no function \(name)", hint: hint)
            }
            if name == "string", tokens.isSymbol(index + 1, "."), tokens.name(index + 2) == "dump" {
                return Diagnostic(
                    .error, file: file, at: token.position, "an app has no function string.dump", hint: "send data, not functions"
                )
            }
            return nil
        }
    }
}
