import Glibc
import Synchronization
import Testing

@testable import Sandbox

/// A host with its answers as values.
struct TestHost: Sendable {
    let host: SandboxHost
    let lost: LostConversations
    let log: LogLines
    /// Where the worker lies, if it is one of the test's own.
    private let folder: TemporaryFolder?

    init(
        _ isolation: SandboxIsolation = .process, worker: String? = nil, maxWorkers: Int = 64, folder: TemporaryFolder? = nil
    ) throws {
        self.folder = folder
        let lost = LostConversations()
        let log = LogLines()
        host = try SandboxHost(
            isolation: isolation, workerPath: isolation == .process ? worker ?? WorkerProgram.path() : nil,
            maxWorkers: maxWorkers, log: { log.add($0) }, onLost: { lost.add($0, $1) })
        self.lost = lost
        self.log = log
    }

    func load(
        _ text: String, tenant: String = "tenant", limits: SandboxLimits = SandboxLimits(), privileged: Bool = false
    ) async throws -> SandboxVM {
        let file = SandboxFile(name: "main.lua", text: Array(text.utf8), privileged: privileged)
        let package = SandboxPackage(files: [file], limits: limits)
        while true {
            let result = await withCheckedContinuation { continuation in
                host.load(tenant: tenant, package: package) { continuation.resume(returning: $0) }
            }
            // A script just written is still open for writing in what another test forks, until that execs.
            if case .failure(let error) = result, error.message.contains("Text file busy") { continue }
            return try result.get()
        }
    }

    func start(
        _ vm: SandboxVM, _ conversation: UInt64 = 1, _ arguments: [BridgeValue] = [], module: String = "main.lua",
        budget: TurnBudget = TurnBudget(seed: 1)
    ) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            host.start(vm, conversation: conversation, module: module, arguments: arguments, budget: budget) {
                continuation.resume(returning: $0)
            }
        }
    }

    func resume(
        _ vm: SandboxVM, _ conversation: UInt64 = 1, _ result: Result<[BridgeValue], BridgeFailure> = .success([]),
        newTurn: TurnBudget? = nil
    ) async -> SandboxReply {
        await withCheckedContinuation { continuation in
            host.resume(vm, conversation: conversation, result: result, newTurn: newTurn) { continuation.resume(returning: $0) }
        }
    }
}

final class LostConversations: Sendable {
    private let all = Mutex<[UInt64]>([])
    func add(_ vm: SandboxVM, _ ids: [UInt64]) { all.withLock { $0 += ids } }
    var ids: [UInt64] { all.withLock { $0.sorted() } }
}

final class LogLines: Sendable {
    private let all = Mutex<[String]>([])
    func add(_ line: String) { all.withLock { $0.append(line) } }
    var lines: [String] { all.withLock { $0 } }
}

/// Finds what was built beside the tests.
enum WorkerProgram {
    static func path() throws -> String {
        try #require(found, "stoa-sandbox was not built; run `swift build --product stoa-sandbox`")
    }

    /// The folder of the test program is in its arguments or, when it is loaded by another, among the mapped files.
    private static let found: String? = {
        let mapped = (try? readFile("/proc/self/maps")) ?? ""
        let candidates =
            CommandLine.arguments
            + mapped.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        for candidate in candidates where candidate.contains(".xctest") {
            var folder = candidate[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                let path = folder + "/stoa-sandbox"
                if access(String(path), X_OK) == 0 && !folder.hasSuffix("Sources") { return String(path) }
            }
        }
        return nil
    }()
}

func readFile(_ path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw BridgeFailure(message: "\(path) cannot be read") }
    defer { close(file) }
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(file, &piece, piece.count)
        if count <= 0 { return String(decoding: all, as: UTF8.self) }
        all += piece[..<count]
    }
}

/// A folder that is gone with the last user of it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/sandbox-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BridgeFailure(message: "no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { unlink(path + "/" + name) }
        }
        closedir(folder)
        rmdir(path)
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw BridgeFailure(message: "\(name) cannot be written") }
        defer { close(file) }
        _ = text.withCString { Glibc.write(file, $0, text.utf8.count) }
        return path + "/" + name
    }
}

/// Numbers in the order in which they came.
final class Order: Sendable {
    private let numbers = Mutex<[Int]>([])
    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    var all: [Int] { numbers.withLock { $0 } }
}

/// Begins many steps without waiting in between; their replies in the order in which they were begun.
func all(_ count: Int, _ begin: (Int, @escaping SandboxHost.Completion) -> Void) async -> [SandboxReply] {
    let gathered = Gathered(count)
    await withCheckedContinuation { continuation in
        for index in 0..<count {
            begin(index) { reply in
                if gathered.add(reply, at: index) { continuation.resume() }
            }
        }
    }
    return gathered.all
}

private final class Gathered: Sendable {
    private let replies: Mutex<[SandboxReply?]>
    private let left: Atomic<Int>

    init(_ count: Int) {
        replies = Mutex([SandboxReply?](repeating: nil, count: count))
        left = Atomic(count)
    }

    /// Whether it was the last one.
    func add(_ reply: SandboxReply, at index: Int) -> Bool {
        replies.withLock { $0[index] = reply }
        return left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }

    var all: [SandboxReply] { replies.withLock { $0.compactMap { $0 } } }
}

/// Waits until something is so; fails the test when it does not come to be.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(10), _ condition: () -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

extension SandboxReply {
    var finished: [BridgeValue]? {
        if case .finished(let values) = outcome { values } else { nil }
    }

    var called: (name: String, arguments: [BridgeValue])? {
        if case .called(let name, let arguments) = outcome { (name, arguments) } else { nil }
    }

    var failure: String? {
        if case .failed(let message, _) = outcome { message } else { nil }
    }

    var stop: SandboxLimitKind? {
        if case .stopped(let kind, _) = outcome { kind } else { nil }
    }

    /// Whether it was the culprit.
    var loss: Bool? {
        if case .lost(_, let culprit) = outcome { culprit } else { nil }
    }
}
