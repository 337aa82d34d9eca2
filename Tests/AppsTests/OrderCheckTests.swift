import Apps
import Testing

/// Loops whose order reaches the bridge.
@Suite struct OrderCheckTests {
    static func inHandler(_ body: String) -> String { "stoa.command('a', function(chat)\n\(body)\nend)" }

    @Test(
        "a bridge call in a loop over pairs",
        arguments: [
            ("for k, v in pairs(t) do chat:send(k) end", "chat:send"),
            ("for k in next, t do chat:send(k) end", "chat:send"),
            ("for k in next, t.list, nil do chat:send(k) end", "chat:send"),
            ("for k, v in pairs(t.x(1)) do if v then for i = 1, 2 do chat:ask(k) end end end", "chat:ask"),
            ("for k, v in pairs(t) do chat.store:put(k, v) end", "chat.store:put"),
            ("for k, v in pairs(t) do v = chat.store:get(k) end", "chat.store:get"),
            ("for k in pairs(t) do stoa.spawn('x', k) end", "stoa.spawn"),
            ("for k in pairs(t) do stoa.http.fetch(k) end", "stoa.http.fetch"),
            ("for k in pairs(t) do chat.timers:after(k, n) end", "chat.timers:after"),
            ("for k in pairs(t) do pcall(chat.send, chat, k) end", "chat:send"),
            ("local pairs = pairs for k in pairs(t) do chat:send(k) end", "chat:send"),
            ("local s = chat.store for k in pairs(t) do s:put(k, 1) end", "s:put"),
            ("local function show(k) chat:send(k) end for k in pairs(t) do show(k) end", "show, which calls chat:send"),
            ("local show = function(k) return chat:send(k) end for k in pairs(t) do show(k) end", "show, which calls chat:send"),
            (
                "local function a(k) chat:send(k) end local function b(k) a(k) end for k in pairs(t) do b(k) end",
                "b, which calls chat:send"
            ),
            (
                "local m = {} function m.show(k) chat:send(k) end for k in pairs(t) do m.show(k) end",
                "m.show, which calls chat:send"
            ),
        ])
    func found(body: String, call: String) throws {
        let problems = try MemberCheckTests.problems(Self.inHandler(body)).filter { !$0.contains("nothing handles") }
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("gives no fixed order, and the loop calls \(call): a turn") == true, "\(problems)")
        #expect(problems.first?.contains("warning") == true)
        #expect(problems.first?.hasSuffix("| collect the keys in a list, table.sort it, and go over it with ipairs") == true)
    }

    @Test(
        "no false alarms",
        arguments: [
            "for i, v in ipairs(t) do chat:send(v) end", "for i = 1, 3 do chat:send(i) end",
            "local keys = {} for k in pairs(t) do keys[#keys + 1] = k end table.sort(keys) for _, k in ipairs(keys) do chat:send(k) end",
            "for k in pairs(t) do n = n + 1 end chat:send(n)", "for k in pairs(t) do stoa.log.info(k) end",
            "for k in pairs(t) do print(k) end", "for k in pairs(t) do fs[k] = function() chat:send(k) end end",
            "for k, v in pairs(t) do if v == x then return chat:send(k) end end", "for k in sorted(t) do chat:send(k) end",
            "local pairs = sorted_pairs for k in pairs(t) do chat:send(k) end",
            "local function show(k) return k end for k in pairs(t) do show(k) end",
            "local function show(k) chat:send(k) end local function all(show) for k in pairs(t) do show(k) end end",
            "for k in pairs(t) do other:send(k) end", "for k in pairs(t) do s = s .. chat.title end",
            "for k in pairs(t) do stoa.json.encode(k) end",
            "for k in pairs(t) do chat.send = k end",
        ])
    func silent(body: String) throws { #expect(try MemberCheckTests.problems(Self.inHandler(body)).isEmpty) }

    @Test("the place is that of pairs")
    func place() throws {
        let problems = try MemberCheckTests.problems("stoa.task('t', function(c)\n  for k, v in pairs(t) do c:sleep(v) end\nend)")
        #expect(problems.first?.hasPrefix("2:15: warning: pairs gives") == true, "\(problems)")
    }
}
