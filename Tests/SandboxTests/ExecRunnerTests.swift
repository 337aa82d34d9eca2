import Testing

@testable import Sandbox

struct ExecRunnerTests {
    /// What running these files prints.
    private func run(
        _ isolation: SandboxIsolation, _ files: [(String, String)], change: (inout ExecOptions) -> Void = { _ in }
    ) async throws -> (status: Int32, output: [String], errors: [String]) {
        let folder = try TemporaryFolder()
        let paths = try files.map { try folder.write($0.0, $0.1) }
        let worker = isolation == .process ? try WorkerProgram.path() : nil
        var options = ExecOptions(files: paths, isolation: isolation, workerPath: worker)
        change(&options)
        let output = LogLines()
        let errors = LogLines()
        let runner = ExecRunner(options, output: { output.add($0) }, errors: { errors.add($0) })
        let status = await withCheckedContinuation { continuation in
            _ = startThread(name: "exec") { continuation.resume(returning: runner.run()) }
        }
        return (status, output.lines, errors.lines)
    }

    @Test(arguments: SandboxIsolation.allCases)
    func printsWhatFilesPrintAndReturn(isolation: SandboxIsolation) async throws {
        let first = "print('hello', 1) return 'plain', 2^53 | 0, 0.1, {1, {'x'}}, {['end'] = 'a\\n', n = nil}, true, nil"
        let result = try await run(isolation, [("a.lua", first), ("b.lua", "x = 1"), ("c.lua", "return x")])
        #expect(result.status == 0)
        #expect(
            result.output == [
                "hello\t1", #"plain\#t9007199254740992\#t0.1\#t{1, {"x"}}\#t{["end"] = "a\n"}\#ttrue\#tnil"#, "nil",
            ])
        #expect(result.errors == [])
    }

    @Test(arguments: SandboxIsolation.allCases)
    func saysWhatWentWrong(isolation: SandboxIsolation) async throws {
        let result = try await run(isolation, [("a.lua", "print('first')\nerror('oh')"), ("b.lua", "return 2")])
        #expect(result.status == 1)
        #expect(result.output == ["first", "2"])
        #expect(result.errors.first?.hasPrefix("stoa: a.lua:2: oh") == true)
        let bad = try await run(isolation, [("a.lua", "return 1\nreturn 2")])
        #expect(bad.status == 1)
        #expect(bad.errors.first?.hasPrefix("stoa: a.lua:2:") == true)
        let missing = try await run(isolation, []) { $0.files = ["/nowhere/x.lua"] }
        #expect(missing.status == 1)
        #expect(missing.errors == ["stoa: /nowhere/x.lua cannot be read: No such file or directory."])
    }

    @Test(arguments: SandboxIsolation.allCases)
    func namesTheLimit(isolation: SandboxIsolation) async throws {
        let loop = [("a.lua", "while true do end")]
        let instructions = try await run(isolation, loop) { $0.instructions = 1_000_000 }
        #expect(instructions.status == 1)
        #expect(instructions.errors == ["stoa: a.lua: instruction limit (1000000; raise it with --instructions)"])
        let time = try await run(isolation, loop) {
            $0.instructions = 1 << 50
            $0.timeoutMilliseconds = 100
        }
        #expect(time.errors == ["stoa: a.lua: time limit (0.1 s; raise it with --timeout)"])
        let memory = try await run(isolation, [("a.lua", "local t = {} for i = 1, 1e9 do t[i] = {} end")]) { $0.memoryMiB = 2 }
        #expect(memory.errors == ["stoa: a.lua: memory limit (2 MiB; raise it with --memory)"])
    }

    @Test func showsNothingThatATerminalObeys() {
        #expect(BridgeValue.string("a\u{1b}[2Jb\n").plainText == #"a\027[2Jb"# + "\n")
        #expect(BridgeValue.array(["a\u{1b}"]).plainText == #"{"a\027"}"#)
        #expect(BridgeValue.bytes([0x61, 0xff]).plainText == #""a\255""#)
    }
}
