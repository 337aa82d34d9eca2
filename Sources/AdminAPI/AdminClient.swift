import Foundation
import Glibc
import Model

/// The command line's end of the admin socket. Blocks: call it on a thread of its own.
package struct AdminClient: Sendable {
    private let path: String
    private let folder: String

    package init(folder: String) {
        self.folder = folder
        path = folder + "/admin.sock"
    }

    /// Sends a request and gives each line of the answer until the last.
    /// - Throws: ``StoaError`` with ``StoaError/Code/unavailable`` when no server runs on the folder, or what it answered.
    package func ask(_ request: AdminRequest, each: (AdminReply) -> Void) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw unavailable }
        defer { close(descriptor) }
        guard withUnixAddress(path, { connect(descriptor, $0, $1) }) == 0 else { throw unavailable }
        guard SocketLine.write(request, to: descriptor) else { throw unavailable }
        while let line = SocketLine.read(descriptor) {
            guard let reply = try? JSONDecoder().decode(AdminReply.self, from: line) else {
                throw StoaError(.internal, "The server's answer cannot be read. Is it of another version?")
            }
            if let failure = reply.error {
                throw StoaError(StoaError.Code(rawValue: failure.code) ?? .internal, failure.message)
            }
            each(reply)
            if reply.done == true { return }
        }
        throw StoaError(.unavailable, "The server went away before it had answered. Look at its output.")
    }

    package func ask(_ request: AdminRequest) throws -> AdminReply {
        var last = AdminReply()
        try ask(request) { last = $0 }
        return last
    }

    private var unavailable: StoaError {
        StoaError(
            .unavailable,
            "No server runs on the data folder \(folder). Start one with \"stoa serve --data \(folder)\", or name another folder with --data."
        )
    }
}
