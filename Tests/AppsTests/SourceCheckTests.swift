import Apps
import Testing

@Suite struct SourceCheckTests {
    /// `file:line:column: severity: message` of what is found in `main.lua` with these capabilities declared.
    static func check(
        _ source: String, declared: [String] = [], fields: String = "", _ more: [AppPackage.File] = []
    ) throws -> [String] {
        let partners = ["http.fetch": #", "hosts": ["api.example.com"]"#, "apps.call": #", "apps": ["delivery"]"#]
        let requests = declared.map { #"{"name": "\#($0)", "reason": "x"\#(partners[$0] ?? "")}"# }.joined(separator: ", ")
        let manifest = #"{"name": "p", "title": "P", "kind": "bot", "version": "1", "capabilities": [\#(requests)]\#(fields)}"#
        return SourceCheck.check(try Fixture.package(manifest: manifest, main: source, more)).map(\.description)
    }

    @Test(
        "calls that need a capability",
        arguments: [
            ("chat:send('x')", "chat:send", "messages.send"), ("chat:send 'x'", "chat:send", "messages.send"),
            ("chat:send [[x]]", "chat:send", "messages.send"), ("chat:send { text = 'x' }", "chat:send", "messages.send"),
            ("chat : send ( 'x' )", "chat:send", "messages.send"), ("chat:reply('x')", "chat:reply", "messages.send"),
            ("chat:edit(1, 'x')", "chat:edit", "messages.send"), ("chat:delete(1)", "chat:delete", "messages.send"),
            ("chat:typing()", "chat:typing", "messages.send"), ("local a = chat:ask('x')", "chat:ask", "messages.send"),
            ("return chat:choose('x', {})", "chat:choose", "messages.send"),
            ("message:edit('x')", "message:edit", "messages.send"),
            ("message:delete()", "message:delete", "messages.send"), ("message:reply('x')", "message:reply", "messages.send"),
            ("press:answer('x')", "press:answer", "messages.send"), ("self.chat:send('x')", "chat:send", "messages.send"),
            ("stoa.store:get('k')", "stoa.store", "store"), ("stoa.store.get(s, 'k')", "stoa.store", "store"),
            ("chat.store:put('k', 1)", "chat.store", "store"), ("chat.user.store:list()", "user.store", "store"),
            ("user.store:increment('k')", "user.store", "store"), ("stoa.app.store:delete('k')", "app.store", "store"),
            ("local s = chat.store", "chat.store", "store"), ("store:get('k')", "store:get", "store"),
            ("cart.store:put('k', 1)", "store:put", "store"), ("stoa.timers:after(60, n)", "stoa.timers", "timers"),
            ("local t = stoa.timers", "stoa.timers", "timers"), ("timers.every(60, 'x')", "timers.every", "timers"),
            ("chat.timers:cancel(1)", "chat.timers", "timers"), ("chat:form({})", "chat:form", "messages.send"),
            ("chat:confirm('x')", "chat:confirm", "messages.send"), ("chat:call('delivery', 'f')", "chat:call", "apps.call"),
            ("stoa.http.fetch(u)", "stoa.http.fetch", "http.fetch"),
            ("stoa.http.fetch { url = u }", "stoa.http.fetch", "http.fetch"),
            ("local http = stoa.http\nhttp.fetch(u)", "http.fetch", "http.fetch"),
            ("local web = stoa.http web.fetch(u)", "web.fetch", "http.fetch"),
            ("local a, http = stoa.log, stoa.http\nhttp.fetch(u)", "http.fetch", "http.fetch"),
            ("local http, a = stoa.http, f(x)\nhttp.fetch(u)", "http.fetch", "http.fetch"),
            ("local fetch = stoa.http.fetch", "stoa.http.fetch", "http.fetch"),
            ("stoa.http.secret 'KEY'", "stoa.http.secret", "http.fetch"),
            ("local s = require 'stoa'\nlocal http = s.http\nhttp.fetch(u)", "http.fetch", "http.fetch"),
            ("local http = stoa.http\nhttp = x or http http.fetch(u)", "http.fetch", "http.fetch"),
            ("stoa.chat(7):send('x')", "stoa.chat(…):send", "messages.send"),
            ("local s = require('stoa')\ns.store:get('k')", "s.store", "store"),
        ])
    func uses(source: String, call: String, capability: String) throws {
        let problems = try Self.check(source)
        #expect(problems.count == 1)
        let expected = "error: \(call) needs the capability \(capability), which the manifest does not declare"
        #expect(problems.first?.hasSuffix(expected) == true, "\(problems)")
        #expect(try Self.check(source, declared: [capability]).isEmpty)
    }

    @Test(
        "what is none of them",
        arguments: [
            "-- chat:send('x')", "--[[ chat:send('x')\n chat:send('y') ]]", "--[==[ chat:send() ]] chat:send() ]==]",
            "local a = 'chat:send(1)'", "local a = \"\\\"chat:send(1)\"", "local a = [[ chat:send(1) ]]",
            "local a = [=[ ]] chat:send(1) ]=]",
            "function chat:send(x) end", "chat.send = 1", "local chat = { send = 1 }", "other:send('x')",
            "message:text()", "local store = {}\nstore.get('k')", "local store = require 'lib.store'\nstore:put('k')",
            "local function f(store) return store:get('k') end", "bookstore:get('k')", "chat.store = nil", "store:open()",
            "store.get = 1", "restore.put('x')", "goto store\n::store::", "timers = {}", "x.timers.count()",
            "chat:sleep(5)", "chat:wait_for{ kind = 'message' }", "chat:checkpoint(1)", "stoa.all{}", "stoa.race{}",
            "local http = require 'lib.http'\nhttp.fetch(u)", "http.fetch(u)", "local http = stoa.http", "stoa.http.fetch = 1",
            "local a = 'x\\\n chat:send(1)'", "local a = 'x\\z\n   chat:send(1)'",
        ])
    func notUses(source: String) throws { #expect(try Self.check(source).isEmpty) }

    @Test("handlers may name their parameters as they like")
    func handlers() throws {
        let source = """
            stoa.command("start", function(c, text, m) c:send("Hi") m:delete() text:answer() end)
            stoa.on("press", function(where, what)
              if what.data then for i = 1, 2 do what:answer("x") end end
            end)
            stoa.press("vote", function(c, p) p:answer("x") end)
            stoa.on("member_joined", function(c, who) local s = who.store end)
            stoa.timer("wake", function(c) c.timers:after(1, "wake") end)
            stoa.task("t", function(c) c:sleep(1) c:call("delivery", "f") end)
            stoa.on("webhook", function(request, c) c:call("delivery", "f") request:answer("x") end)
            stoa.export("e", function(c) c:call("delivery", "f") end)
            stoa.on_upgrade(function(c, old) c:send(old) end)
            other:answer("y")
            what:answer("outside of the handler")
            who.store = who.store
            """
        #expect(
            try Self.check(source).filter { $0.contains("needs the capability") } == [
                """
                main.lua:1:44: error: c:send needs the capability messages.send (as do 4 more calls in this file), \
                which the manifest does not declare
                """,
                "main.lua:6:53: error: who.store needs the capability store, which the manifest does not declare",
                "main.lua:7:32: error: c.timers needs the capability timers, which the manifest does not declare",
                """
                main.lua:8:39: error: c:call needs the capability apps.call (as do 2 more calls in this file), which the \
                manifest does not declare
                """,
            ])
    }

    @Test("an undeclared capability is told once a file, at its first use")
    func once() throws {
        let other = Fixture.file("lib/a.lua", "\n  chat:send(1)\n  stoa.store:get(1)\n")
        let problems = try Self.check("chat:send(1)\nchat:reply(2)\nchat:send(3)", declared: ["store"], [other])
        #expect(
            problems == [
                "lib/a.lua:2:3: error: chat:send needs the capability messages.send, which the manifest does not declare",
                """
                main.lua:1:1: error: chat:send needs the capability messages.send (as do 2 more calls in this file), \
                which the manifest does not declare
                """,
            ])
    }

    @Test("a capability declared in vain is a warning, at its line of the manifest; tests do not count as use")
    func unused() throws {
        let tests = Fixture.file("tests/a.lua", "chat:send(1) os.exit()")
        #expect(
            try Self.check("return 1", declared: ["messages.send"], [tests]) == [
                """
                manifest.json:1:86: warning: the capability messages.send is declared, but no call was found that needs it
                """
            ])
    }

    @Test(
        "parts of Lua that the sandbox lacks",
        arguments: [
            ("io.open('x')", "an app has no library io"), ("local t = os.time()", "an app has no library os"),
            ("debug.traceback()", "an app has no library debug"), ("package.path = 'x'", "an app has no library package"),
            ("os['exit']()", "an app has no library os"), ("dofile 'x.lua'", "an app has no function dofile"),
            ("loadfile('x.lua')", "an app has no function loadfile"), ("warn('x')", "an app has no function warn"),
            ("string.dump(print)", "an app has no function string.dump"), ("x = { os.time() }", "an app has no library os"),
            ("return io.read", "an app has no library io"),
        ])
    func removed(source: String, message: String) throws {
        let problems = try Self.check(source)
        #expect(problems.count == 1 && problems.first?.hasSuffix("error: " + message) == true, "\(problems)")
    }

    @Test(
        "names that only look like them",
        arguments: [
            "local os = require 'lib.os'\nos.time()", "x.os.time()", "x:io(1)", "local t = { os = 1, io = 2 }", "if os then end",
            "local function f(io) io.read() end", "for debug in pairs({}) do debug.x() end", "-- os.exit()", "'io.open()'",
            "local a <const>, os = 1, {}\nos.time()", "math.debug.x()", "local function warn(x) end\nwarn('x')", "osmosis.x()",
        ])
    func notRemoved(source: String) throws { #expect(try Self.check(source).isEmpty) }

    @Test("places count lines and scalars, through strings, comments and other letters")
    func places() throws {
        let source = "local a = [[\n\n]] --[[ x\n]] local ü, é = 'éé', os.time()\nlocal b = 0x1p-4 .. 1e+5 io.x()"
        #expect(
            try Self.check(source) == [
                "main.lua:4:23: error: an app has no library os", "main.lua:5:26: error: an app has no library io",
            ])
    }

    @Test("half-written Lua is no trouble")
    func halves() throws {
        let source = """
            stoa.command("start", "Say hello", function(chat) chat:send("Hi " .. chat.user.name) end)
            local s <const> = [==[ x ]==] --[[ y ]] 'a\\z
               b' 0x1p-3 chat.store:get("k") goto done ::done:: for i = 1, 2 do os.exit() end repeat until true
            """
        let bytes = Array(source.utf8)
        for length in 0...bytes.count {
            _ = try Self.check(String(decoding: bytes.prefix(length), as: UTF8.self))
            _ = try Self.check(String(decoding: bytes.suffix(length), as: UTF8.self))
        }
    }

    @Test(
        "a megabyte of anything is checked in no time",
        arguments: [
            "[", "(", "function ", "--[", "chat:", "local ", "'\\", "a.", "=", "store ", "stoa.on('message', function(c, ",
            "function(a, ", "for k in pairs(t) do chat:send(k) end ", "for k in pairs(t) do ", "function f(chat) chat:sned() ",
            "local chat = stoa.http ", "chat = ", "stoa.command(", "stoa.timers:after(1, {", "a, ",
            "local stoa = require 'stoa' ",
        ])
    func large(piece: String) throws {
        let source = String(repeating: piece, count: (1 << 18) / piece.utf8.count)
        let clock = ContinuousClock()
        let time = try clock.measure { _ = try Self.check(source) }
        #expect(time < .seconds(60))
    }
}
