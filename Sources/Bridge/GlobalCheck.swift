package import Apps
import Sandbox

/// Global variables that an app makes, mostly by a `local` left out, and names that nothing gives a value.
///
/// Compiles the app's files in this process, so it is for the developer's own machine and not for what a server is sent.
package enum GlobalCheck {
    /// - Returns: warnings, each name once for each file. A file that does not compile has none: its error is told elsewhere.
    package static func check(_ package: AppPackage) -> [Diagnostic] {
        let files = package.files.filter(\.isProgram).compactMap(File.init)
        let made = files.reduce(into: Set<String>()) { $0.formUnion($1.globals.filter(\.isWritten).map(\.name)) }
        // What is done through the table of all globals cannot be told by reading.
        let isOpen = files.contains { $0.globals.contains { $0.name == "_G" } }
        return files.flatMap { file in
            file.written() + (isOpen ? [] : file.unknown(made))
        }.inOrder()
    }

    private struct File {
        let path: String
        let content: [UInt8]
        let words: Set<String>
        let globals: [LuaOutline.Global]

        /// Nil for a file that does not compile, or that has an environment of its own making.
        init?(_ file: AppPackage.File) {
            guard let outline = try? LuaOutline(file: file.path, text: file.content) else { return nil }
            path = file.path
            content = file.content
            words = Set(file.content.split { !$0.isWordByte }.map { String(decoding: $0, as: UTF8.self) })
            globals = words.contains("_ENV") ? [] : outline.globals
        }

        func written() -> [Diagnostic] {
            first(of: globals.filter(\.isWritten)).map { global in
                let replaces = LuaGlobals.names.contains(global.name)
                let message =
                    replaces
                    ? "this replaces Lua's own \(global.name) in all of the app's files"
                    : "\(global.name) becomes a global variable, which all of the app's files share and no store keeps"
                let hint =
                    replaces ? "choose another name" : "write \"local \(global.name)\", or keep it in the store if it has to last"
                return warning(global, message, hint)
            }
        }

        func unknown(_ made: Set<String>) -> [Diagnostic] {
            let reads = globals.filter { global in
                !global.isWritten && !made.contains(global.name) && !LuaGlobals.names.contains(global.name)
                    && RemovedGlobal.hint(global.name) == nil
            }
            return first(of: reads).map { global in
                let own = words.subtracting([global.name]).subtracting(Self.keywords)
                let meant =
                    NearMatch.of(global.name, in: own.sorted()) ?? NearMatch.of(global.name, in: LuaGlobals.names.sorted())
                let hint =
                    meant.map { "did you mean \($0)?" }
                    ?? (global.name == "stoa"
                        ? "begin the file with local stoa = require \"stoa\"" : "declare it with \"local\" before its first use")
                return warning(global, "nothing gives \(global.name) a value, so it is nil here", hint)
            }
        }

        private func first(of globals: [LuaOutline.Global]) -> [LuaOutline.Global] {
            var seen: Set<String> = []
            return globals.filter { seen.insert($0.name).inserted }
        }

        private func warning(_ global: LuaOutline.Global, _ message: String, _ hint: String) -> Diagnostic {
            Diagnostic(
                .warning, file: path, at: SourcePosition(of: global.name, inLine: global.line, of: content), message, hint: hint)
        }

        private static let keywords: Set<String> = [
            "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
            "or", "repeat", "return", "then", "true", "until", "while",
        ]
    }
}
