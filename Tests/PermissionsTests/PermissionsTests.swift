import Model
import Permissions
import Testing

@Suite struct PermissionsTests {
    /// Every set of declared capabilities there can be, as bits.
    static let declarations = 0..<(1 << Capability.Name.allCases.count)

    private static let now: Int64 = 1_000_000_000_000

    @Test("every capability, class, grant and pause, under every manifest")
    func decisions() {
        let names = Capability.Name.allCases
        let request = Permissions.Request(detail: "18", chat: 5, now: Self.now)
        var wrong: [String] = []
        for bits in Self.declarations {
            let declared = names.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
            let manifest = DeclaredCapabilities(declared)
            for (index, name) in names.enumerated() {
                let isDeclared = bits & (1 << index) != 0
                // The others of the manifest must not matter: every class and grant under a few of them, the rest once.
                let kinds = bits % 97 == 0 || bits & (bits - 1) == 0 ? Capability.Class.allCases : [.askOnce]
                for kind in kinds {
                    for (granted, paused) in [(false, false), (false, true), (true, false), (true, true)] {
                        let decision = Permissions.decide(
                            capability: Capability(name: name, class: kind), manifest: manifest,
                            grants: granted
                                ? [Grant(id: 3, capability: name, detail: "18", chat: nil, begin: Self.now, until: nil)] : [],
                            refusals: paused ? Refusals(count: 1, last: Self.now - 1) : .none, request: request)
                        if decision != Self.expected(name, kind, isDeclared, granted, paused) {
                            wrong.append("\(name) \(kind) \(bits) \(granted) \(paused): \(decision)")
                        }
                    }
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    private static func expected(
        _ name: Capability.Name, _ kind: Capability.Class, _ isDeclared: Bool, _ granted: Bool, _ paused: Bool
    ) -> Permissions.Decision {
        func deny(_ reason: Permissions.Denial.Reason) -> Permissions.Decision { .deny(.init(capability: name, reason: reason)) }
        return switch kind {
        case _ where !isDeclared: deny(.notDeclared)
        case .always: .allow(nil)
        case .operatorOnly: deny(.notAdmitted)
        case .askOnce where granted: .allow(3)
        case .askOnce, .askEachTime: paused ? deny(.paused) : .ask
        }
    }

    @Test("a grant with an allowance is good for so many uses a day, and for a question that asks for no more")
    func allowances() {
        let day: Int64 = 86_400_000
        let capability = CapabilityRegistry.capability(.messagesBroadcast)
        func decide(used: Int, _ amount: Permissions.Request.Amount, at now: Int64) -> Permissions.Decision {
            let grant = Grant(
                id: 1, capability: .messagesBroadcast, detail: "", chat: nil, begin: 0, until: nil,
                allowance: .init(perDay: 3, dayBegin: 100, usedInDay: used))
            return Permissions.decide(
                capability: capability, manifest: [.messagesBroadcast], grants: [grant],
                request: .init(amount: amount, now: now))
        }
        let usedUp = Permissions.Decision.deny(.init(capability: .messagesBroadcast, reason: .usedUp))
        for used in 0...3 {
            for more in 1...4 {
                #expect(decide(used: used, .uses(more), at: 200) == (used + more <= 3 ? .allow(1) : usedUp))
                #expect(decide(used: used, .uses(more), at: 100 + day) == (more <= 3 ? .allow(1) : usedUp))
            }
            // Who has agreed to three a day is asked for a fourth, but not because three are used.
            #expect(decide(used: used, .perDay(3), at: 200) == .allow(1) && decide(used: used, .perDay(4), at: 200) == .ask)
        }
    }

    @Test("a grant covers its own question, place and time, and nothing beside them")
    func covers() {
        let grant = Grant(id: 1, capability: .identityAge, detail: "18", chat: 5, begin: 100, until: 200, end: 150)
        let other = { (detail: String, chat: Int64?, now: Int64) in
            grant.covers(Permissions.Request(detail: detail, chat: chat, now: now))
        }
        #expect(other("18", 5, 100) && other("18", 5, 149))
        #expect(!other("18", 5, 99) && !other("18", 5, 150) && !other("18", 5, 300))
        #expect(!other("19", 5, 120) && !other("", 5, 120) && !other("18", 6, 120) && !other("18", nil, 120))
        let everywhere = Grant(id: 1, capability: .identityAge, detail: "", chat: nil, begin: 0, until: nil)
        #expect(everywhere.covers(.init(chat: 9, now: .max - 1)) && everywhere.covers(.init(now: 0)))
    }

    @Test("no use is allowed without a grant that stands at its time", arguments: 0..<200)
    func property(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let names: [Capability.Name] = [.identityAge, .identityContact]
        let capability = CapabilityRegistry.capability(.identityAge)
        let grants = (0..<Int.random(in: 0...12, using: &random)).map { index in
            Grant(
                id: Int64(index), capability: names.randomElement(using: &random) ?? .identityAge,
                detail: Bool.random(using: &random) ? "18" : "21", chat: [nil, 1, 2].randomElement(using: &random) ?? nil,
                begin: .random(in: 0...50, using: &random),
                until: Bool.random(using: &random) ? .random(in: 0...100, using: &random) : nil,
                end: Bool.random(using: &random) ? .random(in: 0...100, using: &random) : nil)
        }
        for now in Int64(0)...100 {
            for chat: Int64? in [nil, 1, 2] {
                let request = Permissions.Request(detail: "18", chat: chat, now: now)
                let decision = Permissions.decide(
                    capability: capability, manifest: [.identityAge], grants: grants, request: request)
                let standing = grants.filter { grant in
                    let isInTime = grant.begin <= now && now < (grant.until ?? 1000) && now < (grant.end ?? 1000)
                    return grant.capability == .identityAge && grant.detail == "18" && isInTime
                        && (grant.chat == nil || grant.chat == chat)
                }
                if case .allow(let id) = decision {
                    #expect(standing.contains { $0.id == id })
                } else {
                    #expect(standing.isEmpty && decision == .ask)
                }
            }
        }
    }

    @Test("each no makes the pause longer, up to a month")
    func pauses() {
        let ends = (0...6).map { Refusals(count: $0, last: 1000).pauseEnds }
        let hour: Int64 = 3_600_000
        #expect(ends == [0] + [hour, 24 * hour, 168 * hour, 720 * hour, 720 * hour, 720 * hour].map { $0 + 1000 })
        #expect(GrantTerm.allCases.map { $0.end(from: 5) } == [5, nil, 5 + hour, 5 + 24 * hour, nil])
    }

    @Test(
        "what is registered now works once it is declared and, where somebody must, agreed to",
        arguments: Capability.Name.allCases)
    func registered(name: Capability.Name) {
        let needsPerson = CapabilityRegistry.capability(name).class != .always
        let decision = Permissions.decide(capability: name, manifest: [name])
        #expect(decision == (needsPerson ? .deny(.init(capability: name, reason: .notGranted)) : .allow(nil)))
        #expect(
            Permissions.decide(capability: name, manifest: [])
                == .deny(.init(capability: name, reason: .notDeclared)))
    }

    @Test("declaring another capability does not help")
    func others() {
        for name in Capability.Name.allCases {
            let others = DeclaredCapabilities(Capability.Name.allCases.filter { $0 != name })
            #expect(
                Permissions.decide(capability: name, manifest: others) == .deny(.init(capability: name, reason: .notDeclared)))
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
            for language in Language.allCases {
                #expect(capability.does(in: language).hasSuffix("."))
                #expect(capability.discloses(in: language).hasSuffix("."))
            }
            #expect(capability.does(in: .russian) != capability.does(in: .english))
            // Who is asked is asked for how long; where something is picked, only for now.
            #expect(capability.terms.isEmpty == (capability.class == .always))
            #expect((capability.class == .askEachTime) == (capability.input != nil || capability.isPayment))
            if capability.input != nil { #expect(capability.terms == [.once]) }
            #expect(CapabilityRegistry.capability(named: capability.name.rawValue) == capability)
        }
    }

    @Test("the names are fixed, and so is who has to agree")
    func first() {
        #expect(
            CapabilityRegistry.all.map { "\($0.name) \($0.class.rawValue)" } == [
                "messages.send always", "store always", "timers always", "http.fetch always", "apps.call always",
                "messages.broadcast ask_once", "chat.history ask_once", "identity.profile ask_once",
                "identity.age ask_once", "identity.contact ask_once", "location.once ask_each_time",
                "files.read ask_each_time", "contacts.pick ask_each_time", "payments.request ask_each_time",
                "payments.subscribe ask_each_time", "payments.refund always", "payments.payout always",
            ])
    }

    @Test("free calls are not capabilities")
    func free() {
        #expect(CapabilityRegistry.free == ["json", "log", "random", "time"])
        for name in CapabilityRegistry.free { #expect(CapabilityRegistry.capability(named: name) == nil) }
    }

    @Test("names are exact", arguments: ["", "Store", "messages", "messages.send ", "payments"])
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

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
private struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
