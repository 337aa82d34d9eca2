/// All capabilities there are. Manifests are checked against it, the bridge decides by it, consent pages quote it.
package enum CapabilityRegistry {
    /// In the order in which people are shown them.
    package static let all: [Capability] = Capability.Name.allCases.map(capability)

    /// Bridge calls that touch nothing of anybody's and so need no capability.
    package static let free: [String] = ["json", "log", "random", "time"]

    /// A `switch` and not a table, so that a name without an entry does not compile.
    package static func capability(_ name: Capability.Name) -> Capability {
        switch name {
        case .messagesSend, .store, .timers: Capability(name: name, class: .always)
        case .httpFetch: Capability(name: name, class: .always, limits: [.hosts])
        case .appsCall: Capability(name: name, class: .always, limits: [.apps])
        case .messagesBroadcast:
            Capability(name: name, class: .askOnce, limits: [.count, .until], terms: [.day, .always])
        case .chatHistory:
            Capability(name: name, class: .askOnce, limits: [.chat, .until], terms: [.once, .hour, .day, .chat])
        case .identityProfile, .identityAge, .identityContact:
            Capability(name: name, class: .askOnce, limits: [.chat, .until], terms: GrantTerm.allCases)
        case .locationOnce: Capability(name: name, class: .askEachTime, input: .location, terms: [.once])
        case .filesRead: Capability(name: name, class: .askEachTime, limits: [.count], input: .files, terms: [.once])
        case .paymentsRequest, .paymentsSubscribe: Capability(name: name, class: .askEachTime, limits: [.amount], terms: [.once])
        case .paymentsRefund, .paymentsPayout: Capability(name: name, class: .always)
        case .contactsPick: Capability(name: name, class: .askEachTime, limits: [.count], input: .people, terms: [.once])
        }
    }

    /// The capability of that name as a manifest spells it, if there is one.
    package static func capability(named name: String) -> Capability? {
        Capability.Name(rawValue: name).map(capability)
    }
}
