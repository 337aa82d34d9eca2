import Dispatch
import Testing

@testable import Sandbox

/// What holds whichever wall is around the Lua code.
struct ConformanceTests {
    private static let asker = """
        local host, first = ...
        local count = 0
        while true do
            local answer = host.call("ask", first, count)
            if answer == "stop" then return count end
            count = count + 1
        end
        """

    @Test(arguments: SandboxIsolation.allCases)
    func runsAFile(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load("local a, b = ... print('at', a) return a + 1, {b}, {x = b}")
        let reply = await host.start(vm, 1, [41, "x"])
        #expect(reply.finished == [42, ["x"], ["x": "x"]])
        #expect(reply.effects == [SandboxEffect(name: "log", arguments: ["print", "at\t41"])])
        #expect(reply.usage.instructions > 0)
        #expect(reply.usage.memoryBytes > 0)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func keepsEveryValue(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load("return ...")
        var generator = SeededGenerator(seed: 5)
        for number in 0..<200 as Range<UInt64> {
            let value = BridgeValue.random(depth: 2, using: &generator).asLuaKeepsIt
            let reply = await host.start(vm, number, [value])
            #expect(reply.finished == [value])
        }
    }

    /// What the core lets out the host takes: at the limits of depth and count either all goes well or Lua gets an error.
    @Test(arguments: SandboxIsolation.allCases)
    func agreesOnTheLimitsOfValues(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load(
            """
            local host, shape, count, way = ...
            local value = 1
            if shape == "deep" then for i = 1, count do value = {value} end
            elseif shape == "map" then for i = 1, count do value = {a = value} end
            else value = {} for i = 1, count do value[i] = i end end
            if way == "emit" then host.emit("e", value) return end
            if way == "call" then return host.call("c", value) end
            return value
            """, privileged: true)
        var good = 0
        for way in ["return", "emit", "call"] {
            for (shape, counts) in [("deep", 30...36), ("map", 30...36), ("wide", 9996...10_003)] {
                for count in counts {
                    let reply = await host.start(vm, UInt64(count), [.string(shape), .int(Int64(count)), .string(way)])
                    #expect(reply.loss == nil, "\(shape) \(count) \(way): \(reply.outcome)")
                    if reply.failure == nil { good += 1 }
                }
            }
        }
        #expect(good > 9)
        #expect(host.host.statistics.started == 1)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func goesOnAfterACall(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load(Self.asker, privileged: true)
        let first = await host.start(vm, 1, ["a"])
        #expect(first.called?.name == "ask")
        #expect(first.called?.arguments == ["a", 0])
        _ = await host.start(vm, 2, ["b"])
        #expect(await host.resume(vm, 1, .success(["go"])).called?.arguments == ["a", 1])
        #expect(await host.resume(vm, 2, .success(["go"]), newTurn: TurnBudget(seed: 9)).called?.arguments == ["b", 1])
        #expect(await host.resume(vm, 1, .success(["stop"])).finished == [1])
        #expect(await host.resume(vm, 2, .failure(BridgeFailure(message: "not today"))).failure?.contains("not today") == true)
        #expect(await host.resume(vm, 1).loss == false)
        #expect(await host.resume(vm, 2).loss == false)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func dropsAConversation(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load(Self.asker, privileged: true)
        _ = await host.start(vm, 1)
        host.host.drop(vm, conversation: 1)
        host.host.drop(vm, conversation: 77)
        #expect(await host.resume(vm, 1).loss == false)
        #expect(await host.start(vm, 1).called != nil)
        // One that is begun anew is another one.
        #expect(await host.start(vm, 1, ["new"]).called?.arguments == ["new", 0])
        #expect(host.lost.ids == [])
    }

    @Test(arguments: SandboxIsolation.allCases)
    func saysWhereAPackageIsWrong(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        await #expect {
            try await host.load("local x = 1\nlocal y = = 2\n")
        } throws: {
            "\($0)".hasPrefix("main.lua:2:")
        }
        // And the worker is as good as before.
        #expect(await host.start(try await host.load("return 1")).finished == [1])
        #expect(host.host.statistics.started == 1)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func saysWhereAFileFails(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load("print('before')\nlocal function f() error('oh') end\nf()")
        let reply = await host.start(vm)
        #expect(reply.failure == "main.lua:2: oh")
        #expect(reply.effects.count == 1)
        #expect(await host.start(vm, module: "other.lua").failure != nil)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func stopsAtEachLimit(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let limits = SandboxLimits(memoryBytes: 4 << 20, instructions: 2_000_000_000, wallMilliseconds: 200, effects: 3)
        let loop = try await host.load("while true do end", limits: limits)
        #expect(await host.start(loop).stop == .time)
        #expect(await host.start(loop, budget: TurnBudget(seed: 1, instructions: 1000)).stop == .instructions)
        // Where the machine is busy, 200 ms may be over before 4 MiB are taken.
        var patient = limits
        patient.wallMilliseconds = 20_000
        let memory = try await host.load("local t = {} for i = 1, 1e9 do t[i] = {i} end", limits: patient)
        #expect(await host.start(memory).stop == .memory)
        let effects = try await host.load("for i = 1, 10 do print(i) end", limits: limits)
        #expect(await host.start(effects).stop == .effects)
        var few = limits
        few.conversations = 1
        let crowd = try await host.load(Self.asker, limits: few, privileged: true)
        #expect(await host.start(crowd, 1).called != nil)
        #expect(await host.start(crowd, 2).stop == .conversations)
        #expect(await host.resume(crowd, 1, .success(["stop"])).finished == [0])
        #expect(host.host.statistics.kills == 0)
        #expect(host.host.statistics.deaths == 0)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func recyclesAProgramThatRanOutOfMemory(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let limits = SandboxLimits(memoryBytes: 4 << 20)
        let source = "local _, what = ... if what == 'eat' then local t = {} for i = 1, 1e9 do t[i] = {i} end end " + Self.asker
        let vm = try await host.load(source, limits: limits, privileged: true)
        let other = try await host.load(Self.asker, privileged: true)
        for conversation in 1...3 as ClosedRange<UInt64> { _ = await host.start(vm, conversation, ["a"]) }
        _ = await host.start(other, 50)
        #expect(await host.start(vm, 4, ["eat"]).stop == .memory)
        #expect(host.lost.ids == [1, 2, 3])
        #expect(await host.resume(vm, 1).loss == false)
        #expect(await host.start(vm, 1, ["again"]).called?.arguments == ["again", 0])
        #expect(await host.resume(other, 50).called != nil, "another program of the tenant is not touched")
        #expect(host.host.statistics.recycles == 1)
    }

    /// What was sent to a program before it was known that it has to be recycled.
    @Test(arguments: SandboxIsolation.allCases)
    func losesWhatStoodBehindARecycling(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let source = "if ... == 'eat' then local t = {} for i = 1, 1e9 do t[i] = {i} end end return 1"
        let vm = try await host.load(source, limits: SandboxLimits(memoryBytes: 4 << 20))
        let replies = await all(20) { index, done in
            host.host.start(
                vm, conversation: UInt64(index), module: "main.lua", arguments: [index == 0 ? "eat" : "rest"],
                budget: TurnBudget(seed: 1), completion: done)
        }
        #expect(replies[0].stop == .memory)
        #expect(replies.dropFirst().allSatisfy { $0.loss == false || $0.finished == [1] })
        #expect(await host.start(vm, 99).finished == [1])
    }

    @Test(arguments: SandboxIsolation.allCases)
    func answersThousandsInOrder(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load("return ...")
        let order = Order()
        let replies = await all(5000) { index, done in
            host.host.start(
                vm, conversation: UInt64(index), module: "main.lua", arguments: [.int(Int64(index))], budget: TurnBudget(seed: 1)
            ) {
                order.add(index)
                done($0)
            }
        }
        #expect(replies.enumerated().allSatisfy { $1.finished == [.int(Int64($0))] })
        #expect(order.all == Array(0..<5000))
        #expect(host.host.statistics.replies == 5000)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func carriesLargeValues(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load("return ...")
        let large = BridgeValue.string(String(repeating: "é", count: 500_000))
        let replies = await all(50) { index, done in
            host.host.start(
                vm, conversation: UInt64(index), module: "main.lua", arguments: [large], budget: TurnBudget(seed: 1),
                completion: done)
        }
        #expect(replies.allSatisfy { $0.finished == [large] })
        let huge = BridgeValue.string(String(repeating: "x", count: 70 << 20))
        #expect(await host.start(vm, 1, [huge]).failure?.contains("too large") == true)
        #expect(await host.start(vm, 1, [1]).finished == [1])
    }

    @Test(arguments: SandboxIsolation.allCases)
    func forgetsAnUnloadedProgram(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load(Self.asker, privileged: true)
        _ = await host.start(vm, 1)
        host.host.unload(vm)
        #expect(await host.resume(vm, 1).loss == false)
        #expect(await host.start(vm, 1).loss == false)
        #expect(host.lost.ids == [])
    }

    @Test(arguments: SandboxIsolation.allCases)
    func stopsTheIdleForOthers(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation, maxWorkers: 2)
        var programs: [SandboxVM] = []
        for number in 0..<3 { programs.append(try await host.load(Self.asker, tenant: "t\(number)", privileged: true)) }
        #expect(host.host.statistics.workers == 2)
        #expect(host.host.statistics.idleStops == 1)
        #expect(await host.start(programs[1], 11).called != nil)
        #expect(await host.start(programs[2], 12).called != nil)
        // The first is loaded again, the second is the least recently used.
        #expect(await host.start(programs[0], 10).called != nil)
        #expect(host.lost.ids == [11])
        #expect(await host.resume(programs[1], 11).loss == false)
        #expect(host.host.statistics.workers == 2)
    }

    /// More tenants than workers, all busy: each gets its turn.
    @Test(arguments: SandboxIsolation.allCases)
    func sharesFewWorkersAmongMany(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation, maxWorkers: 2)
        try await withThrowingTaskGroup { group in
            for number in 0..<6 {
                group.addTask {
                    let vm = try await host.load("local n = 0 for i = 1, 1e5 do n = n + i end return ...", tenant: "t\(number)")
                    for step in 0..<20 as Range<Int64> {
                        #expect(await host.start(vm, 1, [.int(step)]).finished == [.int(step)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(host.host.statistics.workers <= 2)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func endsInTheMiddleOfWork(isolation: SandboxIsolation) async throws {
        let host = try TestHost(isolation)
        let vm = try await host.load("while true do end", limits: SandboxLimits(instructions: .max / 2))
        let calls = Order()
        host.host.start(vm, conversation: 1, module: "main.lua", arguments: [], budget: TurnBudget(seed: 1)) { _ in calls.add(1) }
        let begun = ContinuousClock.now
        host.host.shutdown()
        #expect(ContinuousClock.now - begun < .seconds(1))
        host.host.start(vm, conversation: 1, module: "main.lua", arguments: [], budget: TurnBudget(seed: 1)) { _ in calls.add(2) }
        host.host.shutdown()
        #expect(calls.all == [])
        #expect(host.host.statistics.workers == 0)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func leavesNobodyWaitingAtItsEnd(isolation: SandboxIsolation) async throws {
        let host = try SandboxHost(
            isolation: isolation, workerPath: isolation == .process ? WorkerProgram.path() : nil, answersAtEnd: true)
        let file = SandboxFile(name: "main.lua", text: Array("while true do end".utf8), privileged: false)
        let package = SandboxPackage(files: [file], limits: SandboxLimits())
        let loaded = await withCheckedContinuation { continuation in
            host.load(tenant: "tenant", package: package) { continuation.resume(returning: $0) }
        }
        let vm = try loaded.get()
        @Sendable func start(_ conversation: UInt64) async -> SandboxReply {
            await withCheckedContinuation { continuation in
                host.start(
                    vm, conversation: conversation, module: "main.lua", arguments: [], budget: TurnBudget(seed: 1)
                ) { continuation.resume(returning: $0) }
            }
        }
        async let first = start(1)
        async let second = start(2)
        try await Task.sleep(for: .milliseconds(50))
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                host.shutdown()
                continuation.resume()
            }
        }
        let late = await start(3)
        for reply in [await first, await second, late] {
            switch reply.outcome {
            case .lost, .stopped: break
            default: Issue.record("It was answered with \(reply.outcome).")
            }
        }
    }

    /// What is asked in the very moment of the end is answered too.
    @Test(.timeLimit(.minutes(1))) func answersWhatComesWithTheEnd() async throws {
        let file = SandboxFile(name: "main.lua", text: Array("return 1".utf8), privileged: false)
        let package = SandboxPackage(files: [file], limits: SandboxLimits())
        for _ in 0..<300 {
            let host = try SandboxHost(isolation: .thread, answersAtEnd: true)
            let loaded = await withCheckedContinuation { continuation in
                host.load(tenant: "tenant", package: package) { continuation.resume(returning: $0) }
            }
            let vm = try loaded.get()
            await withTaskGroup(of: Void.self) { group in
                for conversation in UInt64(1)...4 {
                    group.addTask {
                        _ = await withCheckedContinuation { continuation in
                            host.start(
                                vm, conversation: conversation, module: "main.lua", arguments: [], budget: TurnBudget(seed: 1)
                            ) { continuation.resume(returning: $0) }
                        }
                    }
                }
                group.addTask {
                    await withCheckedContinuation { continuation in
                        DispatchQueue.global().async {
                            host.shutdown()
                            continuation.resume()
                        }
                    }
                }
            }
        }
    }
}

extension BridgeValue {
    /// An empty array comes back as an empty map, bytes that are text as text, a hole ends a list.
    fileprivate var asLuaKeepsIt: BridgeValue {
        switch self {
        case .array(let values):
            let kept = values.filter { !$0.isNull }.map(\.asLuaKeepsIt)
            return kept.isEmpty ? .map(BridgeMap()) : .array(kept)
        case .map(let map):
            return .map(BridgeMap(map.entries.filter { !$0.value.isNull }.map { (key: $0.key, value: $0.value.asLuaKeepsIt) }))
        case .bytes(let bytes):
            return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? self
        default:
            return self
        }
    }
}
