import Model
import Testing

@Suite struct LanguageTests {
    @Test(
        "what a client accepts, by weight and then by order",
        arguments: [
            (nil, Language.english), ("", .english), ("ru", .russian), ("ru-RU,ru;q=0.9,en;q=0.5", .russian),
            ("de, ru;q=0.5, en;q=0.4", .russian), ("en;q=0.4,ru;q=0.5", .russian), ("en,ru", .english), ("ru;q=0, en", .english),
            ("RU", .russian), ("*", .english), (";;;,,,q=", .english), ("ru;q=abc", .english), (" ru ; q=0.3", .russian),
        ] as [(String?, Language)])
    func accepting(header: String?, expected: Language) { #expect(Language(accepting: header) == expected) }
}
