import Foundation

/// A file of texts of an app in one language: `locales/ru.json`, texts by their names. A text that depends on a number is an
/// object of its plural forms, named as in CLDR (Unicode TR 35, part 3, "Language Plural Rules").
enum Locale {
    static let forms = ["zero", "one", "two", "few", "many", "other"]

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
        var names: [(path: String, names: Set<String>)] = []
        for file in files where file.isLocale {
            let (found, problem) = texts(of: file)
            if let problem { problems.append(problem) } else { names.append((file.path, found)) }
        }
        let all = names.reduce(into: Set<String>()) { $0.formUnion($1.names) }
        for (path, found) in names {
            let missing = all.subtracting(found).sorted()
            guard let first = missing.first else { continue }
            let more = missing.count == 1 ? "" : " and \(missing.count - 1) more"
            problems.append(
                Diagnostic(
                    .warning, file: path, "the text \"\(first.prefix(64))\"\(more) of another language is missing here",
                    hint: "translate it: without it people read another language"))
        }
        return problems
    }

    private struct Text: Decodable {
        let forms: [String]?

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            forms = (try? value.decode(String.self)) == nil ? Array(try value.decode([String: String].self).keys) : nil
        }
    }

    private static func texts(of file: AppPackage.File) -> (names: Set<String>, problem: Diagnostic?) {
        guard language(of: file.path) != nil else {
            return (
                [],
                Diagnostic(
                    .error, file: file.path, "the file's name is no language",
                    hint: "name it as in locales/en.json or locales/pt-BR.json")
            )
        }
        guard let texts = try? JSONDecoder().decode([String: Text].self, from: Data(file.content)) else {
            return (
                [],
                Diagnostic(
                    .error, file: file.path, "this is no object of texts",
                    hint: "write {\"greeting\": \"Hello, {name}\", \"items\": {\"one\": \"{n} item\", \"other\": \"{n} items\"}}")
            )
        }
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let forms = text.forms else { continue }
            if let unknown = forms.sorted().first(where: { !Self.forms.contains($0) }) {
                return (
                    [],
                    Diagnostic(
                        .error, file: file.path, "\"\(name)\" has a form \"\(unknown)\"",
                        hint: "the forms are \(Self.forms.joined(separator: ", "))")
                )
            }
            guard forms.contains("other") else {
                return (
                    [],
                    Diagnostic(.error, file: file.path, "\"\(name)\" has no form \"other\"", hint: "add it: it is what is left")
                )
            }
        }
        return (Set(texts.keys), nil)
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
