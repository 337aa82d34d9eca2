package import Apps
import Database
import Model
package import Sandbox
import Synchronization

/// The app versions that run, each loaded into a sandbox when it is first needed.
final class Programs: Sendable {
    struct Program: Sendable {
        let app: App
        let version: AppVersion
        let vm: SandboxVM

        /// A Lua error as its developer wants to read it.
        func explain(_ message: String, traceback: String) -> String {
            let files = vm.package.files.filter { !$0.privileged }.map { AppPackage.File(path: $0.name, content: $0.text) }
            return LuaErrorReport(message: message, traceback: traceback, files: files).text
        }
    }

    typealias Waiter = @Sendable (Result<Program, any Error>) -> Void

    private enum State {
        case loading([Waiter])
        case ready(Program)
    }

    private let database: Database
    private let sandbox: SandboxHost
    private let bridge: any BridgeTable
    private let states = Mutex<[AppVersionID: State]>([:])

    init(database: Database, sandbox: SandboxHost, bridge: any BridgeTable) {
        self.database = database
        self.sandbox = sandbox
        self.bridge = bridge
    }

    var count: Int { states.withLock { $0.count } }

    /// Gives the program, at once when it is loaded. A failure is not remembered.
    func use(_ id: AppVersionID, of bot: AccountID, _ body: @escaping Waiter) {
        enum Found { case ready(Program), waits, mustLoad }
        let found = states.withLock { states -> Found in
            switch states[id] {
            case .ready(let program): return .ready(program)
            case .loading(let waiters):
                states[id] = .loading(waiters + [body])
                return .waits
            case nil:
                states[id] = .loading([body])
                return .mustLoad
            }
        }
        switch found {
        case .ready(let program): body(.success(program))
        case .waits: break
        case .mustLoad: load(id, of: bot)
        }
    }

    func loaded(_ id: AppVersionID) -> Program? {
        states.withLock { states in
            if case .ready(let program) = states[id] { program } else { nil }
        }
    }

    /// A version that nothing runs any more.
    func unload(_ id: AppVersionID) {
        let state = states.withLock { states -> State? in
            guard case .ready = states[id] else { return nil }
            return states.removeValue(forKey: id)
        }
        if case .ready(let program) = state { sandbox.unload(program.vm) }
    }

    private func load(_ id: AppVersionID, of bot: AccountID) {
        database.read { tx in
            guard let version = try AppStore.version(id, in: tx), let app = try AppStore.app(account: bot, in: tx) else {
                throw StoaError(.appNotFound, "There is no app version \(id). Deploy the app again.")
            }
            return (app, version, try AppStore.program(of: id, in: tx))
        } completion: { [self] result in
            switch result {
            case .failure(let error): settle(id, .failure(error))
            case .success((let app, let version, let files)):
                let package = SandboxPackage(
                    files: bridge.sdk + files.map(\.sandboxFile), limits: version.manifest.sandboxLimits)
                sandbox.load(tenant: "\(app.publisher)/\(app.name)", package: package) { [self] result in
                    settle(id, result.map { Program(app: app, version: version, vm: $0) }.mapError { $0 as any Error })
                }
            }
        }
    }

    private func settle(_ id: AppVersionID, _ result: Result<Program, any Error>) {
        let waiters = states.withLock { states -> [Waiter] in
            guard case .loading(let waiters) = states[id] else { return [] }
            states[id] = (try? result.get()).map { .ready($0) }
            return waiters
        }
        for waiter in waiters { waiter(result) }
    }
}

extension AppPackage.File {
    /// As a sandbox loads it: a file of texts becomes a Lua file that gives them back.
    package var sandboxFile: SandboxFile {
        guard isLocale else { return SandboxFile(name: path, text: content, privileged: false) }
        return SandboxFile(name: path.dropLast(".json".count) + ".lua", text: localeModule, privileged: false)
    }
}

extension Manifest {
    package var sandboxLimits: SandboxLimits {
        SandboxLimits(
            memoryBytes: UInt64(limits.memoryMiB) << 20, instructions: UInt64(limits.instructions),
            wallMilliseconds: UInt32(limits.wallMilliseconds))
    }
}
