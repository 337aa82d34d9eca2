import Synchronization

@testable import stoa

/// Runs command lines and keeps what they print.
final class Probe: Sendable {
    private let lines = Mutex<(out: [String], error: [String])>(([], []))

    var console: Console {
        Console(
            out: { line in self.lines.withLock { $0.out.append(line) } },
            error: { line in self.lines.withLock { $0.error.append(line) } })
    }

    var out: String { lines.withLock { $0.out.joined(separator: "\n") } }
    var error: String { lines.withLock { $0.error.joined(separator: "\n") } }

    /// - Returns: exit code, standard output, standard error.
    static func run(_ arguments: [String]) async -> (code: Int32, out: String, error: String) {
        let probe = Probe()
        let code = await StoaProgram.runner.run(arguments, console: probe.console)
        return (code, probe.out, probe.error)
    }
}
