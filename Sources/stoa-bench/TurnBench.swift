import Bridge
import Sandbox
import Synchronization

/// What a turn costs by itself: a new instance with the SDK, the app's file, its handler, the encoding, the worker's round trip.
enum TurnBench {
    private static let echo = """
        local stoa = require "stoa"
        stoa.on("message", function(chat, message) chat:reply("echo: " .. message.text) end)
        """

    static func run() async throws {
        for isolation in [SandboxIsolation.process, .thread] {
            let host = try SandboxHost(isolation: isolation)
            defer { host.shutdown() }
            let vm = try await load(host)
            _ = await turns(2_000, width: 64, vm, host)
            let one = await turns(5_000, width: 1, vm, host)
            Figure.print("turn alone, one at a time, \(isolation.rawValue)", one, "us", aim: isolation == .process ? "40" : nil)
            let many = await turns(50_000, width: 64, vm, host)
            Figure.print("turn alone, 64 in flight, \(isolation.rawValue)", many, "us")
            Figure.print("turns without network and database, \(isolation.rawValue)", 1e6 / many, "/s")
            host.unload(vm)
            try await programs(host, isolation)
        }
    }

    private static var files: [SandboxFile] {
        SDKFiles.all + [SandboxFile(name: "main.lua", text: Array(echo.utf8), privileged: false)]
    }

    private static func load(_ host: SandboxHost) async throws -> SandboxVM {
        let loaded = await withCheckedContinuation { continuation in
            host.load(tenant: "bench", package: SandboxPackage(files: files, limits: SandboxLimits())) {
                continuation.resume(returning: $0)
            }
        }
        return try loaded.get()
    }

    /// Time to load an app's program into a worker that runs, the round trip included, and what it takes of memory.
    private static func programs(_ host: SandboxHost, _ isolation: SandboxIsolation) async throws {
        let first = try await load(host)
        let reply = await turn(1, first, host)
        let count = 200
        var vms: [SandboxVM] = []
        let time = try await Figure.time { for _ in 0..<count { vms.append(try await load(host)) } }
        Figure.print("load a program (vm, SDK, app), \(isolation.rawValue)", time / Double(count), "us", aim: "100")
        Figure.print("heap of a vm after a turn, \(isolation.rawValue)", Double(reply.usage.memoryBytes) / 1024, "KiB", aim: "32")
        for vm in vms { host.unload(vm) }
        host.unload(first)
    }

    /// - Returns: microseconds a turn.
    private static func turns(_ count: Int, width: Int, _ vm: SandboxVM, _ host: SandboxHost) async -> Double {
        let progress = Progress(count: count)
        let time = await Figure.time {
            await withCheckedContinuation { continuation in
                progress.whenDone = { continuation.resume() }
                for _ in 0..<width { next(progress, vm, host) }
            }
        }
        return time / Double(count)
    }

    private static func next(_ progress: Progress, _ vm: SandboxVM, _ host: SandboxHost) {
        guard let id = progress.begin() else { return }
        host.start(
            vm, conversation: UInt64(id), module: "stoa/dispatch.lua", arguments: [update], budget: TurnBudget(seed: UInt64(id))
        ) { _ in
            progress.end()
            next(progress, vm, host)
        }
    }

    private static func turn(_ id: UInt64, _ vm: SandboxVM, _ host: SandboxHost) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            host.start(vm, conversation: id, module: "stoa/dispatch.lua", arguments: [update], budget: TurnBudget(seed: id)) {
                continuation.resume(returning: $0)
            }
        }
    }

    private static let user: BridgeValue = [
        "id": 115_740_000_000_000, "name": "alice", "display": "Alice", "bot": false,
    ]

    private static let update: BridgeValue = [
        "kind": "message", "now": 1_795_000_000_000, "ids": 115_740_000_001_000, "id_count": 32, "entry": "main",
        "app": ["name": "echo", "version": "1.0.0", "bot": user], "capabilities": ["messages.send": true],
        "chat": ["id": 115_740_000_000_001, "kind": "direct", "title": ""], "user": user,
        "message": [
            "id": 115_740_000_000_002, "chat": 115_740_000_000_001, "date": 1_795_000_000_000,
            "text": "hello bot, msg 00000001 from user 00001", "user": user,
        ],
    ]

    /// Counts turns that began and ended, from several threads.
    private final class Progress: Sendable {
        private struct State {
            var begun = 0
            var ended = 0
            var whenDone: (@Sendable () -> Void)?
        }

        private let count: Int
        private let state = Mutex(State())

        init(count: Int) { self.count = count }

        var whenDone: (@Sendable () -> Void)? {
            get { state.withLock { $0.whenDone } }
            set { state.withLock { $0.whenDone = newValue } }
        }

        func begin() -> Int? {
            state.withLock { state in
                guard state.begun < count else { return nil }
                state.begun += 1
                return state.begun + 1_000_000
            }
        }

        func end() {
            let done = state.withLock { state -> (@Sendable () -> Void)? in
                state.ended += 1
                return state.ended == count ? state.whenDone : nil
            }
            done?()
        }
    }
}
