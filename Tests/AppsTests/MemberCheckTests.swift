import Apps
import Foundation
import Testing

/// Calls that the bridge does not have, and the wrong one of dot and colon.
@Suite struct MemberCheckTests {
    /// What is found in `main.lua`, every capability being declared: `line:column: severity: message | hint`.
    static func problems(_ source: String, _ more: [AppPackage.File] = []) throws -> [String] {
        let requests = """
            {"name": "messages.send", "reason": "x"}, {"name": "store", "reason": "x"}, {"name": "timers", "reason": "x"},
            {"name": "http.fetch", "reason": "x", "hosts": ["a.example"]}, {"name": "apps.call", "reason": "x", "apps": ["a"]}
            """
        let manifest = #"{"name": "p", "title": "P", "kind": "bot", "version": "1", "capabilities": [\#(requests)]}"#
        let found = SourceCheck.check(try Fixture.package(manifest: manifest, main: source, more))
        return found.filter { $0.file != "manifest.json" }.map {
            "\($0.line ?? 0):\($0.column ?? 0): \($0.severity): \($0.message)" + ($0.hint.map { " | \($0)" } ?? "")
        }
    }

    static func inHandler(_ body: String) -> String { "stoa.command('a', function(chat, _, message) \(body) end)" }

    @Test(
        "methods that are not there, of a handler's parameters",
        arguments: [
            ("chat:sned('x')", "there is no chat:sned | did you mean chat:send?"),
            ("chat:Send 'x'", "there is no chat:Send | did you mean chat:send?"),
            ("chat:wait('x')", "there is no chat:wait | it has: ask, broadcast, call, checkpoint, choose"),
            ("chat:after(1, 'x')", "there is no chat:after | did you mean chat.timers:after?"),
            ("chat:put('k', 1)", "there is no chat:put | did you mean chat.store:put?"),
            ("chat.sned('x')", "there is no chat:sned | did you mean chat:send?"),
            ("chat.store:gett('k')", "there is no chat.store:gett | did you mean chat.store:get?"),
            ("chat.user.store:incremnt('k')", "there is no chat.user.store:incremnt | did you mean chat.user.store:increment?"),
            ("message.user:send('x')", "there is no message.user:send | did you mean chat:send?"),
            ("message:answer('x')", "there is no message:answer | it has: delete, edit, reply"),
            ("message:upper()", "there is no message:upper | it has: delete, edit, reply"),
            ("local s = chat.store s:set('k', 1)", "there is no s:set | did you mean s:get?"),
            ("stoa.chat(7):sned('x')", "there is no stoa.chat(…):sned | did you mean stoa.chat(…):send?"),
            ("stoa.store:puts('k', 1)", "there is no stoa.store:puts | did you mean stoa.store:put?"),
            ("stoa.log.wran('x')", "there is no stoa.log.wran | did you mean stoa.log.warn?"),
            ("stoa.json.parse('x')", "there is no stoa.json.parse | it has: decode, encode"),
            ("stoa.htpp.fetch(u)", "there is no stoa.htpp | did you mean stoa.http?"),
        ])
    func unknownMethods(body: String, expected: String) throws {
        let problems = try Self.problems(Self.inHandler(body))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains(": error: " + expected) == true, "\(problems)")
    }

    @Test("unknown functions of stoa, by whatever name the module goes")
    func unknownFunctions() throws {
        #expect(
            try Self.problems("local stoa = require \"stoa\"\nstoa.comand('a', function() end)")
                == ["2:6: error: there is no stoa.comand | did you mean stoa.command?"])
        #expect(
            try Self.problems("local s <const> = require('stoa')\ns.tiemr('a', function() end)")
                == ["2:3: error: there is no s.tiemr | did you mean s.timer?"])
        #expect(
            try Self.problems("stoa.send('x')").first?.hasSuffix("there is no stoa.send | did you mean chat:send?") == true)
    }

    @Test(
        "a dot where a colon belongs, and a colon where a dot does",
        arguments: [
            ("chat.send('x')", "chat.send is called with a dot | write chat:send(…)"),
            ("chat.send 'x'", "chat.send is called with a dot"), ("chat.choose('x', {})", "chat.choose is called with a dot"),
            ("chat.send(text)", "chat.send is called with a dot"), ("chat.typing()", "chat.typing is called with a dot"),
            ("chat.store.get('k')", "chat.store.get is called with a dot | write chat.store:get(…)"),
            ("chat.timers.after(60, 'x')", "chat.timers.after is called with a dot"),
            ("message.reply { text = 1 }", "message.reply is called with a dot"),
            ("stoa.log:info('x')", "stoa.log:info is called with a colon | write stoa.log.info(…)"),
            ("stoa:command('b', f)", "stoa:command is called with a colon"),
            ("stoa.http:fetch(u)", "stoa.http:fetch is called with a colon"),
        ])
    func separators(body: String, expected: String) throws {
        let problems = try Self.problems(Self.inHandler(body)).filter { !$0.contains("nothing handles") }
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains(": error: " + expected) == true, "\(problems)")
    }

    @Test("the place is that of the name, or of the dot")
    func places() throws {
        #expect(
            try Self.problems("stoa.press('a', function(c, p)\n  c.send('x') p:anwser('x')\nend)").map { $0.prefix(4) } == [
                "2:4:", "2:17",
            ])
    }

    @Test("the guide's names in functions of the app's own: slips only, as warnings")
    func usualNames() throws {
        #expect(
            try Self.problems("local function greet(chat) chat:sned('x') end")
                == ["1:33: warning: there is no chat:sned | did you mean chat:send?"])
        #expect(
            try Self.problems("local function f(store) store.get('k') end").map { $0.prefix(25) } == ["1:30: warning: store.get "]
        )
        for silent in [
            "local function f(chat) chat:archive() end", "local function f(message) return message:rep(3) .. message:upper() end",
            "local chat = thing() chat:sned('x')", "local store = require 'lib.store' store:gett('k')", "chat:sned('x')",
            "for _, chat in ipairs(chats) do chat:sned('x') end", "other.chat:sned('x')",
            "local function f(press) press = g() press:anser() end",
        ] {
            #expect(try Self.problems(silent).isEmpty, "\(silent)")
        }
    }

    @Test(
        "no false alarms",
        arguments: [
            "chat.greet = function(self) end chat:greet()", "function chat:greet() end chat:greet()",
            "local chat = wrap(chat) chat:sned('x')", "chat = wrap(chat) chat:sned('x')",
            "for _, chat in ipairs(all) do chat:sned('x') end", "local f = function(chat) chat:archive() end",
            "pcall(chat.send, chat, 'x')", "chat.send(chat, 'x')", "local send = chat.send", "chat.send(self, 'x')",
            "chat.send(args())", "chat.send(table.unpack(t))", "chat.send(...)", "chat.user.name:upper()", "chat.title:len()",
            "message.text:gsub('a', 'b')", "chat.state.order:total()", "if chat.react then end", "local r = chat.react",
            "if stoa.pay then end", "chat.store:get('k'):upper()", "chat:send('x'):edit('y')", "stoa.app.name:upper()",
            "stoa.all { function() end }", "stoa.race({})", "stoa.chat(1):send('x')", "stoa.random.integer(1, 2)",
            "stoa.time.now()", "stoa.http.secret('KEY')", "stoa.helper = function() end stoa.helper()", "x.stoa.comand()",
            "local log = stoa.log log.info('x')", "stoa['comand']()", "chat['send'](chat, 'x')",
            "({ chat = chat }).chat:send('x')",
            "message:delete()", "chat:checkpoint({})", "chat.store.get(store, 'k')",
        ])
    func silent(body: String) throws {
        #expect(try Self.problems(Self.inHandler(body)).isEmpty)
    }

    @Test("what the app defines in another file is silent, too")
    func definedElsewhere() throws {
        let other = Fixture.file("lib/a.lua", "local M = {}\nfunction M:archive() end\nreturn M")
        #expect(try Self.problems(Self.inHandler("chat:archive()"), [other]).isEmpty)
        #expect(try !Self.problems(Self.inHandler("chat:archive()")).isEmpty)
    }

    @Test("a module of that name which is not Stoa's")
    func otherModule() throws {
        #expect(try Self.problems("local stoa = require 'lib.stoa2' stoa.comand()").isEmpty)
        #expect(try Self.problems("local function f(stoa) stoa.comand() end").isEmpty)
    }

    @Test("whatever the SDK defines is known here")
    func sdk() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "Sources/Bridge/SDK")
        let objects = ["Chat": "chat", "Message": "message", "Press": "press", "Store": "chat.store", "Timers": "chat.timers"]
        var found = 0
        for case let file as URL in try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        where file.pathExtension == "lua" {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let match = line.firstMatch(of: /^function (\w+)[.:](\w+)\(/) else { continue }
                let name = String(match.2)
                if let object = objects[String(match.1)] {
                    let source =
                        "stoa.press('a', function(chat, press) local message = press.message \(object):\(name)('k', t) end)"
                    #expect(
                        try Self.problems(source).filter {
                            !$0.contains("nothing handles") && !$0.contains("needs the capability")
                        }.isEmpty)
                    found += 1
                } else if match.1 == "stoa" {
                    #expect(try Self.problems("local f = stoa.\(name)(x, y)").isEmpty)
                    found += 1
                }
            }
        }
        #expect(found >= 20)
    }
}
