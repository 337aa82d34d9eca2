import Dispatch
import Glibc
import Synchronization

/// Another program that this one has started and waits for, in a group of its own.
struct ChildProcess {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Less than a pipe holds, so that writing does not wait for the program.
    private static let longestInput = 4096
    /// Held from making a pipe to starting the program, so that no other program that is started meanwhile gets an end of it,
    /// and with it keeps it open. Swift does not see pipe2, which would do without. A worker of the sandbox, started by who does
    /// not hold this, closes all that it inherits before it does anything else (lockdown.c).
    private static let starting = Mutex<Void>(())

    private let path: String
    private let pid: pid_t

    /// Starts the program at a path. Its standard output goes nowhere, standard error to this one's.
    /// - Parameter arguments: the path first.
    init(_ arguments: [String], environment: [String], input: [UInt8]) throws {
        guard let path = arguments.first, input.count <= Self.longestInput else {
            throw Failure(description: "the text has more than \(Self.longestInput) bytes")
        }
        self.path = path
        pid = try Self.starting.withLock { _ in try Self.start(path, arguments, environment, input) }
    }

    /// Blocks until the program has ended. Must be called once: it also clears the process away.
    /// - Throws: ``Failure`` unless it exits with 0; after `limit` it is killed, with all that it has started.
    func waitForSuccess(_ limit: DispatchTimeInterval) throws {
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue(label: "stoa.child-process").async { [pid] in
            // Left unreaped: until the thread below does that, the number cannot become another's.
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            ended.signal()
        }
        let isInTime = ended.wait(timeout: .now() + limit) == .success
        if !isInTime {
            kill(-pid, SIGKILL)
            ended.wait()
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard isInTime else { throw Failure(description: "\(path) took too long and was stopped") }
        guard status & 0x7f == 0 else { throw Failure(description: "\(path) was ended by signal \(status & 0x7f)") }
        guard status >> 8 & 0xff == 0 else { throw Failure(description: "\(path) exited with \(status >> 8 & 0xff)") }
    }

    /// posix_spawn, since between fork and exec nothing of a threaded program may run.
    private static func start(
        _ path: String, _ arguments: [String], _ environment: [String], _ input: [UInt8]
    ) throws -> pid_t {
        let reading = try filledPipe(input)
        defer { close(reading) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, reading, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        for descriptor in inherited() { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var pid = pid_t()
        let result = withStrings(arguments) { arguments in
            withStrings(environment) { posix_spawn(&pid, path, &actions, &attributes, arguments, $0) }
        }
        guard result == 0 else { throw Failure(description: "\(path) could not be started: \(text(of: result))") }
        return pid
    }

    /// The reading end of a pipe that holds the bytes already: written while this end is open, so that a program which reads
    /// nothing raises no signal here.
    private static func filledPipe(_ bytes: [UInt8]) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe could be made: \(text(of: errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        guard write(ends[1], bytes, bytes.count) == bytes.count else {
            close(ends[0])
            throw Failure(description: "the text could not be handed over: \(text(of: errno))")
        }
        return ends[0]
    }

    /// Descriptors that libraries have left open for other programs: a client's socket must not stay open in one.
    private static func inherited() -> [Int32] {
        guard let directory = opendir("/proc/self/fd") else { return [] }
        defer { closedir(directory) }
        var found: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { found.append(descriptor) }
        }
        return found
    }

    private static func text(of code: Int32) -> String { String(cString: strerror(code)) }
}

/// Calls with C strings, ended by a null, that are gone afterwards.
private func withStrings<T>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}
