import Apps

/// A random program of asks, choices, store operations, loops, races and side conversations, and somebody who talks to it.
struct GeneratedConversation {
    private var random: SplitMix64
    private var names = 0
    private(set) var program = ""
    private(set) var test = ""

    init(seed: UInt64) {
        random = SplitMix64(state: seed)
        program = """
            local stoa = require "stoa"
            stoa.task("side", function(chat, data)
              chat:sleep("\(pick(["5 minutes", "1 hour"]))")
              chat:send("side " .. data .. " " .. stoa.store:increment("side"))
            end)
            stoa.command("go", function(chat)
              local heap, said = {}, "-"
            \(block(depth: 3, indent: "  "))
              chat:send("end " .. said .. " " .. #heap .. " " .. tostring(stoa.store:get("n")))
            end)
            stoa.on("message", function(chat, message) chat:send("loose " .. message.text) end)

            """
        test = "local alice = sim.user(\"alice\")\nalice:says(\"/go\")\n"
        for _ in 0..<24 {
            switch random.next(8) {
            case 0: test += "sim.advance(\"\(30 + random.next(90)) minutes\")\n"
            case 1: test += "alice:says(\"/cancel\")\nalice:says(\"/go\")\n"
            default: test += "alice:says(\"\(pick(["red", "blue", "1", "2", "yes", "no", "hello"]))\")\n"
            }
        }
    }

    func package() throws -> AppPackage {
        let manifest = """
            {"name": "generated", "title": "Generated", "kind": "bot", "version": "1", "description": "d", "capabilities": [
              {"name": "messages.send", "reason": "x"}, {"name": "store", "reason": "x"}]}
            """
        return try AppPackage(files: [
            AppPackage.File(path: "manifest.json", content: Array(manifest.utf8)),
            AppPackage.File(path: "main.lua", content: Array(program.utf8)),
            AppPackage.File(path: "tests/a.lua", content: Array(test.utf8)),
        ])
    }

    private mutating func pick(_ texts: [String]) -> String { texts[random.next(texts.count)] }

    private mutating func block(depth: Int, indent: String) -> String {
        (0..<(2 + random.next(3))).map { _ in statement(depth: depth, indent: indent) }.joined(separator: "\n")
    }

    private mutating func statement(depth: Int, indent: String) -> String {
        names += 1
        let n = names
        switch random.next(depth > 0 ? 12 : 8) {
        case 0, 1: return "\(indent)said = chat:ask(\"question \(n)?\", { timeout = \"2 hours\" }) or \"late\""
        case 2: return "\(indent)said = tostring((chat:choose(\"choice \(n)?\", { \"red\", \"blue\" }, { timeout = 3600 })))"
        case 3: return "\(indent)heap[#heap + 1] = stoa.store:increment(\"n\", \(1 + random.next(3)))"
        case 4: return "\(indent)chat.store:put(\"last\", { said = said, n = \(n), dice = math.random(1, 1000) })"
        case 5: return "\(indent)chat:send(\"note \(n) \" .. said .. \" \" .. tostring(math.random(1, 6)))"
        case 6: return "\(indent)chat:sleep(\"\(1 + random.next(50)) minutes\")"
        case 7: return "\(indent)stoa.spawn(\"side\", \(n))"
        case 8:
            return """
                \(indent)if said == "yes" or #heap > \(random.next(4)) then
                \(block(depth: depth - 1, indent: indent + "  "))
                \(indent)else
                \(block(depth: depth - 1, indent: indent + "  "))
                \(indent)end
                """
        case 9:
            return """
                \(indent)for _ = 1, \(1 + random.next(3)) do
                \(block(depth: depth - 1, indent: indent + "  "))
                \(indent)end
                """
        case 10:
            return """
                \(indent)local _, first\(n) = stoa.race {
                \(indent)  function() return chat:ask("race \(n)?") end,
                \(indent)  function() chat:sleep("\(10 + random.next(60)) minutes") return "slept" end,
                \(indent)}
                \(indent)said = first\(n)
                """
        default:
            return """
                \(indent)local all\(n) = stoa.all {
                \(indent)  a = function() return chat:ask("all a \(n)?", { timeout = "1 hour" }) end,
                \(indent)  b = function() chat:sleep("20 minutes") return stoa.store:increment("all") end,
                \(indent)}
                \(indent)said = tostring(all\(n).a) .. all\(n).b
                """
        }
    }
}

/// The same numbers for the same seed, everywhere.
struct SplitMix64 {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}
