import Identity
import Operations

/// For the demo, where nobody has a mailbox: the code stands in the server's log.
struct PrintingSender: ContactSender {
    let log: @Sendable (String) -> Void

    func send(_ message: ContactMessage) async throws {
        log("code for \(message.person)'s \(message.kind.rawValue) \(message.address): \(message.code)")
    }
}
