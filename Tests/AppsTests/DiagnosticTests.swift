import Apps
import Testing

@Suite struct DiagnosticTests {
    static let source = Array("local a = 1\n\tos.exit()\nprint('é', io)\n".utf8)

    @Test("with the line and a caret under the place")
    func caret() {
        let problem = Diagnostic(
            .error, file: "main.lua", at: .init(line: 3, column: 12), "an app has no library io", hint: "use the store")
        #expect(
            problem.rendered(source: Self.source) == """
                main.lua:3:12: error: an app has no library io
                    print('é', io)
                               ^
                    hint: use the store
                """)
    }

    @Test("a tab stays a tab, so that the caret stands where it should")
    func tab() {
        let problem = Diagnostic(.warning, file: "main.lua", at: .init(line: 2, column: 2), "no")
        #expect(problem.rendered(source: Self.source) == "main.lua:2:2: warning: no\n    \tos.exit()\n    \t^")
    }

    @Test("without a place, without a file")
    func bare() {
        #expect(
            Diagnostic(.error, file: "lib/a.lua", "is a link", hint: "copy it").rendered()
                == "lib/a.lua: error: is a link\n    hint: copy it")
        #expect(Diagnostic(.error, file: "", "there is nothing").rendered(source: Self.source) == "error: there is nothing")
    }

    @Test("places outside of the source are no trouble", arguments: [(0, 0), (1, 0), (1, 500), (4, 1), (99, 1), (-1, -1)])
    func outside(line: Int, column: Int) {
        let problem = Diagnostic(.error, file: "a.lua", at: .init(line: line, column: column), "x")
        #expect(problem.rendered(source: Self.source).hasPrefix("a.lua:\(line):\(column): error: x"))
    }

    @Test("a long line is cut, and nothing reaches the terminal that could drive it")
    func hostile() {
        let long = Array((String(repeating: "x", count: 10_000) + "y\u{1B}[2Jz").utf8)
        let problem = Diagnostic(.error, file: "a\u{1B}.lua", at: .init(line: 1, column: 10_001), "m\u{202E}", hint: "h\n")
        let text = problem.rendered(source: long)
        #expect(text.count < 400)
        #expect(text.contains("y?[2Jz"))
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
        #expect(text.hasSuffix("hint: h?"))
    }

    @Test("order and summary")
    func lists() {
        let late = Diagnostic(.error, file: "b.lua", at: .init(line: 2, column: 1), "late")
        let early = Diagnostic(.warning, file: "b.lua", at: .init(line: 1, column: 9), "early")
        let whole = Diagnostic(.error, file: "b.lua", "whole")
        let other = Diagnostic(.error, file: "a.lua", at: .init(line: 9, column: 9), "other")
        #expect([late, early, whole, other].inOrder() == [other, whole, early, late])
        #expect([late, early, whole].summary == "2 errors and 1 warning")
        #expect([early].summary == "1 warning")
        #expect([Diagnostic]().summary == "no problems")
        #expect([late].hasErrors && ![early].hasErrors)
    }
}

@Suite struct NearMatchTests {
    @Test(
        "slips of the hand",
        arguments: [
            ("sevre", "serve"), ("deply", "deploy"), ("rollbak", "rollback"), ("App", "apps"), ("mesages.send", "messages.send"),
        ])
    func near(word: String, expected: String) {
        #expect(NearMatch.of(word, in: ["serve", "deploy", "rollback", "apps", "messages.send"]) == expected)
    }

    @Test("other words", arguments: ["", "x", "payments", "reserved", String(repeating: "s", count: 10_000)])
    func far(word: String) { #expect(NearMatch.of(word, in: ["serve", "deploy"]) == nil) }

    @Test("a package with many problems is told of some, and how many there are")
    func many() {
        let problems = (1...250).map { Diagnostic(.error, file: "a.lua", "problem \($0)") }
        let lines = PackageError(problems).description.split(separator: "\n")
        #expect(lines.count == 201 && lines.last == "and 50 more")
        #expect(problems.rendered(files: []).count == 250)
    }
}
