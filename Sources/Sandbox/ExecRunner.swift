import Glibc
import Synchronization

/// What `stoa exec` was asked to do.
package struct ExecOptions: Sendable {
    /// Paths of Lua files, in the order in which they are to run.
    package var files: [String]
    package var memoryMiB: Int
    package var instructions: UInt64
    /// Running time of each file.
    package var timeoutMilliseconds: UInt32
    package var isolation: SandboxIsolation
    /// As for ``SandboxHost``.
    package var workerPath: String?

    package init(
        files: [String], memoryMiB: Int = 16, instructions: UInt64 = 50_000_000, timeoutMilliseconds: UInt32 = 5000,
        isolation: SandboxIsolation = .process, workerPath: String? = nil
    ) {
        self.files = files
        self.memoryMiB = memoryMiB
        self.instructions = instructions
        self.timeoutMilliseconds = timeoutMilliseconds
        self.isolation = isolation
        self.workerPath = workerPath
    }
}

/// Runs plain Lua files in a sandbox without any capability, one after another, as calls of one app.
package struct ExecRunner: Sendable {
    private let options: ExecOptions
    private let output: @Sendable (String) -> Void
    private let errors: @Sendable (String) -> Void

    /// - Parameters:
    ///   - output: gets each line that a file prints and, when it returns something, one with that.
    ///   - errors: gets one line or more for each failure, beginning with `stoa: `.
    package init(
        _ options: ExecOptions, output: @escaping @Sendable (String) -> Void = { writeLine($0, to: STDOUT_FILENO) },
        errors: @escaping @Sendable (String) -> Void = { writeLine($0, to: STDERR_FILENO) }
    ) {
        self.options = options
        self.output = output
        self.errors = errors
    }

    /// Runs all files, also those behind one that failed. Blocks: not for a thread of Swift's pool.
    /// - Returns: the exit status, 0 when all of them ended well, else 1.
    package func run() -> Int32 {
        do {
            let package = SandboxPackage(
                files: try readFiles(),
                limits: SandboxLimits(
                    memoryBytes: UInt64(options.memoryMiB) << 20, instructions: options.instructions,
                    wallMilliseconds: options.timeoutMilliseconds))
            let host = try SandboxHost(isolation: options.isolation, workerPath: options.workerPath)
            defer { host.shutdown() }
            let vm = try wait { host.load(tenant: "exec", package: package, completion: $0) }.get()
            var isGood = true
            for file in package.files where !run(file.name, vm, host) { isGood = false }
            return isGood ? 0 : 1
        } catch {
            errors("stoa: \(error)")
            return 1
        }
    }

    private func run(_ name: String, _ vm: SandboxVM, _ host: SandboxHost) -> Bool {
        var reply = wait { completion in
            host.start(
                vm, conversation: 1, module: name, arguments: [], budget: TurnBudget(seed: .random(in: 0 ... .max)),
                completion: completion)
        }
        while true {
            reply.effects.forEach(show)
            guard case .called(let call, _) = reply.outcome else { return report(reply.outcome, of: name) }
            let refusal = BridgeFailure(message: "\(call) is not available here: files run by `stoa exec` have no capabilities")
            reply = wait { host.resume(vm, conversation: 1, result: .failure(refusal), newTurn: nil, completion: $0) }
        }
    }

    /// A log entry is a level and a text.
    private func show(_ effect: SandboxEffect) {
        guard effect.name == "log" else { return }
        output(effect.arguments.dropFirst().map(\.plainText).joined(separator: "\t"))
    }

    /// Whether it was a good end.
    private func report(_ outcome: SandboxOutcome, of name: String) -> Bool {
        switch outcome {
        case .finished(let values):
            if !values.isEmpty { output(values.map(\.plainText).joined(separator: "\t")) }
            return true
        case .failed(let message, let traceback):
            let frames = traceback.split(separator: "\n").map { "\n    \($0)" }.joined()
            errors("stoa: \(message)\(frames)")
        case .stopped(let limit, let message):
            errors("stoa: \(name): \(message)\(amount(of: limit))")
        case .lost(let reason, _):
            errors("stoa: \(name): \(reason)")
        case .called:
            break
        }
        return false
    }

    private func amount(of limit: SandboxLimitKind) -> String {
        switch limit {
        case .memory: " (\(options.memoryMiB) MiB; raise it with --memory)"
        case .instructions: " (\(options.instructions); raise it with --instructions)"
        case .time: " (\(Double(options.timeoutMilliseconds) / 1000) s; raise it with --timeout)"
        case .effects, .conversations: ""
        }
    }

    private func wait<T: Sendable>(_ begin: (@escaping @Sendable (T) -> Void) -> Void) -> T {
        let answer = Answer<T>()
        begin { answer.give($0) }
        return answer.take()
    }

    // MARK: Files

    /// Names are the last parts of the paths, so that no message shows more; equal ones get the folder before them.
    private func readFiles() throws -> [SandboxFile] {
        var names: [String: Int] = [:]
        return try options.files.map { path in
            let parts = path.split(separator: "/")
            var name = String(parts.last ?? "")
            names[name, default: 0] += 1
            if let count = names[name], count > 1 { name = "\(count)/\(name)" }
            return SandboxFile(name: name, text: try Self.read(path))
        }
    }

    private static func read(_ path: String) throws(SandboxSetupError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SandboxSetupError(message: "\(path) cannot be read: \(errorText(errno)).") }
        defer { close(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count == 0 { return text }
            guard count > 0 else { throw SandboxSetupError(message: "\(path) cannot be read: \(errorText(errno)).") }
            text += piece[..<count]
            // The sandbox refuses it anyway, and a device may never end.
            guard text.count <= 32 << 20 else { throw SandboxSetupError(message: "\(path) is larger than 32 MiB.") }
        }
    }
}

/// One value from another thread.
private final class Answer<T: Sendable>: Sendable {
    private let value = Mutex<T?>(nil)
    private let ready = Semaphore()

    func give(_ new: T) {
        value.withLock { $0 = new }
        ready.signal()
    }

    func take() -> T {
        while true {
            ready.wait()
            if let value = value.withLock({ $0 }) { return value }
        }
    }
}

/// Writes a line; one that cannot be written is lost.
package func writeLine(_ line: String, to descriptor: Int32) {
    var bytes = ArraySlice(line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno != EINTR { return }
        bytes = bytes.dropFirst(max(0, count))
    }
}
