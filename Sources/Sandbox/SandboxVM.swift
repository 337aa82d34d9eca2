/// A loaded program, whichever worker holds it at the moment: the host loads it again when that one has died or was stopped.
///
/// `@unchecked Sendable` because all that changes is only touched on the host's loop thread.
package final class SandboxVM: @unchecked Sendable {
    package let tenant: String
    package let package: SandboxPackage
    /// Different for each one of a host.
    package let id: UInt64

    /// A conversation that the present worker has, or will have when it gets to it.
    struct Conversation {
        /// Which `start` it comes from.
        let serial: UInt64
        /// Of the turn that goes on, in milliseconds.
        var wall: UInt32
        /// Steps that are under way.
        var steps: Int
    }

    /// Loop thread only: its number in the present worker, 0 while it is in none.
    var wireID: UInt32 = 0
    /// Loop thread only.
    var conversations: [UInt64: Conversation] = [:]
    /// Loop thread only: set by `unload`.
    var isUnloaded = false
    /// Loop thread only: why the last try to load it again failed; the answer to the next start.
    var reloadFailure: SandboxOutcome?
    /// Loop thread only.
    var owner: Tenant?

    init(tenant: String, package: SandboxPackage, id: UInt64) {
        self.tenant = tenant
        self.package = package
        self.id = id
    }
}

extension SandboxVM: Hashable {
    package static func == (a: SandboxVM, b: SandboxVM) -> Bool { a === b }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
