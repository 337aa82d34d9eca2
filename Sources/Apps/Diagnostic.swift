/// One thing that is wrong, or may be, at a place in an app's folder.
package struct Diagnostic: Sendable, Equatable {
    package enum Severity: String, Sendable { case error, warning }

    /// Path inside the app's folder, such as `lib/cart.lua`; empty for the folder itself.
    package let file: String
    package let position: SourcePosition?
    package let severity: Severity
    /// What is wrong: one line without a full stop.
    package let message: String
    /// What to do about it.
    package let hint: String?

    package init(
        _ severity: Severity, file: String, at position: SourcePosition? = nil, _ message: String, hint: String? = nil
    ) {
        self.file = file
        self.position = position
        self.severity = severity
        self.message = message
        self.hint = hint
    }

    /// Counted from 1; nil when it concerns the file as a whole.
    package var line: Int? { position?.line }
    /// Counted from 1, in Unicode scalars; nil when it concerns the file as a whole.
    package var column: Int? { position?.column }
}

/// A place in a text: line and column count from 1, columns in Unicode scalars.
package struct SourcePosition: Sendable, Hashable, Comparable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

extension Diagnostic: CustomStringConvertible {
    /// `main.lua:12:5: error: what is wrong`
    package var description: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        return (place.isEmpty ? "" : place + ": ") + "\(severity.rawValue): \(message)"
    }

    /// The description, then the line of the source with a caret under the place, then the hint.
    /// - Parameter source: the whole file, when it is at hand.
    package func rendered(source: [UInt8]? = nil) -> String {
        // A failing test tells what was said in it, on lines of its own.
        var text = description.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.printable($0.unicodeScalars) }.joined(separator: "\n    ")
        if let position, let source, let excerpt = Self.excerpt(of: source, at: position) { text += "\n" + excerpt }
        if let hint { text += "\n    hint: " + Self.printable(hint.unicodeScalars) }
        return text
    }

    private static func excerpt(of source: [UInt8], at position: SourcePosition) -> String? {
        excerpt(of: source, line: position.line, column: position.column)
    }

    /// The line and, under the column if there is one, a caret. Long lines are cut around the place, control characters shown
    /// as `?`, so that a hostile file cannot drive the terminal.
    static func excerpt(of source: [UInt8], line: Int, column: Int?) -> String? {
        guard line >= 1, column ?? 1 >= 1 else { return nil }
        let lines = source.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard line <= lines.count else { return nil }
        var scalars = Array(String(decoding: lines[line - 1], as: UTF8.self).unicodeScalars)
        if scalars.last == "\r" { scalars.removeLast() }
        let caret = min((column ?? 1) - 1, scalars.count)
        let first = max(0, caret - 80)
        let shown = scalars[first..<min(scalars.count, first + 120)]
        guard !shown.allSatisfy(\.properties.isWhitespace) else { return nil }
        guard column != nil else { return "    \(printable(shown.drop(while: \.properties.isWhitespace)))" }
        let underline = scalars[first..<caret].map { $0 == "\t" ? "\t" : " " }.joined()
        return "    \(printable(shown))\n    \(underline)^"
    }

    /// Text of several lines without what could drive a terminal.
    static func printable(lines text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { printable($0.unicodeScalars) }.joined(separator: "\n")
    }

    private static func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\t", .format, .lineSeparator, .paragraphSeparator: text.append("?")
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}

extension [Diagnostic] {
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// By file, then place; what concerns a whole file comes before its lines.
    package func inOrder() -> [Diagnostic] {
        enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            if x.file != y.file { return x.file < y.file }
            let start = SourcePosition(line: 0, column: 0)
            let (p, q) = (x.position ?? start, y.position ?? start)
            return p != q ? p < q : a.offset < b.offset
        }.map(\.element)
    }

    /// "2 errors and 1 warning"
    package var summary: String {
        let errors = count { $0.severity == .error }
        let parts = [(errors, "error"), (count - errors, "warning")].filter { $0.0 > 0 }
        return parts.isEmpty ? "no problems" : parts.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: " and ")
    }
}

extension SourcePosition {
    /// Where a word first stands by itself in a line of a text; the line's beginning when it does not.
    package init(of word: String, inLine line: Int, of text: [UInt8]) {
        let word = Array(word.utf8)
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        let content = line >= 1 && line <= lines.count ? Array(lines[line - 1]) : []
        for start in content.indices where content[start...].starts(with: word) {
            let end = start + word.count
            let isAlone = (start == 0 || !content[start - 1].isWordByte) && (end == content.count || !content[end].isWordByte)
            if isAlone {
                self.init(line: line, column: String(decoding: content[..<start], as: UTF8.self).unicodeScalars.count + 1)
                return
            }
        }
        self.init(line: line, column: 1)
    }
}

extension UInt8 {
    /// A letter, digit or underscore of ASCII: what names in Lua are made of.
    package var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
