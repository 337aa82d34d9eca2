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
                "locales/pt-BR.json": #"{"a": "A", "n": {"other": "{n}"}}"#,
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

    @Test(arguments: ["plain", "]]", "]=]]]", "\n\r\n", "]]]==]"])
    func aModuleGivesTheTextBack(text: String) {
        let module = String(decoding: Locale.module(Array(text.utf8)), as: UTF8.self)
        #expect(module.hasPrefix("return [") && module.contains(text))
    }
}
