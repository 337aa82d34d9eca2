import Model
import Testing

@testable import Runtime

/// Turns that fight for a key take their turns.
struct ContentionTests {
    private let a = LaneKey(bot: AccountID(1), chat: 1, person: 1)
    private let b = LaneKey(bot: AccountID(1), chat: 1, person: 2)
    private let c = LaneKey(bot: AccountID(1), chat: 1, person: 3)
    private let key = StoreKey(scope: .app, scopeID: 0, key: "k")
    private let free = StoreKey(scope: .app, scopeID: 0, key: "free")

    @Test("One reruns at a time; commits to its keys wait, others do not")
    func oneAtATime() {
        var contention = Contention<String>()
        #expect(contention.reserve([key], for: a, rerun: "a"))
        #expect(!contention.reserve([key], for: b, rerun: "b"))
        #expect(contention.parks("c", of: c, writing: [key]))
        #expect(!contention.parks("c", of: c, writing: [free]))
        #expect(!contention.parks("a", of: a, writing: [key]))
        let first = contention.release(a)
        #expect(first.reruns == ["b"])
        #expect(first.commits == ["c"])
        // Now b holds it.
        #expect(contention.parks("c again", of: c, writing: [key]))
        #expect(contention.release(a).commits.isEmpty)
        let second = contention.release(b)
        #expect(second.reruns.isEmpty)
        #expect(second.commits == ["c again"])
        #expect(!contention.parks("c", of: c, writing: [key]))
    }

    @Test("The holder may ask for more")
    func more() {
        var contention = Contention<String>()
        #expect(contention.reserve([key], for: a, rerun: "a"))
        #expect(contention.reserve([free], for: a, rerun: "a"))
        #expect(contention.parks("b", of: b, writing: [key]))
        #expect(contention.parks("c", of: c, writing: [free]))
        #expect(contention.release(a).commits == ["b", "c"])
    }
}
