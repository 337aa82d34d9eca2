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
        let contention = Box(Contention<String>())
        #expect(contention.change { $0.reserve([key], for: a, rerun: "a") })
        #expect(!contention.change { $0.reserve([key], for: b, rerun: "b") })
        #expect(contention.change { $0.parks("c", of: c, writing: [key]) })
        #expect(!contention.change { $0.parks("c", of: c, writing: [free]) })
        #expect(!contention.change { $0.parks("a", of: a, writing: [key]) })
        let first = contention.value.release(a)
        #expect(first.reruns == ["b"])
        #expect(first.commits == ["c"])
        // Now b holds it.
        #expect(contention.change { $0.parks("c again", of: c, writing: [key]) })
        #expect(contention.change { $0.release(a) }.commits.isEmpty)
        let second = contention.value.release(b)
        #expect(second.reruns.isEmpty)
        #expect(second.commits == ["c again"])
        #expect(!contention.change { $0.parks("c", of: c, writing: [key]) })
    }

    @Test("The holder may ask for more")
    func more() {
        let contention = Box(Contention<String>())
        #expect(contention.change { $0.reserve([key], for: a, rerun: "a") })
        #expect(contention.change { $0.reserve([free], for: a, rerun: "a") })
        #expect(contention.change { $0.parks("b", of: b, writing: [key]) })
        #expect(contention.change { $0.parks("c", of: c, writing: [free]) })
        #expect(contention.change { $0.release(a) }.commits == ["b", "c"])
    }
}

/// The macro that checks expectations takes its operands as values; a class lets it change one.
final class Box<Value> {
    var value: Value

    init(_ value: Value) { self.value = value }

    func change<Result>(_ body: (inout Value) -> Result) -> Result { body(&value) }
}
