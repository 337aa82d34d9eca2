import Apps
import Runtime
import Synchronization
import Testing

@testable import Simulation

/// What goes wrong inside must not be seen outside: generated conversations say the same whatever faults are made.
struct FaultTests {
    private static let plans: [(name: String, change: @Sendable (inout Faults.Plan) -> Void)] = [
        ("evicted at every wait", { $0.evictsAlways = true }),
        ("a conflict at every second commit", { $0.conflictEvery = 2 }),
        ("a crash at every third turn", { $0.crashEvery = 3 }),
        (
            "all of them",
            { plan in
                plan.evictsAlways = true
                plan.conflictEvery = 3
                plan.crashEvery = 4
            }
        ),
    ]

    @Test("Generated conversations have the same transcript under every fault", arguments: 0..<60)
    func transcripts(seed: Int) async throws {
        let conversation = GeneratedConversation(seed: UInt64(seed))
        let package = try conversation.package()
        let simulator = try Simulator()
        defer { simulator.shutdown() }
        let expected = try await transcript(of: package, simulator, Faults.Plan())
        #expect(expected.contains("alice: /go"))
        for (name, change) in Self.plans {
            var plan = Faults.Plan()
            change(&plan)
            let found = try await transcript(of: package, simulator, plan)
            #expect(found == expected, "\(name):\n\(conversation.program)\n\(conversation.test)")
            if found != expected { return }
        }
    }

    private func transcript(of package: AppPackage, _ simulator: Simulator, _ plan: Faults.Plan) async throws -> String {
        var options = Simulator.Options()
        options.faults = plan
        let results = Mutex<[Simulator.Result]>([])
        try await simulator.run(package, options: options) { result in results.withLock { $0.append(result) } }
        let all = results.withLock { $0 }
        #expect(all.count == 1 && all.first?.problem == nil, "\(all.first?.problem ?? "no result")")
        return all.first?.transcript ?? ""
    }
}
