import Synchronization
import Testing

@testable import Sandbox

/// What the developer's tools see of a program on a thread.
struct InspectorTests {
    @Test("The app's own file is told with its lines, once for each that is new")
    func lines() async throws {
        let seen = Mutex<[[Int]]>([])
        let host = try SandboxHost(
            isolation: .thread,
            inspector: SandboxInspector(onLines: { file, lines in
                #expect(file == "app.lua")
                seen.withLock { $0.append(lines) }
            }))
        defer { host.shutdown() }
        let vm = try await load(host, "local a = 1\nif a == 2 then\n  a = 3\nend\ncall()\nreturn a")
        guard case .called = await start(host, vm).outcome else { return #expect(Bool(false), "it waits") }
        guard case .finished = await resume(host, vm).outcome else { return #expect(Bool(false), "it ends") }
        guard case .called = await start(host, vm).outcome else { return #expect(Bool(false), "it waits again") }
        #expect(seen.withLock { $0 } == [[1, 2, 5], [1, 2, 5, 6]])
    }

    @Test("Frames come with each call, the innermost first, without what is hidden")
    func frames() async throws {
        let seen = Mutex<[[StackFrame]]>([])
        let host = try SandboxHost(
            isolation: .thread,
            inspector: SandboxInspector(onFrames: { id, frames in
                #expect(id == 1)
                seen.withLock { $0.append(frames) }
            }))
        defer { host.shutdown() }
        let vm = try await load(
            host,
            "local function pay(order)\n  local sum = 1\n  local sum = order.sum + 0.5\n  call(sum)\n  return 1\nend\nreturn pay({ sum = 3 })\n"
        )
        _ = await start(host, vm)
        _ = await resume(host, vm)
        let frames = seen.withLock { $0 }
        #expect(frames.count == 1)
        let locals = [StackFrame.Local(name: "order", value: "{sum = 3}"), StackFrame.Local(name: "sum", value: "3.5")]
        // The main chunk left the stack by its tail call, which took the function's name along.
        #expect(frames.first == [StackFrame(file: "app.lua", line: 4, function: "function <app.lua:1>", locals: locals)])
    }

    @Test("An outline has the lines with code and the globals, or the compiler's error")
    func outline() throws {
        let outline = try LuaOutline(file: "main.lua", text: Array("local a = b\n\nfunction c()\n  return a\nend\n".utf8))
        #expect(outline.lines == [1, 3, 4, 5])
        #expect(
            outline.globals == [
                LuaOutline.Global(name: "b", line: 1, isWritten: false), LuaOutline.Global(name: "c", line: 3, isWritten: true),
            ])
        #expect(throws: SandboxLoadError(message: "main.lua:2: syntax error near 'two'")) {
            try LuaOutline(file: "main.lua", text: Array("\none two".utf8))
        }
        #expect(try LuaOutline(file: "empty.lua", text: []) == LuaOutline(file: "other.lua", text: Array("-- nothing".utf8)))
    }

    private func load(_ host: SandboxHost, _ app: String) async throws -> SandboxVM {
        let sdk = "local host = ... function host.globals.call(...) return host.call('f', ...) end return require('app')"
        let package = SandboxPackage(files: [
            SandboxFile(name: "sdk.lua", text: Array(sdk.utf8), privileged: true),
            SandboxFile(name: "app.lua", text: Array(app.utf8)),
        ])
        return try await withCheckedContinuation { continuation in
            host.load(tenant: "t", package: package) { continuation.resume(returning: $0) }
        }.get()
    }

    private func start(_ host: SandboxHost, _ vm: SandboxVM) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            host.start(vm, conversation: 1, module: "sdk.lua", arguments: [], budget: TurnBudget(seed: 1)) {
                continuation.resume(returning: $0)
            }
        }
    }

    private func resume(_ host: SandboxHost, _ vm: SandboxVM) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            host.resume(vm, conversation: 1, result: .success([]), newTurn: nil) { continuation.resume(returning: $0) }
        }
    }
}
