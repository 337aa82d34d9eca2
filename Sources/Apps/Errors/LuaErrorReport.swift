/// An error of an app's Lua as its developer sees it: the message, the place with its line of source and a caret, what to do
/// about it, and the stack in the app's own files.
///
/// Pure: reads the message and the traceback that the sandbox gave, and the files that ran. A file that has changed since, a
/// place that is none and a hostile message give a shorter report, never a failure.
package struct LuaErrorReport: Sendable {
    /// The whole report, several lines without a line break at the end.
    package let text: String
    /// The same for an editor; nil when no place in the app's files is known.
    package let diagnostic: Diagnostic?

    /// - Parameters:
    ///   - message: what was raised, such as `main.lua:12: attempt to index a nil value (local 'order')`, or a limit's name.
    ///   - traceback: lines such as `main.lua:12: in function 'total'`, the innermost first; empty when there is none.
    ///   - files: the files of the app's version that ran.
    package init(message: String, traceback: String, files: [AppPackage.File]) {
        let frames = traceback.split(separator: "\n").compactMap { LuaErrorPlace($0, files: files) }
        let own = LuaErrorPlace(message[...], files: files)
        // What is raised without a place happened where the stack ends.
        let place = own ?? frames.first
        let raised = own?.rest ?? message
        let scene = place.map { LuaErrorScene(file: $0.file, line: $0.line, files: files) }
        let finding = LuaErrorFinding(message: raised, scene: scene)

        let position = place.map { SourcePosition(line: $0.line, column: finding.column ?? scene?.firstColumn ?? 1) }
        diagnostic = place.map { place in
            Diagnostic(
                .error, file: place.file.path, at: position, String(raised.prefix { $0 != "\n" }), hint: finding.hint)
        }
        var parts = [(place.map { "\($0.file.path):\($0.line): " } ?? "") + Diagnostic.printable(lines: raised)]
        if let place {
            parts += Diagnostic.excerpt(of: place.file.content, line: place.line, column: finding.column).map { [$0] } ?? []
        }
        if let related = finding.related, let place, related != place.line,
            let excerpt = Diagnostic.excerpt(of: place.file.content, line: related, column: nil)
        {
            parts.append("    … line \(related):\n\(excerpt)")
        }
        if let hint = finding.hint { parts.append("    hint: " + Diagnostic.printable(lines: hint)) }
        parts += Self.stack(frames, after: place)
        text = parts.joined(separator: "\n")
    }

    /// What the compiler says of a file, such as `main.lua:3: unexpected symbol near 'end'`, with a caret and a hint.
    /// - Returns: nil when the message names no place in these files.
    package static func diagnostic(ofSyntaxError message: String, files: [AppPackage.File]) -> Diagnostic? {
        LuaErrorReport(message: message, traceback: "", files: files).diagnostic
    }

    /// The frames, each with its line of source; frames that repeat one after another once, with their number.
    private static func stack(_ frames: [LuaErrorPlace], after place: LuaErrorPlace?) -> [String] {
        guard !frames.isEmpty else { return [] }
        var lines = ["stack:"]
        var index = 0
        while index < frames.count {
            let frame = frames[index]
            var count = 1
            while index + count < frames.count, frames[index + count] == frame { count += 1 }
            let times = count > 1 ? " (\(count) times)" : ""
            lines.append("    \(frame.file.path):\(frame.line): \(Diagnostic.printable(lines: frame.rest))\(times)")
            // The place of the error itself has been shown above.
            let isShown = index == 0 && place?.file == frame.file && place?.line == frame.line
            if !isShown, let source = Diagnostic.excerpt(of: frame.file.content, line: frame.line, column: nil) {
                lines.append("    " + source)
            }
            index += count
        }
        return lines
    }
}

/// A place in one of the app's files at the beginning of a text, such as `lib/cart.lua:7: in function 'add'`.
struct LuaErrorPlace: Equatable {
    let file: AppPackage.File
    /// Counted from 1.
    let line: Int
    /// What stands behind the place.
    let rest: String

    /// Lua cuts longer names.
    private static let longestName = 59

    init?(_ text: Substring, files: [AppPackage.File]) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let line = Int(parts[1]), line > 0 else { return nil }
        let name = parts[0]
        let isCut = name.utf8.count >= Self.longestName
        guard let file = files.first(where: { $0.path == name || isCut && $0.path.hasPrefix(name) }) else { return nil }
        self.file = file
        self.line = line
        rest = String(parts[2].drop { $0 == " " })
    }

    static func == (a: Self, b: Self) -> Bool { a.line == b.line && a.file.path == b.file.path && a.rest == b.rest }
}
