import Glibc
import SandboxCore

/// A `stoa-sandbox` process behind a socket.
final class ProcessLink: WorkerLink {
    private var socket: Int32
    private let pid: pid_t
    private var ending: String?

    var descriptor: Int32? { socket < 0 ? nil : socket }
    var processID: Int32? { pid }
    var announcesReady: Bool { true }

    /// Starts the worker program. Must be called on a thread that outlives it: the worker dies with the thread that started it.
    init(path: String) throws(SandboxSetupError) {
        guard let (own, other) = connectedSockets() else {
            throw SandboxSetupError(
                message: "No socket for a sandbox worker: \(errorText(errno)). Raise the limit of open files.")
        }
        defer { close(other) }
        makeNonBlocking(own)
        switch Self.spawn(path, socket: other) {
        case .success(let pid):
            self.pid = pid
            socket = own
        case .failure(let error):
            close(own)
            throw error
        }
    }

    /// posix_spawn, since between fork and exec nothing of a threaded program may run.
    private static func spawn(_ path: String, socket: Int32) -> Result<pid_t, SandboxSetupError> {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var result = posix_spawn_file_actions_adddup2(&actions, socket, Int32(SCF_FD))
        for standard in Int32(0)...2 where result == 0 {
            result = posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0)
        }
        // All other descriptors of ours close on exec; the worker closes what a library may have left open.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A group of its own: an interrupt from the terminal is for the server, which then ends its workers.
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid = pid_t()
        if result == 0 {
            result = path.withCString { path in
                var arguments: [UnsafeMutablePointer<CChar>?] = [UnsafeMutablePointer(mutating: path), nil]
                var environment: [UnsafeMutablePointer<CChar>?] = [nil]
                return posix_spawn(&pid, path, &actions, &attributes, &arguments, &environment)
            }
        }
        if result == 0 { return .success(pid) }
        return .failure(
            SandboxSetupError(message: "The sandbox worker \(path) could not be started: \(errorText(result))."))
    }

    deinit {
        if socket >= 0 { close(socket) }
    }

    func send(_ bytes: ByteBuffer) -> Bool {
        while !bytes.isEmpty {
            let chunk = bytes.bytes
            let count = Glibc.send(socket, chunk.baseAddress, chunk.count, Int32(MSG_NOSIGNAL))
            if count > 0 {
                bytes.consume(count)
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    func receive(into bytes: ByteBuffer) -> Bool {
        while true {
            let room = bytes.reserve(64 << 10)
            let space = bytes.freeSpace
            let count = recv(socket, room, space, 0)
            if count > 0 {
                bytes.commit(count)
                // A short read has taken all that was there. What is left of a long one waits for the next round.
                return true
            }
            if count == 0 { return false }
            if errno == EAGAIN { return true }
            if errno != EINTR { return false }
        }
    }

    func interrupt(step: UInt64) {}

    func kill() {
        // Not reaped yet, so the number is still that of our child.
        if ending == nil { Glibc.kill(pid, SIGKILL) }
        if socket >= 0 { close(socket) }
        socket = -1
    }

    func reap() -> String? {
        if let ending { return ending }
        var status: Int32 = 0
        let result = waitpid(pid, &status, WNOHANG)
        if result == 0 || (result < 0 && errno == EINTR) { return nil }
        ending =
            if result < 0 {
                "unknown end"
            } else if status & 0x7f == 0 {
                "exit status \((status >> 8) & 0xff)"
            } else {
                "signal \(status & 0x7f)"
            }
        return ending
    }
}
