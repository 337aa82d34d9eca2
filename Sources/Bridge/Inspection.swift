package import Apps
import Messaging
import Model
import Runtime
package import Sandbox

/// Loads a package as a deployment would and runs its `main.lua` once, without an update: finds what does not compile and
/// what fails
/// at load, and learns which commands it handles.
package enum Inspection {
    /// What the app said of itself.
    package struct Findings: Sendable {
        package let warnings: [Diagnostic]
        /// It has an `on_upgrade`.
        package let handlesUpgrades: Bool
    }

    /// - Throws: ``PackageError`` with the file and line of what failed.
    static func run(
        _ package: AppPackage, publisher: String, sandbox: SandboxHost, messaging: Messaging
    ) async throws -> Findings {
        try await run(package, publisher: publisher, sandbox: sandbox, id: messaging.ids.next(), now: messaging.clock.now())
    }

    package static func run(
        _ package: AppPackage, publisher: String, sandbox: SandboxHost, id: Int64, now: Int64
    ) async throws -> Findings {
        let files = SDKFiles.all + package.files.filter { $0.isProgram || $0.isLocale }.map(\.sandboxFile)
        let program = SandboxPackage(files: files, limits: package.manifest.sandboxLimits)
        let loaded = await withCheckedContinuation { continuation in
            sandbox.load(tenant: "\(publisher)/\(package.manifest.name)/inspection", package: program) {
                continuation.resume(returning: $0)
            }
        }
        let vm: SandboxVM
        switch loaded {
        case .success(let loaded): vm = loaded
        case .failure(let error):
            let syntax = LuaErrorReport.diagnostic(ofSyntaxError: error.message, files: package.files)
            throw PackageError([syntax ?? Diagnostic(.error, file: "", error.message)], files: package.files)
        }
        defer { sandbox.unload(vm) }
        let arguments = [
            UpdateArguments.inspection(now: now), UpdateArguments.context(package.manifest, bot: AccountID(0)),
        ]
        let reply = await withCheckedContinuation { continuation in
            sandbox.start(
                vm, conversation: UInt64(id), module: SDKFiles.entry, arguments: arguments, budget: TurnBudget(seed: 1)
            ) { continuation.resume(returning: $0) }
        }
        switch reply.outcome {
        case .finished(let values):
            return Findings(
                warnings: undeclared(values.first, package.manifest),
                handlesUpgrades: values.first?["upgrades"] == .bool(true))
        case .failed(let message, let traceback):
            throw PackageError([diagnostic(message, traceback, package)], files: package.files)
        case .stopped(_, let message):
            throw PackageError(
                [
                    Diagnostic(
                        .error, file: package.manifest.entry, "\(message) while the file was loaded",
                        hint: "do in handlers what takes long or much")
                ], files: package.files)
        case .called(let name, _):
            throw PackageError(
                [
                    Diagnostic(
                        .error, file: package.manifest.entry, "\(name) was called while the file was loaded",
                        hint: "call it in a handler")
                ], files: package.files)
        case .lost(let reason, _): throw PackageError([Diagnostic(.error, file: "", reason)], files: package.files)
        }
    }

    private static func undeclared(_ answer: BridgeValue?, _ manifest: Manifest) -> [Diagnostic] {
        let handled = (answer?["commands"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }.sorted()
        let declared = Set(manifest.commands.map(\.name))
        return handled.filter { !declared.contains($0) }.map { name in
            Diagnostic(
                .warning, file: "manifest.json", "the command /\(name) is handled but not declared",
                hint: "add {\"name\": \"\(name)\", \"description\": …} to \"commands\", so that people find it")
        }
    }

    private static func diagnostic(_ message: String, _ traceback: String, _ package: AppPackage) -> Diagnostic {
        LuaErrorReport(message: message, traceback: traceback, files: package.files).diagnostic
            ?? Diagnostic(.error, file: "", message)
    }
}
