/// Whether a bridge call may go on. Pure: the same facts give the same answer, and nothing is read or written here.
package enum Permissions {
    package enum Decision: Sendable, Equatable {
        case allow
        case deny(Denial)
    }

    /// Why not, as a stable reason and as a sentence for the app's developer.
    package struct Denial: Error, Sendable, Equatable, CustomStringConvertible {
        package enum Reason: String, Sendable, CaseIterable {
            /// The manifest does not ask for the capability.
            case notDeclared = "not_declared"
            /// A person has to agree to it, and no grant of theirs is known.
            case notGranted = "not_granted"
            /// The operator has to admit it, and has not.
            case notAdmitted = "not_admitted"
        }

        package let capability: Capability.Name
        package let reason: Reason

        package init(capability: Capability.Name, reason: Reason) {
            self.capability = capability
            self.reason = reason
        }

        /// What was refused, why, and what to do.
        package var message: String {
            switch reason {
            case .notDeclared:
                "this needs the capability \(capability), which the manifest does not declare; "
                    + "add \(capability.entry) to \"capabilities\" in manifest.json"
            case .notGranted:
                "this needs the capability \(capability), which the person has not granted"
            case .notAdmitted:
                "this needs the capability \(capability), which the operator of this server has not admitted"
            }
        }

        package var description: String { message }
    }

    /// Decides on one use of a capability.
    ///
    /// The manifest comes first: what it does not declare is refused whatever else would allow it. Grants of persons
    /// and of the operator are not known yet, so only ``Capability/Class/always`` passes: a class that needs consent
    /// is refused rather than let through.
    package static func decide(capability: Capability, manifest: DeclaredCapabilities) -> Decision {
        guard manifest.contains(capability.name) else { return .deny(Denial(capability: capability.name, reason: .notDeclared)) }
        switch capability.class {
        case .always: return .allow
        case .askOnce, .askEachTime: return .deny(Denial(capability: capability.name, reason: .notGranted))
        case .operatorOnly: return .deny(Denial(capability: capability.name, reason: .notAdmitted))
        }
    }

    /// The same, by the capability's name.
    package static func decide(capability name: Capability.Name, manifest: DeclaredCapabilities) -> Decision {
        decide(capability: CapabilityRegistry.capability(name), manifest: manifest)
    }
}
