import Apps
import Testing

/// Pages, actions and texts that are named and not there.
@Suite struct PageCheckTests {
    private static let pages = """
        local stoa = require "stoa"
        local ui = stoa.ui
        stoa.page("home", function(ctx) return ui.page {} end)
        stoa.page("item", function(ctx) return ui.page {} end)
        stoa.action("remove", function(ctx) end)

        """

    private static func problems(_ source: String, _ locales: [(String, String)] = []) throws -> [String] {
        let files = locales.map { Fixture.file("locales/\($0.0).json", $0.1) }
        return try HandlerCheckTests.problems(pages + source, fields: "", files)
    }

    @Test("a page or an action that is not there")
    func unregistered() throws {
        #expect(
            try Self.problems("stoa.page('a', function(ctx) return ctx:link('itme', { id = 1 }) end)") == [
                """
                main.lua:6:46: error: ctx:link: there is no page "itme" | did you mean "item"? Else add stoa.page("itme", \
                function(ctx) … end)
                """
            ])
        #expect(
            try Self.problems("stoa.action('a', function(ctx) ctx:go 'nowhere' end)") == [
                """
                main.lua:6:39: error: ctx:go: there is no page "nowhere" | add stoa.page("nowhere", function(ctx) … end)
                """
            ])
        #expect(
            try Self.problems("stoa.page('a', function(c) return c:action('remoev', 7) end)") == [
                """
                main.lua:6:44: error: c:action: there is no action "remoev" | did you mean "remove"? Else add \
                stoa.action("remoev", function(ctx) … end)
                """
            ])
        // A helper's parameter of the usual name may be something else.
        #expect(
            try Self.problems("local function row(ctx) return ctx:action('remoev') end").first?.hasPrefix(
                "main.lua:6:43: warning: ctx:action: there is no action") == true)
    }

    @Test(
        "what is there, and what cannot be known",
        arguments: [
            "stoa.page('a', function(ctx) return ctx:link('a'), ctx:link('home'), ctx:action('remove', 7) end)",
            "stoa.page('a', function(ctx) return ctx:link(name), ctx:action('re' .. rest), ctx:go(x and 'y' or 'z') end)",
            "stoa.page(name, function(ctx) return ctx:link('x') end)",
            "for _, name in ipairs(names) do stoa.action(name, f) end\nstoa.page('a', function(ctx) return ctx:action('x') end)",
            "local ctx = other()\nctx:link('x')",
        ])
    func silent(source: String) throws {
        #expect(try Self.problems(source) == [])
    }

    @Test("a text that is not there")
    func texts() throws {
        let english = [("en", #"{"greeting": "Hello", "sum": "Sum"}"#)]
        #expect(
            try Self.problems("stoa.page('a', function(ctx) return ctx:t('greting'), ctx:t 'sum' end)", english) == [
                """
                main.lua:6:43: warning: ctx:t: there is no text "greting" in locales | did you mean "greeting"? Else add "greting" \
                to locales/en.json: without it people read the name
                """
            ])
        #expect(
            try Self.problems("local t = stoa.t(nil, 'sun')", english).first?.contains("stoa.t: there is no text \"sun\"") == true
        )
        #expect(try Self.problems("local t = stoa.t('en', 'sum'), stoa.t(l, name)", english) == [])
        // A text of one language alone is missed elsewhere.
        let russian = english + [("ru", #"{"greeting": "Привет", "sum": "Итог", "only": "Да"}"#)]
        #expect(
            try !Self.problems("stoa.page('a', function(ctx) return ctx:t('only') end)", russian).contains {
                $0.contains("ctx:t")
            })
        #expect(try Self.problems("stoa.page('a', function(ctx) return ctx:t('x') end)").count == 1)
    }
}
