import Dispatch
import Glibc
import Identity
import Model
import Operations
import Synchronization

/// Sends through a program of the operator's: it gets the kind (`email`, `phone`) and the address as arguments, the text on its
/// standard input, and has 30 seconds. What it prints to standard error goes to the server's.
///
/// There is no shell in between, so an address is one argument and nothing else, whatever is in it.
final class ProgramSender: ContactSender {
    /// Of each a thread waits for its end.
    private static let mostAtOnce = 8
    /// What the program gets of the server's own environment: nothing that could be a secret.
    private static let environment = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"]

    private let path: String
    private let limit: DispatchTimeInterval
    private let running = Mutex(0)

    /// - Throws: ``StoaError/Code/badRequest`` when the program cannot be run.
    init(path: String, limit: DispatchTimeInterval = .seconds(30)) throws {
        guard path.utf8.contains(UInt8(ascii: "/")), access(path, X_OK) == 0 else {
            throw StoaError(
                .badRequest, "The contact sender \(path) cannot be run. Give the path of a program, such as ./send.sh.")
        }
        self.path = path
        self.limit = limit
    }

    func send(_ message: ContactMessage) async throws {
        let hasRoom = running.withLock { running in
            guard running < Self.mostAtOnce else { return false }
            running += 1
            return true
        }
        guard hasRoom else { throw ChildProcess.Failure(description: "\(Self.mostAtOnce) are being sent already") }
        defer { running.withLock { $0 -= 1 } }
        let environment = Self.environment.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
        try await Blocking.run { [path, limit] in
            let child = try ChildProcess(
                [path, message.kind.rawValue, message.address], environment: environment, input: Array(message.text.utf8))
            try child.waitForSuccess(limit)
        }
    }
}
