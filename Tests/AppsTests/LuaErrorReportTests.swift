import Apps
import Testing

/// Errors as developers see them.
@Suite struct LuaErrorReportTests {
    static let files = [
        Fixture.file(
            "main.lua",
            """
            local stoa = require "stoa"
            local cart = require "lib.cart"

            stoa.command("order", function(chat)
              local order = chat.store:get("order")
              chat:send("Total: " .. cart.total(order))
            end)
            """),
        Fixture.file(
            "lib/cart.lua",
            """
            local M = {}
            function M.total(order)
            \treturn order.price * 2
            end
            return M
            """),
    ]

    static func report(_ message: String, _ source: String) -> LuaErrorReport {
        LuaErrorReport(message: "main.lua:1: " + message, traceback: "", files: [Fixture.file("main.lua", source)])
    }

    @Test("message, line, caret, hint and the stack with its lines")
    func whole() {
        let report = LuaErrorReport(
            message: "lib/cart.lua:3: attempt to index a nil value (local 'order')",
            traceback: "lib/cart.lua:3: in field 'total'\nmain.lua:6: in function <main.lua:4>", files: Self.files)
        #expect(
            report.text == """
                lib/cart.lua:3: attempt to index a nil value (local 'order')
                    \treturn order.price * 2
                    \t       ^
                    hint: order is nil there: check it first, as in if not order then return end
                stack:
                    lib/cart.lua:3: in field 'total'
                    main.lua:6: in function <main.lua:4>
                        chat:send("Total: " .. cart.total(order))
                """)
        #expect(
            report.diagnostic
                == Diagnostic(
                    .error, file: "lib/cart.lua", at: .init(line: 3, column: 9),
                    "attempt to index a nil value (local 'order')",
                    hint: "order is nil there: check it first, as in if not order then return end"))
    }

    @Test("a message without a place is shown where the stack ends; frames that repeat are counted")
    func withoutPlace() {
        let frames = String(repeating: "lib/cart.lua:3: in upvalue 'f'\n", count: 19) + "main.lua:6: in function <main.lua:4>"
        let report = LuaErrorReport(message: "instruction limit", traceback: frames, files: Self.files)
        #expect(report.text.hasPrefix("lib/cart.lua:3: instruction limit\n    return order.price * 2\n    hint: look for a loop"))
        #expect(
            report.text.contains("\n    lib/cart.lua:3: in upvalue 'f' (19 times)\n    main.lua:6: in function <main.lua:4>\n"))
        #expect(report.diagnostic?.position == SourcePosition(line: 3, column: 2))
        let bare = LuaErrorReport(message: "time limit", traceback: "", files: Self.files)
        #expect(bare.diagnostic == nil)
        #expect(bare.text.hasPrefix("time limit\n    hint: look for a loop that does not end"))
    }

    @Test("the source says more: where the value came from")
    func origin() {
        let source = """
            local function total(chat)
              local order = chat.store:get("order")
              return order.price
            end
            """
        let report = LuaErrorReport(
            message: "main.lua:3: attempt to index a nil value (local 'order')", traceback: "",
            files: [Fixture.file("main.lua", source)])
        #expect(report.diagnostic?.hint?.hasPrefix("store:get gives nil when nothing is kept under the key: check order") == true)
    }

    @Test("a local function that is made too late")
    func late() {
        let files = [Fixture.file("main.lua", "local function a() return helper() end\n\nlocal function helper() end\na()")]
        let report = LuaErrorReport(
            message: "main.lua:1: attempt to call a nil value (global 'helper')", traceback: "", files: files)
        #expect(report.diagnostic?.hint == "the local function helper is made below, in line 3: move it above")
    }

    @Test(
        "values that are nil or of the wrong type: the column and the hint",
        arguments: [
            ("attempt to index a nil value (field 'a')", "x = o.a.b", 7, "the field a is nil"),
            ("attempt to index a nil value (field 'titel')", "t = { title = {} } x = t.titel.y", 26, "did you mean .title?"),
            (
                "attempt to index a nil value (field 'stroe')", "local s = require 'stoa' s.stroe:get(1)", 28,
                "did you mean .store?"
            ),
            ("attempt to index a nil value (global 'foo')", "return foo.bar", 8, "nothing is named foo there"),
            (
                "attempt to index a nil value (global 'os')", "return os.time()", 8,
                "an app has no os: an app cannot reach the machine"
            ),
            ("attempt to index a nil value (global 'stoa')", "stoa.command()", 1, "write local stoa = require \"stoa\""),
            ("attempt to index a nil value (global 'strng')", "return strng.rep()", 8, "did you mean string?"),
            ("attempt to index a nil value (global 'chat')", "chat:send()", 1, "chat is a handler's parameter"),
            ("attempt to index a nil value (upvalue 'up')", "local up; f(function() up.x=1 end)", 24, "up is nil there"),
            ("attempt to index a nil value (field 'user')", "f(chat.user.name)", 8, "chat.user is nil where nobody's update"),
            ("attempt to index a nil value (local 'chat')", "chat:send()", 1, "a timer of stoa.timers belongs to no chat"),
            ("attempt to index a nil value (field '?')", "return t[k].x", 1, "the value before the . : or [ is nil"),
            ("attempt to index a number value (local 'n')", "local n = 5 n:foo()", 13, "n is a number, which has no fields"),
            ("attempt to index a nil value", "for _, x in ipairs(a()) do end", 13, "what ipairs got may be nil"),
            (
                "attempt to call a nil value (method 'sned')", "local function f(chat) chat:sned() end", 29,
                "did you mean chat:send?"
            ),
            ("attempt to call a nil value (method 'sned')", "c:sned()", 3, "did you mean :send?"),
            ("attempt to call a nil value (method 'uper')", "s:uper()", 3, "did you mean :upper?"),
            ("attempt to call a nil value (method 'foo')", "s:foo()", 3, "what it is called on has no method foo"),
            ("attempt to call a nil value (field 'flor')", "return math.flor(1)", 13, "did you mean math.floor?"),
            (
                "attempt to call a nil value (field 'comand')", "local s = require 'stoa' s.comand('a')", 28,
                "did you mean s.command?"
            ),
            ("attempt to call a nil value (field 'totl')", "M = {} function M.total() end M.totl()", 33, "did you mean M.total?"),
            ("attempt to call a nil value (global 'prnt')", "prnt('x')", 1, "did you mean print?"),
            ("attempt to call a nil value (global 'printf')", "printf('x')", 1, "print(string.format(…))"),
            ("attempt to call a nil value (global 'dofile')", "dofile('x')", 1, "an app has no dofile: use require"),
            ("attempt to call a nil value (global 'sleep')", "sleep(1)", 1, "write chat:sleep(seconds)"),
            ("attempt to call a table value (local 't')", "local t = {} t()", 14, "t is a table and no function"),
            (
                "attempt to call a table value (for iterator 'for iterator')", "for k in t do end", 7,
                "goes over ipairs(list) or pairs(table)"
            ),
            (
                "attempt to perform arithmetic on a nil value (local 'a')", "local a; return a+1", 17,
                "a is nil: check it, or write (a or 0)"
            ),
            ("attempt to perform arithmetic on a nil value (field 'x')", "t.x = y return t.x+1", 18, "x is nil"),
            ("attempt to perform arithmetic on a nil value", "return 1+nil", 1, "the value is nil: check it, or write (x or 0)"),
            ("attempt to perform bitwise operation on a string value (constant 'a')", "return 'a'|1", 1, "tonumber(text)"),
            ("attempt to add a 'string' with a 'number'", "return 'a'+1", 1, "a text that is no number"),
            ("attempt to concatenate a nil value (field 'x')", "return 'a'..t.x", 15, "x is nil: check it, or write (x or \"\")"),
            (
                "attempt to concatenate a table value (local 'a')", "local a,b={},{}; return a..b", 25,
                "a is a table: make a text of it with table.concat"
            ),
            ("attempt to concatenate a boolean value (local 'a')", "local a return a..'x'", 16, "tostring(a)"),
            ("attempt to compare number with nil", "return 1 < x", 1, "one side is nil"),
            ("attempt to compare number with string", "return 1 < '2'", 1, "make a number of the text with tonumber"),
            ("attempt to compare two table values", "return {} < {}", 1, "such values have no order"),
            ("attempt to get length of a nil value (field 'x')", "return #t.x", 11, "x is nil: check it, or write #(x or {})"),
            ("bad argument #1 to 'upper' (string expected, got nil)", "return string.upper(x)", 15, "argument 1 of upper is nil"),
            ("bad argument #2 to 'rep' (number expected, got string)", "('x'):rep('y')", 7, "make a number of the text first"),
            ("bad argument #1 to 'len' (string expected, got table)", "string.len({})", 8, "make a text of it first: tostring"),
            (
                "bad argument #2 to 'format' (number has no integer representation)", "string.format('%d', 1.5)", 8,
                "math.floor(x)"
            ),
            (
                "bad argument #1 to 'for iterator' (table expected, got nil)", "for k in pairs(t) do end", 10,
                "write pairs(list or {})"
            ),
            ("calling 'send' on bad self", "chat.send('x')", 6, "call it with a colon: value:send(…)"),
        ])
    func values(message: String, source: String, column: Int, hint: String) {
        let diagnostic = Self.report(message, source).diagnostic
        #expect(diagnostic?.column == column, "\(Self.report(message, source).text)")
        #expect(diagnostic?.hint?.contains(hint) == true, "\(diagnostic?.hint ?? "no hint")")
        #expect(diagnostic?.message == message)
    }

    @Test(
        "what the bridge, the limits and the rest say",
        arguments: [
            (
                "chat:send needs the capability messages.send. Add it to \"capabilities\".", "f() chat:send('x')", 10,
                #"add {"name": "messages.send", "reason": "…"}"#
            ),
            ("stoa.http.fetch needs the capability http.fetch. Add it.", "stoa.http.fetch(u)", 11, #""hosts": ["…"]}"#),
            (
                "chat:send: call it with a colon on a chat, as in chat:send(…).", "chat.send('x')", 6,
                "write a colon: chat:send(…), not chat.send(…)"
            ),
            ("chat:send: the text must be a string, not a nil.", "chat:send(x)", 6, "what was handed over is nil"),
            ("chat:send: the text must be a string, not a table.", "chat:send({})", 6, "table.concat(list"),
            ("number has no integer representation", "return 1.5 | 1", 1, "math.floor(x)"),
            ("stack overflow", "f()", 1, "a function calls itself without an end"),
            ("C stack overflow", "f()", 1, "a function calls itself without an end"),
            (
                "require: the package has no file 'lib/crat.lua'", "x = require 'lib.crat'", 5,
                "require \"lib.cart\" loads lib/cart.lua"
            ),
            ("attempt to perform 'n%%0'", "return 1 % 0", 1, "the divisor is not 0"),
            ("'for' step is zero", "for i = 1, 2, 0 do end", 1, "must not be 0"),
            ("table index is nil", "t[k] = 1", 1, "the key between the brackets"),
            ("assertion failed!", "assert(x)", 1, "a second one says what is wrong"),
            ("invalid value (table) at index 1 in table for 'concat'", "table.concat(t)", 1, "with tostring first"),
            ("malformed pattern (missing ']')", "s:find('[')", 1, "write % before"),
            ("memory limit", "f()", 1, "memory_mib"), ("effect limit", "f()", 1, "send and keep less in one turn"),
            ("conversation limit", "f()", 1, "too many conversations wait"),
            ("journal limit: a turn may make …", "f()", 1, "chat:checkpoint"),
        ])
    func others(message: String, source: String, column: Int, hint: String) {
        let diagnostic = Self.report(message, source).diagnostic
        #expect(diagnostic?.column == column, "\(Self.report(message, source).text)")
        #expect(diagnostic?.hint?.contains(hint) == true, "\(diagnostic?.hint ?? "no hint")")
    }

    @Test("a module that is nearly there")
    func module() {
        let report = LuaErrorReport(
            message: "main.lua:2: require: the package has no file 'lib/crat.lua'", traceback: "", files: Self.files)
        #expect(report.diagnostic?.hint?.hasPrefix("did you mean require \"lib.cart\"?") == true)
    }

    @Test("an app's own message has no hint, and keeps its lines")
    func own() {
        let report = Self.report("no such order\nsecond line", "  error('x')")
        #expect(report.text == "main.lua:1: no such order\nsecond line\n    error('x')")
        #expect(report.diagnostic?.message == "no such order")
        #expect(report.diagnostic?.position == SourcePosition(line: 1, column: 3))
    }

    @Test("places in other files, past the end, or in no file are no trouble")
    func strange() {
        for message in [
            "", ":", "::", "main.lua", "main.lua:", "main.lua:x: y", "main.lua:0: y", "main.lua:-1: y", "other.lua:1: y",
            "[string \"x\"]:1: y", "main.lua:99999999999999999999: y", "nil",
        ] {
            let report = LuaErrorReport(message: message, traceback: message, files: Self.files)
            #expect(report.diagnostic == nil, "\(message)")
        }
        let past = LuaErrorReport(
            message: "main.lua:\(Int.max): attempt to index a nil value (local 'x')", traceback: "", files: Self.files)
        #expect(past.diagnostic?.line == .max)
        #expect(LuaErrorReport(message: "main.lua:1: y", traceback: "", files: []).text == "main.lua:1: y")
    }

    @Test("nothing reaches the terminal that could drive it, and long lines are cut")
    func hostile() {
        let source = "x = '\u{1B}[2J' " + String(repeating: "y", count: 10_000)
        let report = Self.report("a\u{1B}[2Jb \u{202E}", source)
        #expect(!report.text.contains("\u{1B}") && !report.text.contains("\u{202E}"))
        #expect(report.text.utf8.count < 500)
    }

    @Test("a name that Lua cut is found")
    func longNames() {
        let path = "lib/" + String(repeating: "a", count: 80) + ".lua"
        let file = Fixture.file(path, "error('x')")
        let report = LuaErrorReport(message: path.prefix(59) + ":1: x", traceback: "", files: [file])
        #expect(report.diagnostic?.file == path)
    }
}
