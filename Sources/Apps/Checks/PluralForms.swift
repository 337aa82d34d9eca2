/// Which plural forms a language has for whole numbers (CLDR 44, "Language Plural Rules"), as the SDK chooses among them in
/// `locale.lua`; a test compares the two. All have `other` besides.
enum PluralForms {
    /// A form, and numbers that take it.
    typealias Form = (name: String, examples: String)

    private static let byLanguages: [(languages: String, forms: [Form])] = [
        ("ru uk be", [("one", "1, 21"), ("few", "2, 3, 4, 22"), ("many", "0, 5, 11, 25")]),
        ("sr hr bs", [("one", "1, 21"), ("few", "2, 3, 4, 22")]),
        ("pl", [("one", "1"), ("few", "2, 3, 4, 22"), ("many", "0, 5, 21")]),
        ("cs sk", [("one", "1"), ("few", "2, 3, 4")]),
        ("lt", [("one", "1, 21"), ("few", "2, 3, 22")]),
        ("lv", [("zero", "0, 10, 11"), ("one", "1, 21")]),
        ("ro", [("one", "1"), ("few", "0, 2, 19")]),
        ("sl", [("one", "1, 101"), ("two", "2, 102"), ("few", "3, 4")]),
        ("ar", [("zero", "0"), ("one", "1"), ("two", "2"), ("few", "3, 10"), ("many", "11, 99")]),
        ("he", [("one", "1"), ("two", "2")]),
        ("ga", [("one", "1"), ("two", "2"), ("few", "3, 6"), ("many", "7, 10")]),
        ("fr hy hi fa bn", [("one", "0, 1")]),
        ("ja zh ko vi th id ms", []),
    ]

    private static let known: [String: [Form]] = byLanguages.reduce(into: [:]) { known, entry in
        for language in entry.languages.split(separator: " ") { known[String(language)] = entry.forms }
    }

    /// - Parameter language: a tag such as `ru` or `pt-BR`.
    static func of(_ language: String) -> [Form] {
        known[(language.split(separator: "-").first ?? "").lowercased()] ?? [("one", "1")]
    }
}
