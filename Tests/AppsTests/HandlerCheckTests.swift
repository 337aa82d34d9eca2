import Apps
import Testing

/// Names that do not meet: declared, used, handled.
@Suite struct HandlerCheckTests {
    static func problems(_ source: String, fields: String = "", _ more: [AppPackage.File] = []) throws -> [String] {
        let manifest = #"{"name": "p", "title": "P", "kind": "bot", "version": "1"\#(fields.isEmpty ? "" : ",\n")\#(fields)}"#
        let found = SourceCheck.check(try Fixture.package(manifest: manifest, main: source, more))
        return found.filter { !$0.message.contains("needs the capability") }.map {
            $0.description + ($0.hint.map { " | \($0)" } ?? "")
        }
    }

    static let start = #""commands": [{"name": "start", "description": "x"}]"#
    static let quote = #""exports": [{"name": "quote", "apps": ["*"]}]"#
    static let hook = #""inbound": [{"path": "a", "scheme": "github", "secret": "S"}]"#

    @Test("kinds that stoa.on does not know")
    func kinds() throws {
        #expect(
            try Self.problems("stoa.on('mesage', f)") == [
                """
                main.lua:1:9: error: stoa.on has no updates of the kind "mesage" | did you mean "message"? The kinds are: \
                message, press, timer, member_joined, member_left, webhook, forgotten
                """
            ])
        #expect(
            try Self.problems("stoa.on('command', f)").first?.hasSuffix("| write stoa.command(NAME, function(chat) … end)")
                == true)
        for good in ["message", "press", "timer", "member_joined", "member_left", "webhook"] {
            #expect(try Self.problems("stoa.on('\(good)', f)").isEmpty)
        }
        #expect(try Self.problems("stoa.on(kind, f) stoa.on('mes' .. 'age', f) x.stoa.on('y', f)").isEmpty)
    }

    @Test("a command that is handled twice")
    func twice() throws {
        #expect(
            try Self.problems("stoa.command('a', f)\nstoa.command('A', 'Text', g)") == [
                """
                main.lua:2:14: warning: the command /a is handled twice, also at main.lua:1 | remove one of the two: only the one \
                that runs last counts
                """
            ])
        let other = Fixture.file("lib/a.lua", "local stoa = require 'stoa'\nstoa.command('a', f)")
        #expect(try Self.problems("require 'lib.a'\nstoa.command('a', f)", [other]).count == 1)
        for silent in [
            "stoa.command('a', f)\nstoa.command('b', f)", "if x then stoa.command('a', f) else stoa.command('a', g) end",
            "stoa.command('a', f)\nlocal function later() stoa.command('a', g) end",
        ] {
            #expect(try Self.problems(silent).isEmpty, "\(silent)")
        }
        #expect(try Self.problems("stoa.command('a', f)", [other]).isEmpty, "a file that nothing loads")
    }

    @Test("a command that is declared and not handled")
    func unhandled() throws {
        #expect(
            try Self.problems("stoa.command('strat', f)", fields: Self.start) == [
                """
                manifest.json:2:23: warning: the command /start is declared, but nothing handles it | main.lua handles /strat: did \
                you mean that?
                """
            ])
        #expect(
            try Self.problems("", fields: Self.start).first?.hasSuffix(
                "| add stoa.command(\"start\", function(chat) … end), or remove it")
                == true)
        #expect(try Self.problems("stoa.on('message', function(chat) end)", fields: Self.start).count == 1)
        for silent in [
            "stoa.command('Start', f)", "for _, n in ipairs(names) do stoa.command(n, f) end",
            "local c = stoa.command c('start', f)",
            "setup(stoa)", "require 'stoa'.command('start', f)", "local s = require('stoa') s.command('start', f)",
            "stoa.on('message', function(chat, m) if m.text == '/start' then end end)", "stoa.on(kind, f)", "return stoa",
            "local M = { stoa = stoa }", "stoa['command']('start', f)", "stoa.command 'start'",
            "stoa.on('message', function(chat, m) m.text:match('^/(%w+)') end)",
        ] {
            #expect(try Self.problems(silent, fields: Self.start).isEmpty, "\(silent)")
        }
        #expect(try Self.problems("", fields: #""commands": [{"name": "cancel", "description": "x"}]"#).isEmpty)
    }

    @Test("timers and tasks that nothing handles")
    func timers() throws {
        let body = "stoa.command('a', function(chat) %@ end)\n"
        func problems(_ call: String, _ more: String = "") throws -> [String] {
            try Self.problems(body.replacing("%@", with: call) + more)
        }
        #expect(
            try problems("chat.timers:after(60, 'tae')", "stoa.timer('tea', f)") == [
                """
                main.lua:1:56: warning: nothing handles the timer "tae" | did you mean "tea"? Else add \
                stoa.timer("tae", function(chat, …) … end)
                """
            ])
        #expect(try problems("stoa.timers:every(g(1, 2), 'x', { 1, 2 })").count == 1)
        #expect(try problems("local t = chat.timers t:at(1, 'x')").count == 1)
        #expect(
            try problems("stoa.spawn('wrok')", "stoa.task('work', f)").first?.contains(
                "nothing handles the task \"wrok\" | did you mean")
                == true)
        for (call, more) in [
            ("chat.timers:after(60, 'tea')", "stoa.timer('tea', f)"), ("chat.timers:after(60, 'tea')", "stoa.on('timer', f)"),
            ("chat.timers:after(60, 'tea')", "stoa.timer(name, f)"), ("chat.timers:after(60, 'a' .. 'b')", ""),
            ("chat.timers:after(60, name)", ""), ("clock:after(60, 'tea')", ""),
            ("stoa.spawn('work', 1)", "stoa.task('work', f)"),
            ("stoa.spawn(name)", ""), ("stoa.spawn('work')", "stoa.task(n, f)"), ("chat.timers:cancel(1, 'x')", ""),
        ] {
            #expect(try problems(call, more).isEmpty, "\(call) \(more)")
        }
    }

    @Test("exports: declared and not defined, defined and not declared")
    func exports() throws {
        #expect(
            try Self.problems("stoa.export('qoute', f)", fields: Self.quote) == [
                """
                main.lua:1:13: warning: qoute is exported, but the manifest does not declare it, so no app can call it | did you \
                mean "quote"? Else add {"name": "qoute", "apps": […]} to "exports" in manifest.json
                """,
                """
                manifest.json:2:22: warning: the export quote is declared, but nothing defines it | add \
                stoa.export("quote", function(call, …) … end), or remove it
                """,
            ])
        #expect(try Self.problems("stoa.export('quote', function(call) end)", fields: Self.quote).isEmpty)
        #expect(try Self.problems("stoa.export(name, f)", fields: Self.quote).isEmpty)
    }

    @Test("webhooks that nothing handles")
    func webhooks() throws {
        #expect(
            try Self.problems("", fields: Self.hook).first?.hasPrefix("manifest.json:2:22: warning: a webhook is declared")
                == true)
        #expect(try Self.problems("stoa.on('webhook', function(request) end)", fields: Self.hook).isEmpty)
        #expect(try Self.problems("stoa.on(kind, f)", fields: Self.hook).isEmpty)
    }
}
