import AdminAPI
import Database
import Glibc
import Model
import Sandbox
import Server

/// Looks for what keeps a server from running well, without changing anything.
enum Doctor {
    struct Finding: Sendable {
        let check: String
        let isFine: Bool
        let text: String
    }

    static func examine(folder: String) async -> [Finding] {
        [space(folder), await database(folder), web(), await worker(), await server(folder), files()]
    }

    private static func space(_ folder: String) -> Finding {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            return Finding(check: "data folder", isFine: true, text: "\(folder) does not exist yet; serve makes it.")
        }
        var kind = stat()
        guard stat(folder, &kind) == 0, kind.st_mode & S_IFMT == S_IFDIR else {
            return Finding(check: "data folder", isFine: false, text: "\(folder) is not a folder. Name another one with --data.")
        }
        guard access(folder, W_OK) == 0 else {
            return Finding(check: "data folder", isFine: false, text: "\(folder) cannot be written. Check its rights.")
        }
        let free = (Int64(status.f_bavail) * Int64(status.f_frsize)) >> 20
        return Finding(
            check: "data folder", isFine: free > 256,
            text: "\(folder) has \(free) MiB free" + (free > 256 ? "." : ". Free some space before messages are refused."))
    }

    private static func database(_ folder: String) async -> Finding {
        do {
            try await Blocking.run { try Database.examine(folder: folder) }
            return Finding(check: "database", isFine: true, text: "whole, or not made yet.")
        } catch {
            return Finding(check: "database", isFine: false, text: "\(error)")
        }
    }

    private static func web() -> Finding {
        let found = ShippedFiles.find("web/dist", given: nil)
        return Finding(
            check: "web client", isFine: found != nil, text: found ?? "not built. Run web/build.sh.")
    }

    /// Runs one line of Lua in a locked-down worker.
    private static func worker() async -> Finding {
        do {
            let answer = try await SandboxProbe.run()
            return Finding(check: "sandbox worker", isFine: answer, text: answer ? "starts and answers." : "does not answer.")
        } catch {
            return Finding(check: "sandbox worker", isFine: false, text: "\(error)")
        }
    }

    private static func server(_ folder: String) async -> Finding {
        do {
            let status = try await Blocking.run { try AdminClient(folder: folder).ask(AdminRequest(.status)).status }
            guard let status else { return Finding(check: "server", isFine: false, text: "gives no status.") }
            let dead = status.deadLetters == 0 ? "" : " \(status.deadLetters) updates are among the dead letters."
            return Finding(
                check: "server", isFine: true,
                text: "\(status.listening), \(status.turns) turns since it started, \(status.queued) updates queued.\(dead)")
        } catch {
            return Finding(check: "server", isFine: true, text: "none runs on \(folder).")
        }
    }

    private static func files() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Finding(
            check: "open files", isFine: limit.rlim_max >= 12_000,
            text: "at most \(limit.rlim_max)"
                + (limit.rlim_max >= 12_000 ? "." : ". 10,000 connections need more: raise \"ulimit -n\"."))
    }
}
