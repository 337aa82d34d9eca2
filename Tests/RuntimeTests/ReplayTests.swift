import Model
import Sandbox
import Testing

@testable import Runtime

/// A replay gives back what the journal holds, and stops at the first thing that differs.
struct ReplayTests {
    private let version = AppVersionID(7)

    private func call(_ name: String, _ arguments: [BridgeValue] = [], gives values: [BridgeValue] = []) -> JournaledCall {
        JournaledCall(name: name, arguments: arguments, result: .success(values), microseconds: 1)
    }

    private func entry(
        _ turn: Int64, _ calls: [JournaledCall], emitted: [SandboxEffect] = [], version: AppVersionID? = nil
    ) -> Journal.Entry {
        Journal.Entry(
            turn: TurnID(turn), version: version ?? self.version, seed: UInt64(turn), input: .int(turn), calls: calls,
            emitted: emitted)
    }

    private func says(_ text: String) -> SandboxEffect {
        SandboxEffect(name: "messages.send", arguments: [["text": .string(text)]])
    }

    @Test("Calls get their results, waits the next turn's input, the last wait the present update")
    func follows() throws {
        let get = call("store.get", ["a"], gives: [5])
        var replay = Replay(
            entries: [
                entry(1, [get, call("conversation.wait")], emitted: [says("one")]), entry(2, [call("conversation.wait")]),
            ],
            version: version)
        guard case .answer(.success(let values)) = try replay.advance(call: "store.get", ["a"], effects: [says("one")]) else {
            Issue.record("the first call is answered")
            return
        }
        #expect(values == [5])
        guard case .nextTurn(let seed, let input) = try replay.advance(call: "conversation.wait", [], effects: []) else {
            Issue.record("the wait is over")
            return
        }
        #expect(seed == 2 && input == .int(2))
        guard case .arrived = try replay.advance(call: "conversation.wait", [], effects: []) else {
            Issue.record("it is where it waits")
            return
        }
    }

    @Test("Another call, other arguments, one call more: each is named with both values")
    func diverges() {
        let journal = [entry(1, [call("store.get", ["a"]), call("conversation.wait")])]
        var other = Replay(entries: journal, version: version)
        let divergence = #expect(throws: Divergence.self) {
            _ = try other.advance(call: "store.get", ["b"], effects: [])
        }
        #expect(divergence?.expected == #"store.get("a")"# && divergence?.found == #"store.get("b")"#)
        #expect(divergence?.description.contains("bridge call 1 of turn 1") == true)
        var early = Replay(entries: journal, version: version)
        #expect(throws: Divergence.self) { _ = try early.advance(call: "conversation.wait", [], effects: []) }
    }

    @Test("An effect that differs is found at the end of its turn; what is logged may differ")
    func effects() throws {
        let journal = [entry(1, [call("conversation.wait")], emitted: [says("one")])]
        let noise = SandboxEffect(name: "log", arguments: ["info", "x"])
        var same = Replay(entries: journal, version: version)
        _ = try same.advance(call: "conversation.wait", [], effects: [noise, says("one")])
        for wrong in [[], [says("two")], [says("one"), says("one")]] {
            var replay = Replay(entries: journal, version: version)
            #expect(throws: Divergence.self) { _ = try replay.advance(call: "conversation.wait", [], effects: wrong) }
        }
    }

    @Test("Code of another version may word its messages differently, but must do the same")
    func otherVersion() throws {
        let journal = [entry(1, [call("conversation.wait")], emitted: [says("Wich size?")], version: AppVersionID(6))]
        var reworded = Replay(entries: journal, version: version)
        _ = try reworded.advance(call: "conversation.wait", [], effects: [says("Which size?")])
        var silent = Replay(entries: journal, version: version)
        #expect(throws: Divergence.self) { _ = try silent.advance(call: "conversation.wait", [], effects: []) }
    }
}
