import Glibc
import Testing

@testable import Sandbox

/// What only a worker process can do: die and be killed.
struct ProcessTests {
    private static let asker = """
        local host, what = ...
        if what == "spin" then while true do end end
        host.call("ask")
        return what
        """

    /// What the kernel says of each thread.
    private func states(of pid: Int32) -> [Character] {
        guard let folder = opendir("/proc/\(pid)/task") else { return [] }
        defer { closedir(folder) }
        var states: [Character] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard !name.hasPrefix("."), let line = try? readFile("/proc/\(pid)/task/\(name)/stat") else { continue }
            states += line.split(separator: ") ").dropFirst().prefix(1).compactMap(\.first)
        }
        return states
    }

    private func process(of host: TestHost) throws -> Int32 {
        try #require(host.host.statistics.processes.first)
    }

    @Test func survivesTheDeathOfAWorkerThatWaits() async throws {
        let host = try TestHost()
        let vm = try await host.load(Self.asker, privileged: true)
        for conversation in 1...3 as ClosedRange<UInt64> { _ = await host.start(vm, conversation) }
        let old = try process(of: host)
        kill(old, SIGKILL)
        try await eventually("the death is seen") { host.host.statistics.deaths == 1 }
        #expect(host.lost.ids == [1, 2, 3])
        #expect(await host.resume(vm, 1).loss == false)
        #expect(await host.start(vm, 1).called?.name == "ask")
        #expect(await host.resume(vm, 1).finished == [nil])
        #expect(try process(of: host) != old)
        #expect(host.host.statistics.restarts == 1)
        #expect(host.log.lines.count == 1)
        #expect(host.log.lines.first?.contains("signal 9") == true)
    }

    @Test func blamesOnlyTheTurnThatRan() async throws {
        let host = try TestHost()
        let limits = SandboxLimits(instructions: .max / 2)
        let vm = try await host.load(Self.asker, limits: limits, privileged: true)
        _ = await host.start(vm, 100)
        let pid = try process(of: host)
        async let killing: Void = {
            try? await Task.sleep(for: .milliseconds(100))
            kill(pid, SIGKILL)
        }()
        let replies = await all(200) { index, done in
            host.host.start(
                vm, conversation: UInt64(index), module: "main.lua", arguments: index == 0 ? ["spin"] : [],
                budget: TurnBudget(seed: 1), completion: done)
        }
        await killing
        #expect(replies[0].loss == true)
        // Some had been sent, the others waited in the host and did not notice.
        #expect(replies[1..<64].allSatisfy { $0.loss == false })
        #expect(replies[64...].allSatisfy { $0.called != nil })
        #expect(host.lost.ids == [100])
    }

    /// A worker that is stopped answers nothing, as one does that hangs in a C call.
    @Test func killsAWorkerAtTheDeadline() async throws {
        let host = try TestHost()
        let vm = try await host.load(Self.asker, limits: SandboxLimits(wallMilliseconds: 200), privileged: true)
        let pid = try process(of: host)
        kill(pid, SIGSTOP)
        try await eventually("all its threads stand still") { states(of: pid).allSatisfy { $0 == "T" } }
        let begun = ContinuousClock.now
        let replies = await all(3) { index, done in
            host.host.start(
                vm, conversation: UInt64(index), module: "main.lua", arguments: [], budget: TurnBudget(seed: 1), completion: done)
        }
        #expect(replies[0].stop == .time, "\(replies[0].outcome)")
        if case .stopped(_, let message) = replies[0].outcome { #expect(message.hasPrefix("time limit")) }
        #expect(replies[1].loss == false)
        #expect(replies[2].loss == false)
        let time = ContinuousClock.now - begun
        #expect(time > .milliseconds(690) && time < .seconds(5))
        #expect(await host.start(vm).called != nil)
        #expect(host.host.statistics.kills == 1)
        try await eventually("it is reaped") { kill(pid, 0) != 0 }
    }

    @Test func leavesNoProcessBehind() async throws {
        let host = try TestHost(maxWorkers: 3)
        var seen: Set<Int32> = []
        for number in 0..<6 {
            _ = try await host.load("return 1", tenant: "t\(number)")
            seen.formUnion(host.host.statistics.processes)
        }
        #expect(seen.count == 6)
        host.host.shutdown()
        for pid in seen { #expect(kill(pid, 0) != 0 && errno == ESRCH, "\(pid) is still there") }
    }

    @Test func endsWithTheHostThatIsForgotten() async throws {
        var pid: Int32 = 0
        do {
            let host = try TestHost()
            _ = try await host.load("return 1")
            pid = try process(of: host)
        }
        try await eventually("it is gone") { kill(pid, 0) != 0 }
    }

    /// The worker has its socket and nothing else of the host's.
    @Test func givesTheWorkerItsSocketOnly() async throws {
        let leaky = open("/dev/null", O_RDONLY)
        defer { close(leaky) }
        let host = try TestHost()
        _ = try await host.load("return 1")
        let pid = try process(of: host)
        // Not dumpable: only root may look.
        if getuid() == 0, let folder = opendir("/proc/\(pid)/fd") {
            var names: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                if !name.hasPrefix(".") { names.append(name) }
            }
            closedir(folder)
            #expect(names == ["3"])
            #expect(try readFile("/proc/\(pid)/environ") == "")
        }
    }

    @Test func keepsTenantsApart() async throws {
        let host = try TestHost()
        let one = try await host.load(Self.asker, tenant: "one", privileged: true)
        _ = try await host.load(Self.asker, tenant: "two", privileged: true)
        #expect(Set(host.host.statistics.processes).count == 2)
        let again = try await host.load("return 2", tenant: "one")
        #expect(host.host.statistics.workers == 2)
        #expect(await host.start(again).finished == [2])
        _ = one
    }
}
