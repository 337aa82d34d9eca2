/// Whether a bridge call may go on. Pure: the same facts give the same answer, and nothing is read or written here.
package enum Permissions {
    package enum Decision: Sendable, Equatable {
        /// By this grant; nil where none is needed.
        case allow(Grant.ID?)
        /// The person has to be asked.
        case ask
        case deny(Denial)
    }

    /// One use that an app wants to make of a capability.
    package struct Request: Sendable, Equatable {
        /// Against what a grant with an allowance is held.
        package enum Amount: Sendable, Equatable {
            /// So many uses now, with those that the same turn has made already.
            case uses(Int)
            /// The consent to so many uses a day, none of which is made yet.
            case perDay(Int)
        }

        /// What exactly is asked: `18` for the age, `email` for the contact. Empty where there is one question only.
        package let detail: String
        /// Where it is asked; nil outside of chats.
        package let chat: Int64?
        package let amount: Amount
        /// The person has just done something that brings it up.
        package let isByPerson: Bool
        /// Milliseconds since 1970 UTC.
        package let now: Int64

        package init(
            detail: String = "", chat: Int64? = nil, amount: Amount = .uses(1), isByPerson: Bool = true, now: Int64
        ) {
            self.detail = detail
            self.chat = chat
            self.amount = amount
            self.isByPerson = isByPerson
            self.now = now
        }
    }

    /// Why not, as a stable reason and as a sentence for the app's developer.
    package struct Denial: Error, Sendable, Equatable, CustomStringConvertible {
        package enum Reason: String, Sendable, CaseIterable {
            /// The manifest does not ask for the capability.
            case notDeclared = "not_declared"
            /// A person has to agree to it, and no grant of theirs is known.
            case notGranted = "not_granted"
            /// The person has refused it or left it unanswered, and may not be asked again yet.
            case paused
            /// The person has agreed to so many uses a day, and they are made.
            case usedUp = "used_up"
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
            case .paused:
                "this needs the capability \(capability), which the person has refused; they may be asked again later"
            case .usedUp:
                "this needs the capability \(capability), and the person has agreed to no more uses of it today"
            case .notAdmitted:
                "this needs the capability \(capability), which the operator of this server has not admitted"
            }
        }

        package var description: String { message }
    }

    /// Decides on one use of a capability.
    ///
    /// The manifest comes first: what it does not declare is refused whatever else would allow it. Then the capability's
    /// class says who has to have agreed.
    /// - Parameters:
    ///   - grants: of the person to the app. Those of other capabilities, of other questions and those that are over do no harm.
    ///   - refusals: what the person has said no to. One of another capability counts for nothing.
    package static func decide(
        capability: Capability, manifest: DeclaredCapabilities, grants: [Grant] = [], refusals: Refusals = .none,
        request: Request
    ) -> Decision {
        guard manifest.contains(capability.name) else { return .deny(Denial(capability: capability.name, reason: .notDeclared)) }
        switch capability.class {
        case .always: return .allow(nil)
        case .operatorOnly: return .deny(Denial(capability: capability.name, reason: .notAdmitted))
        case .askOnce:
            var isUsedUp = false
            for grant in grants where grant.capability == capability.name && grant.covers(request) {
                if grant.hasRoom(for: request) { return .allow(grant.id) }
                if case .uses = request.amount { isUsedUp = true }
            }
            // The person set the limit: they are not asked to lift it by an app that has reached it.
            if isUsedUp { return .deny(Denial(capability: capability.name, reason: .usedUp)) }
        case .askEachTime: break
        }
        if (request.isByPerson ? refusals.pauseEnds : refusals.unaskedPauseEnds) > request.now {
            return .deny(Denial(capability: capability.name, reason: .paused))
        }
        return .ask
    }

    /// For capabilities that need nobody's consent.
    package static func decide(capability name: Capability.Name, manifest: DeclaredCapabilities) -> Decision {
        let decision = decide(capability: CapabilityRegistry.capability(name), manifest: manifest, request: Request(now: 0))
        return decision == .ask ? .deny(Denial(capability: name, reason: .notGranted)) : decision
    }
}
