import Apps
import Testing

/// Errors of Lua's compiler, each as Lua 5.4 words it.
@Suite struct LuaSyntaxErrorTests {
    static func diagnostic(_ message: String, _ source: String) -> Diagnostic? {
        LuaErrorReport.diagnostic(ofSyntaxError: message, files: [Fixture.file("main.lua", source)])
    }

    @Test(
        "the column and the hint",
        arguments: [
            ("unexpected symbol near '!'", "x = a != b", 7, "write ~= instead of !="),
            ("unexpected symbol near '!'", "x = !a", 5, "write not instead of !"),
            ("unexpected symbol near '&'", "if a && b then end", 6, "write and instead of &&"),
            ("unexpected symbol near '|'", "if a || b then end", 6, "write or instead of ||"),
            ("unexpected symbol near '?'", "x = a ? 1 : 2", 7, "condition and a or b"),
            ("unexpected symbol near '//'", "// comment", 1, "a comment begins with --"),
            ("unexpected symbol near '['", "x = [1,2]", 5, "a list is written { 1, 2 }"),
            ("unexpected symbol near '<\\226>'", "x = “hi”", 5, "this character is no part of Lua"),
            ("unexpected symbol near 'end'", "foo( end", 6, "a value is missing before end"),
            ("unexpected symbol near ')'", "f(1) )", 6, "a value is expected there"),
            ("unexpected symbol near <eof>", "x =", 4, "the file ends in the middle of a value"),
            ("unexpected symbol near '..'", "print 'a' .. 'b'", 11, "call it with brackets: f(a .. b)"),
            ("unexpected symbol near '='", "x = y = 1", 7, "write == to compare"),
            ("syntax error near '+'", "x += 1", 3, "Lua has no +=: write x = x + …"),
            ("syntax error near '+'", "x++", 2, "Lua has no ++"),
            ("syntax error near '=='", "x == 1", 3, "a value is given with =, not =="),
            ("syntax error near 'x'", "let x = 1", 5, "let is no word of Lua: write local"),
            ("syntax error near 'y'", "if x then elif y then end", 16, "elif is no word of Lua: write elseif"),
            ("syntax error near <eof>", "continue", 9, "write goto continue"),
            ("syntax error near 'bar'", "foo bar(1)", 5, "a statement is a call"),
            ("'=' expected near 'c'", "a, b c", 6, "write NAME = VALUE"),
            ("'then' expected near '='", "if x = 1 then end", 6, "write == to compare"),
            ("'then' expected near 'do'", "if x do end", 6, "if CONDITION then"),
            ("'do' expected near '{'", "for i=1,10 { }", 12, "while CONDITION do"),
            ("',' expected near 'do'", "for i=1 do end", 9, "for i = FIRST, LAST do"),
            ("'end' expected near <eof>", "if x then", 10, "a block has no end"),
            ("'until' expected near 'end'", "repeat x() end", 12, "until CONDITION"),
            ("<eof> expected near 'end'", "f() end", 5, "there is one end too many"),
            ("<eof> expected near '2'", "return 1 2", 10, "return is the last statement"),
            ("<name> expected near 'end'", "t.end = 1", 3, "end is a word of Lua's own"),
            ("<name> expected near '1'", "t = {a: 1}", 9, "a field of a table is written name = value"),
            ("'}' expected near ':'", "t = { 'a': 1}", 10, "a field of a table is written name = value"),
            ("'}' expected near 'b'", "x = {a=1 b=2}", 10, "a comma is missing between fields"),
            ("')' expected near '2'", "f(1 2)", 5, "a comma is missing between arguments"),
            ("')' expected near ''y''", "f('x' 'y')", 7, "a comma is missing between arguments"),
            ("function arguments expected near '='", "a.b:c = 1", 7, "a field is written with a dot"),
            ("unfinished string near '\"abc'", "local a = \"abc", 11, "a text ends on its line"),
            ("unfinished string near <eof>", "foo('x)", 5, "a text ends on its line"),
            ("malformed number near '3x'", "x = 3x", 5, "a name cannot begin with a digit"),
            ("malformed number near '1..y'", "x = 1..y", 5, "write blanks around the dots"),
            ("invalid escape sequence near ''a\\q'", "x = 'a\\qb'", 5, #"a backslash is written \\"#),
            ("attempt to assign to const variable 'x'", "local x <const> = 1; x=2", 22, "x is <const>"),
            ("no visible label 'a' for <goto> at line 1", "goto a", 6, "write ::a::"),
            ("break outside loop at line 1", "f() break", 5, "break ends a loop"),
            ("cannot use '...' outside a vararg function near '...'", "function f() return ... end", 21, "write … (...)"),
            ("unknown attribute 'foo'", "local x <foo> = 1", 10, "<const> or <close>"),
            ("too many local variables (limit is 200) in main function near '='", "local a = 1", 1, "split the function"),
        ])
    func hints(message: String, source: String, column: Int, hint: String) {
        let found = Self.diagnostic("main.lua:1: " + message, source)
        #expect(found?.column == column)
        #expect(found?.hint?.contains(hint) == true, "\(found?.hint ?? "no hint")")
    }

    @Test("a block without its end shows where it began")
    func related() {
        let source = "local function f(x)\n  if x then\n    return 1\nend\n"
        let message = "main.lua:5: 'end' expected (to close 'function' at line 1) near <eof>"
        #expect(
            LuaErrorReport(message: message, traceback: "", files: [Fixture.file("main.lua", source)]).text == """
                main.lua:5: 'end' expected (to close 'function' at line 1) near <eof>
                    … line 1:
                    local function f(x)
                    hint: the function of line 1 has no end
                """)
        #expect(
            Self.diagnostic("main.lua:3: 'end' expected (to close 'if' at line 1) near <eof>", "if x then\nelse if y then\nend")?
                .hint?
                .contains("write elseif") == true)
    }

    @Test("no place, no diagnostic")
    func none() {
        #expect(Self.diagnostic("unexpected symbol near 'x'", "x") == nil)
        #expect(Self.diagnostic("other.lua:1: unexpected symbol near 'x'", "x") == nil)
    }

    @Test("any start of a message and of a source gives a report")
    func halves() {
        let message = "main.lua:1: 'end' expected (to close 'if' at line 1) near '<\\226>'"
        let source = "if x then local a <const> = [==[ x ]==] .. 'y\\z  ' chat:send(f{1, 2}) end"
        for length in 0...message.utf8.count { _ = Self.diagnostic(String(message.prefix(length)), source) }
        for length in 0...source.utf8.count {
            for message in [
                message, "main.lua:1: attempt to index a nil value (field 'a')",
                "main.lua:1: attempt to call a nil value (method 'send')",
                "main.lua:1: bad argument #1 to 'f' (x)", "main.lua:1: unfinished string near '",
            ] {
                _ = Self.diagnostic(message, String(source.prefix(length)))
                _ = Self.diagnostic(message, String(source.suffix(length)))
            }
        }
    }
}
