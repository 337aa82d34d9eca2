import Permissions
import Testing

@Suite struct PermissionsTests {
    /// Every set of declared capabilities there can be.
    static let declarations: [[Capability.Name]] = (0..<(1 << Capability.Name.allCases.count)).map { bits in
        Capability.Name.allCases.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
    }

    static func expected(_ class: Capability.Class, declared: Bool) -> Permissions.Denial.Reason? {
        guard declared else { return .notDeclared }
        return switch `class` {
        case .always: nil
        case .askOnce, .askEachTime: .notGranted
        case .operatorOnly: .notAdmitted
        }
    }

    @Test("every capability, class and manifest", arguments: declarations)
    func decisions(declared: [Capability.Name]) {
        for name in Capability.Name.allCases {
            for kind in Capability.Class.allCases {
                let capability = Capability(name: name, class: kind, does: "", discloses: "")
                let decision = Permissions.decide(capability: capability, manifest: DeclaredCapabilities(declared))
                switch Self.expected(kind, declared: declared.contains(name)) {
                case nil: #expect(decision == .allow)
                case .some(let reason): #expect(decision == .deny(.init(capability: name, reason: reason)))
                }
            }
        }
    }

    @Test("what is registered now works once it is declared", arguments: Capability.Name.allCases)
    func registered(name: Capability.Name) {
        #expect(Permissions.decide(capability: name, manifest: [name]) == .allow)
        #expect(
            Permissions.decide(capability: name, manifest: [])
                == .deny(.init(capability: name, reason: .notDeclared)))
    }

    @Test("declaring another capability does not help")
    func others() {
        for name in Capability.Name.allCases {
            let others = DeclaredCapabilities(Capability.Name.allCases.filter { $0 != name })
            #expect(Permissions.decide(capability: name, manifest: others) != .allow)
        }
    }

    @Test(
        "a denial names the capability and, if it can be mended in the manifest, how",
        arguments: Permissions.Denial.Reason.allCases)
    func messages(reason: Permissions.Denial.Reason) {
        let denial = Permissions.Denial(capability: .messagesSend, reason: reason)
        #expect(denial.message.contains("messages.send"))
        #expect(denial.description == denial.message)
        if reason == .notDeclared { #expect(denial.message.contains(#"{"name": "messages.send", "reason": "…"}"#)) }
    }
}

@Suite struct CapabilityRegistryTests {
    @Test("each name has its entry, in order, in plain words")
    func complete() {
        #expect(CapabilityRegistry.all.map(\.name) == Capability.Name.allCases)
        for capability in CapabilityRegistry.all {
            #expect(capability.does.hasSuffix("."))
            #expect(capability.discloses.hasSuffix("."))
            #expect(CapabilityRegistry.capability(named: capability.name.rawValue) == capability)
        }
    }

    @Test("the first capabilities need nobody's consent, and their names are fixed")
    func first() {
        #expect(CapabilityRegistry.all.map(\.name.rawValue) == ["messages.send", "store", "timers", "http.fetch", "apps.call"])
        #expect(CapabilityRegistry.all.allSatisfy { $0.class == .always })
    }

    @Test("free calls are not capabilities")
    func free() {
        #expect(CapabilityRegistry.free == ["json", "log", "random", "time"])
        for name in CapabilityRegistry.free { #expect(CapabilityRegistry.capability(named: name) == nil) }
    }

    @Test("names are exact", arguments: ["", "Store", "messages", "messages.send ", "payments.request"])
    func unknown(name: String) { #expect(CapabilityRegistry.capability(named: name) == nil) }
}

@Suite struct DeclaredCapabilitiesTests {
    @Test("is a set, listed in the registry's order")
    func set() {
        let declared: DeclaredCapabilities = [.timers, .messagesSend, .timers]
        #expect(declared.all == [.messagesSend, .timers])
        #expect(declared == DeclaredCapabilities([.messagesSend, .timers]))
        #expect(!declared.contains(.store))
    }
}
