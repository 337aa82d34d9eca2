/// Texts of an app in one language beside the same texts in another: which are missing, which lack a form or a value.
enum LocaleCheck {
    static func all(in locales: [Locale]) -> [Diagnostic] {
        let names = locales.reduce(into: Set<String>()) { $0.formUnion($1.texts.keys) }
        let model = locales.first { $0.language == "en" } ?? locales.first
        return locales.flatMap { locale in
            let beside = locale.path == model?.path ? [] : model.map { values(in: locale, beside: $0) } ?? []
            return missing(in: locale, of: names) + forms(in: locale) + beside
        }
    }

    private static func missing(in locale: Locale, of names: Set<String>) -> [Diagnostic] {
        let missing = names.subtracting(locale.texts.keys).sorted()
        guard let first = missing.first else { return [] }
        let more = missing.count == 1 ? "" : " and \(missing.count - 1) more"
        return [
            Diagnostic(
                .warning, file: locale.path, "the text \"\(first.prefix(64))\"\(more) of another language is missing here",
                hint: "translate it: without it people read another language")
        ]
    }

    /// Plural forms that the language has and a text has not.
    private static func forms(in locale: Locale) -> [Diagnostic] {
        locale.texts.sorted { $0.key < $1.key }.compactMap { name, text in
            guard case .plural(let forms) = text else { return nil }
            let missing = PluralForms.of(locale.language).filter { forms[$0.name] == nil }
            guard !missing.isEmpty else { return nil }
            let which = missing.map { "\"\($0.name)\" (\($0.examples))" }.joined(separator: ", ")
            return Diagnostic(
                .warning, file: locale.path, at: locale.positions[name],
                "\"\(name.prefix(64))\" has no form \(which), which the language has",
                hint: "add it: without it people read the form \"other\"")
        }
    }

    /// Values in braces that a text has in one of two languages only.
    private static func values(in locale: Locale, beside model: Locale) -> [Diagnostic] {
        locale.texts.sorted { $0.key < $1.key }.compactMap { name, text in
            guard let other = model.texts[name] else { return nil }
            // The number itself may be left out: "one thing".
            let free: Set<String> = text.isPlural || other.isPlural ? ["n"] : []
            let lacks = other.values.subtracting(text.values).subtracting(free).sorted()
            let adds = text.values.subtracting(other.values).subtracting(free).sorted()
            guard let value = lacks.first ?? adds.first else { return nil }
            let what =
                lacks.isEmpty
                ? "has {\(value.prefix(64))}, which \(model.path) has not"
                : "has no {\(value.prefix(64))}, which \(model.path) has"
            let near = lacks.isEmpty ? nil : NearMatch.of(value, in: adds)
            return Diagnostic(
                .warning, file: locale.path, at: locale.positions[name], "\"\(name.prefix(64))\" \(what)",
                hint: near.map { "it has {\($0.prefix(64))}: did you mean {\(value.prefix(64))}?" }
                    ?? "give both the same: what is in braces is filled in by its name")
        }
    }
}
