import Sandbox

/// Whether a worker starts and runs Lua.
enum SandboxProbe {
    static func run() async throws -> Bool {
        let host = try SandboxHost(isolation: .process)
        defer { host.shutdown() }
        let file = SandboxFile(name: "main.lua", text: Array("return 6 * 7".utf8), privileged: false)
        let loaded = await withCheckedContinuation { continuation in
            host.load(tenant: "doctor", package: SandboxPackage(files: [file], limits: SandboxLimits())) {
                continuation.resume(returning: $0)
            }
        }
        let vm = try loaded.get()
        let reply = await withCheckedContinuation { continuation in
            host.start(vm, conversation: 1, module: "main.lua", arguments: [], budget: TurnBudget(seed: 1)) {
                continuation.resume(returning: $0)
            }
        }
        guard case .finished(let values) = reply.outcome else { return false }
        return values == [.int(42)]
    }
}
