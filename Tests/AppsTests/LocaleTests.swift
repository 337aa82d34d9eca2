import Testing

@testable import Apps

/// Files of texts: what is wrong with them is told before they are deployed.
struct LocaleTests {
    private static func problems(_ files: [String: String]) -> [String] {
        Locale.problems(in: files.sorted { $0.key < $1.key }.map { AppPackage.File(path: $0.key, content: Array($0.value.utf8)) })
            .map { "\($0.severity) \($0.file): \($0.message)" }
    }

    @Test func goodFilesAreGood() {
        #expect(
            Self.problems([
                "locales/en.json": #"{"a": "A", "n": {"one": "{n} thing", "other": "{n} things"}}"#,
                "locales/pt-BR.json": #"{"a": "A", "n": {"one": "uma", "other": "{n}"}}"#,
                "locales/ja.json": #"{"a": "A", "n": {"other": "{n}"}}"#,
            ]).isEmpty)
    }

    @Test(arguments: [
        ("locales/English.json.json", "{}", "is no language"), ("locales/en.json", "[]", "no object of texts"),
        ("locales/en.json", #"{"a": 5}"#, "no object of texts"),
        ("locales/en.json", #"{"a": {"one": "x"}}"#, "no form \"other\""),
        ("locales/en.json", #"{"a": {"other": "x", "lots": "y"}}"#, "has a form \"lots\""),
    ])
    func whatIsWrongIsAnError(path: String, text: String, problem: String) {
        let found = Self.problems([path: text])
        #expect(found.count == 1 && found[0].contains(problem) && found[0].hasPrefix("error"), "\(found)")
    }

    @Test func whatIsMissingIsAWarning() {
        let found = Self.problems(["locales/en.json": #"{"a": "A", "b": "B"}"#, "locales/ru.json": #"{"a": "А"}"#])
        #expect(found.count == 1 && found[0].contains("locales/ru.json") && found[0].contains("\"b\""), "\(found)")
    }

    @Test(arguments: [
        ("ru", #"{"n": {"one": "{n} чашка", "few": "{n} чашки", "other": "{n} чашки"}}"#, #"has no form "many" (0, 5, 11, 25)"#),
        ("pt-BR", #"{"n": {"other": "{n} xícaras"}}"#, #"has no form "one" (1), which"#),
        ("pl", #"{"n": {"other": "{n}"}}"#, #""one" (1), "few" (2, 3, 4, 22), "many" (0, 5, 21)"#),
    ])
    func formsThatTheLanguageHasAreMissed(language: String, text: String, problem: String) {
        let found = Self.problems(["locales/\(language).json": text])
        #expect(found.count == 1 && found[0].hasPrefix("warning") && found[0].contains(problem), "\(found)")
    }

    @Test(arguments: [
        (#"{"hi": "Привет, {nmae}"}"#, #""hi" has no {name}, which locales/en.json has"#),
        (#"{"hi": "Привет"}"#, #""hi" has no {name}"#),
        (#"{"hi": "Привет, {name}, {day}"}"#, #""hi" has {day}, which locales/en.json has not"#),
        (#"{"hi": {"one": "{n} {name}", "few": "{n}", "many": "{n}", "other": "{n} {x}"}}"#, #""hi" has {x}, which"#),
    ])
    func valuesThatOnlyOneLanguageHasAreTold(russian: String, problem: String) {
        let found = Self.problems(["locales/en.json": #"{"hi": "Hello, {name}"}"#, "locales/ru.json": russian])
        #expect(found.count == 1 && found[0].contains("warning locales/ru.json: " + problem), "\(found)")
        let same = ["locales/en.json": #"{"hi": "Hello, {name}"}"#, "locales/de.json": #"{"hi": "{name}! { no value } {}"}"#]
        #expect(Self.problems(same).isEmpty)
    }

    @Test func aProblemSaysWhereItIs() {
        let files = [("locales/en.json", "{\n  \"a\": \"A\",\n  \"n\": {\"other\": \"x\"}\n}")]
        let found = Locale.problems(in: files.map { AppPackage.File(path: $0.0, content: Array($0.1.utf8)) })
        #expect(found.map(\.position) == [SourcePosition(line: 3, column: 3)])
    }

    @Test(arguments: ["plain", "]]", "]=]]]", "\n\r\n", "]]]==]"])
    func aModuleGivesTheTextBack(text: String) {
        let module = String(decoding: Locale.module(Array(text.utf8)), as: UTF8.self)
        #expect(module.hasPrefix("return [") && module.contains(text))
    }
}
