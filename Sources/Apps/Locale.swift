import Foundation

/// A file of texts of an app in one language: `locales/ru.json`, texts by their names. A text that depends on a number is an
/// object of its plural forms, named as in CLDR (Unicode TR 35, part 3, "Language Plural Rules").
struct Locale {
    enum Text {
        case plain(String)
        /// By the forms' names.
        case plural([String: String])

        var isPlural: Bool { if case .plural = self { true } else { false } }

        /// What is filled in, without its braces.
        var values: Set<String> {
            switch self {
            case .plain(let text): Self.values(of: text)
            case .plural(let forms): forms.values.reduce(into: []) { $0.formUnion(Self.values(of: $1)) }
            }
        }

        private static func values(of text: String) -> Set<String> {
            var values: Set<String> = []
            for piece in text.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false).dropFirst() {
                guard let end = piece.firstIndex(of: UInt8(ascii: "}")), end > piece.startIndex else { continue }
                let name = piece[..<end]
                let isName = name.allSatisfy {
                    (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
                }
                if isName { values.insert(String(Substring(name))) }
            }
            return values
        }
    }

    static let forms = ["zero", "one", "two", "few", "many", "other"]

    let path: String
    let language: String
    let texts: [String: Text]
    /// Where the texts' names stand.
    let positions: [String: SourcePosition]

    /// The language of a file, such as `ru` or `pt-BR`; nil when its name is none.
    static func language(of path: String) -> String? {
        guard path.hasPrefix("locales/"), path.hasSuffix(".json") else { return nil }
        let name = path.dropFirst("locales/".count).dropLast(".json".count)
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            part.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) }
                && (2...8).contains(part.count)
        }
        return isPlain && (1...3).contains(parts.count) ? String(name) : nil
    }

    /// What is wrong with the files of texts, and which texts one of them lacks.
    static func problems(in files: [AppPackage.File]) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        var locales: [Locale] = []
        for file in files where file.isLocale {
            switch read(file) {
            case .success(let locale): locales.append(locale)
            case .failure(let error): problems.append(error.diagnostic)
            }
        }
        return problems + LocaleCheck.all(in: locales)
    }

    /// Names of the texts in all languages; nil when one of the files is wrong.
    static func names(in files: [AppPackage.File]) -> Set<String>? {
        var names: Set<String> = []
        for file in files where file.isLocale {
            guard case .success(let locale) = read(file) else { return nil }
            names.formUnion(locale.texts.keys)
        }
        return names
    }

    private struct Wrong: Error {
        let diagnostic: Diagnostic

        init(_ file: AppPackage.File, at position: SourcePosition? = nil, _ message: String, hint: String) {
            diagnostic = Diagnostic(.error, file: file.path, at: position, message, hint: hint)
        }
    }

    private static func read(_ file: AppPackage.File) -> Result<Locale, Wrong> {
        guard let language = language(of: file.path) else {
            return .failure(
                Wrong(file, "the file's name is no language", hint: "name it as in locales/en.json or locales/pt-BR.json"))
        }
        guard let decoded = try? JSONDecoder().decode([String: Text].self, from: Data(file.content)) else {
            return .failure(
                Wrong(
                    file, "this is no object of texts",
                    hint: "write {\"greeting\": \"Hello, {name}\", \"items\": {\"one\": \"{n} item\", \"other\": \"{n} items\"}}")
            )
        }
        let positions = positions(in: file)
        for (name, text) in decoded.sorted(by: { $0.key < $1.key }) {
            guard case .plural(let forms) = text else { continue }
            if let unknown = forms.keys.sorted().first(where: { !Self.forms.contains($0) }) {
                return .failure(
                    Wrong(
                        file, at: positions[name], "\"\(name)\" has a form \"\(unknown)\"",
                        hint: "the forms are \(Self.forms.joined(separator: ", "))"))
            }
            guard forms["other"] != nil else {
                return .failure(
                    Wrong(file, at: positions[name], "\"\(name)\" has no form \"other\"", hint: "add it: it is what is left"))
            }
        }
        return .success(Locale(path: file.path, language: language, texts: decoded, positions: positions))
    }

    private static func positions(in file: AppPackage.File) -> [String: SourcePosition] {
        guard case .object(let members) = try? PositionedJSON.parse(file.content).content else { return [:] }
        return Dictionary(members.map { ($0.key, $0.position) }, uniquingKeysWith: { _, last in last })
    }

    /// The file as a Lua file that gives its text back, for the SDK to read.
    static func module(_ content: [UInt8]) -> [UInt8] {
        let text = String(decoding: content, as: UTF8.self)
        var level = 0
        while text.contains("]" + String(repeating: "=", count: level) + "]") { level += 1 }
        let equals = String(repeating: "=", count: level)
        // Lua leaves out a line feed right behind the bracket.
        return Array("return [\(equals)[\n\(text)]\(equals)]".utf8)
    }
}

extension Locale.Text: Decodable {
    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .plain(text)
        } else {
            self = .plural(try value.decode([String: String].self))
        }
    }
}
