import Glibc
import Testing

@testable import Sandbox

/// Workers that are not what they should be: shell scripts that speak a few bytes.
struct BadWorkerTests {
    private static let ready = #"printf '\005\000\000\000\022\001\000\000\000' >&3"#
    /// Answers the load of the first program.
    private static let loaded =
        #"head -c 64 <&3 >/dev/null; printf '\020\000\000\000\020\001\000\000\000\001\000\000\000\000\000\000\000\000\000\000' >&3"#

    private static let again = String(
        loaded.dropFirst(loaded.distance(from: loaded.startIndex, to: loaded.firstIndex(of: ";") ?? loaded.startIndex)))

    private func host(_ script: String...) throws -> TestHost {
        let folder = try TemporaryFolder()
        let path = try folder.write("worker", (["#!/bin/sh"] + script).joined(separator: "\n") + "\n", mode: 0o700)
        return try TestHost(worker: path, folder: folder)
    }

    private func loadFailure(_ host: TestHost) async -> String? {
        do {
            _ = try await host.load("")
            return nil
        } catch {
            return String(describing: error)
        }
    }

    @Test func saysThatTheProgramIsMissing() throws {
        #expect { try TestHost(worker: "/nowhere/stoa-sandbox") } throws: { "\($0)".contains("/nowhere/stoa-sandbox") }
    }

    @Test func answersWhenItCannotBeRun() async throws {
        let folder = try TemporaryFolder()
        let host = try TestHost(worker: try folder.write("worker", "\u{7f}ELF no program", mode: 0o700))
        #expect(await loadFailure(host)?.contains("could not be started") == true)
        #expect(await loadFailure(host)?.contains("could not be started") == true)
        #expect(host.host.statistics.workers == 0)
        #expect(host.log.lines.count == 2)
    }

    @Test func answersWhenItEndsAtOnce() async throws {
        let host = try host("exit 7")
        #expect(await loadFailure(host)?.contains("exit status 7") == true)
        #expect(host.host.statistics.deaths == 1)
    }

    @Test(arguments: [
        "printf 'HTTP/1.1 400 Bad Request' >&3",
        #"printf '\005\000\000\000\022\002\000\000\000' >&3"#,  // another version
        #"printf '\000\000\000\000' >&3"#,
        #"printf '\002\000\000\000\022\001' >&3"#,
    ])
    func killsOneThatTalksNonsense(script: String) async throws {
        let host = try host(script, "exec sleep 60")
        #expect(await loadFailure(host)?.contains("it sent a frame") == true)
        #expect(host.host.statistics.kills == 1)
        try await eventually("the process is gone") { children(named: "sleep", of: host).isEmpty }
    }

    @Test func killsOneThatTalksNonsenseLater() async throws {
        let host = try host(
            Self.ready, Self.loaded, "head -c 10 <&3 >/dev/null", #"printf '\001\000\000\000\143' >&3"#, "exec sleep 60")
        let vm = try await host.load("")
        async let first = host.start(vm, 1)
        let reply = await first
        #expect(reply.loss == true)
        #expect(host.host.statistics.kills == 1)
    }

    @Test func killsOneThatAnswersWhatWasNotAsked() async throws {
        let host = try host(Self.ready, Self.loaded + Self.again, "exec sleep 60")
        _ = try? await host.load("")
        try await eventually("it is killed") { host.host.statistics.kills == 1 }
    }

    /// READY never comes.
    @Test func killsOneThatIsNotReadyInTime() async throws {
        let host = try host("exec sleep 60")
        #expect(await loadFailure(host)?.contains("not ready in time") == true)
    }

    /// The turn does not end, and the process takes no notice of anything.
    @Test func killsOneThatHangs() async throws {
        let host = try host(Self.ready, Self.loaded, "exec sleep 60")
        let vm = try await host.load("", limits: SandboxLimits(wallMilliseconds: 300))
        let begun = ContinuousClock.now
        // Asked for one right after the other, so that the second stands behind the first whatever else the machine does.
        let (replies, continuation) = AsyncStream<(Int, SandboxReply)>.makeStream()
        for id in 1...2 {
            host.host.start(
                vm, conversation: UInt64(id), module: "main.lua", arguments: [], budget: TurnBudget(seed: 1)
            ) { continuation.yield((id, $0)) }
        }
        var byID: [Int: SandboxReply] = [:]
        for await (id, reply) in replies {
            byID[id] = reply
            if byID.count == 2 { break }
        }
        #expect(byID[1]?.stop == .time)
        #expect(ContinuousClock.now - begun > .milliseconds(790))
        #expect(byID[2]?.loss == false)
        #expect(host.host.statistics.kills == 1)
    }

    /// An app whose worker dies again and again does not keep the machine busy with starting new ones.
    @Test func pausesLongerAndLonger() async throws {
        let host = try host(Self.ready, Self.loaded, "head -c 10 <&3 >/dev/null", "exit 1")
        let vm = try? await host.load("")
        if let vm { _ = await host.start(vm) }
        let begun = ContinuousClock.now
        for _ in 0..<3 { if let vm { _ = await host.start(vm) } }
        #expect(ContinuousClock.now - begun > .milliseconds(300))
        #expect(host.host.statistics.deaths == 4)
    }

    private func children(named name: String, of host: TestHost) -> [Int32] {
        host.host.statistics.processes.filter { (try? readFile("/proc/\($0)/comm")) == name + "\n" }
    }
}
