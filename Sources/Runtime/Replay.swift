package import Model
package import Sandbox

/// Brings a conversation back to where it waits by running its code again and giving it what it was given then.
///
/// The code must do what the journal says it did: the same calls with the same arguments, the same effects. Pure: whoever runs
/// the code tells of each call and does what the answer says.
package struct Replay: Sendable {
    /// What to do after a call.
    package enum Next: Sendable {
        case answer(Result<[BridgeValue], BridgeFailure>)
        /// The conversation was at the wait that ended a turn; this came next.
        case nextTurn(seed: UInt64, input: BridgeValue)
        /// It is where it waits now.
        case arrived
    }

    /// Turns that are not over yet; the first is under way.
    private var entries: ArraySlice<Journal.Entry>
    private var callsMade = 0
    private var emitted: [SandboxEffect] = []
    /// What the code runs now; entries of another version are compared leniently.
    private let version: AppVersionID

    /// - Parameter entries: the turns of the journal, at least one.
    package init(entries: [Journal.Entry], version: AppVersionID) {
        self.entries = entries[...]
        self.version = version
    }

    /// The code emitted these effects and then made this call.
    package mutating func advance(
        call name: String, _ arguments: [BridgeValue], effects: [SandboxEffect]
    ) throws(Divergence) -> Next {
        emitted += effects
        guard let entry = entries.first else { return .arrived }
        guard callsMade < entry.calls.count else {
            throw divergence(entry, expected: nil, found: Divergence.text(name, arguments))
        }
        let call = entry.calls[callsMade]
        guard call.name == name, call.arguments == arguments else {
            // An effect that differs came before the call and says more.
            if callsMade + 1 == entry.calls.count { try compareEffects(entry) }
            // What was said last tells a person more than a wait's numbers.
            let (old, new) = callsMade + 1 == entry.calls.count ? (entry.emitted.last, found(emitted).last) : (nil, nil)
            throw divergence(
                entry, expected: Divergence.text(call.name, call.arguments, after: old),
                found: Divergence.text(name, arguments, after: new))
        }
        callsMade += 1
        guard callsMade == entry.calls.count else { return .answer(call.result) }
        try compareEffects(entry)
        entries.removeFirst()
        callsMade = 0
        emitted = []
        guard let next = entries.first else { return .arrived }
        return .nextTurn(seed: next.seed, input: next.input)
    }

    /// The code ended where the journal says that it went on.
    package func ended(_ how: String) -> Divergence {
        guard let entry = entries.first else { return Divergence(turn: TurnID(0), call: 0, expected: nil, found: how) }
        let next = callsMade < entry.calls.count ? entry.calls[callsMade] : nil
        return divergence(entry, expected: next.map { Divergence.text($0.name, $0.arguments) }, found: how)
    }

    /// Effects are emitted without an answer, so they are known at the end of their turn only. What an app logs may differ.
    private func compareEffects(_ entry: Journal.Entry) throws(Divergence) {
        let found = found(emitted)
        for index in 0..<max(found.count, entry.emitted.count) {
            let old = index < entry.emitted.count ? entry.emitted[index] : nil
            let new = index < found.count ? found[index] : nil
            if let old, let new, old.name == new.name {
                // Other code may word things differently and still be on the same path.
                if entry.version != version || old.arguments == new.arguments { continue }
            }
            throw divergence(
                entry, expected: old.map { Divergence.text($0.name, $0.arguments) },
                found: new.map { Divergence.text($0.name, $0.arguments) } ?? "nothing of the kind")
        }
    }

    private func found(_ effects: [SandboxEffect]) -> [SandboxEffect] { effects.filter { $0.name != "log" } }

    private func divergence(_ entry: Journal.Entry, expected: String?, found: String) -> Divergence {
        Divergence(turn: entry.turn, call: callsMade + 1, expected: expected, found: found)
    }
}

/// Code that took another path than its journal.
package struct Divergence: Error, Sendable, CustomStringConvertible {
    package let turn: TurnID
    /// Which bridge call of the turn, counted from 1.
    package let call: Int
    /// What the journal holds; nil when it holds no more.
    package let expected: String?
    package let found: String

    package var description: String {
        "The replay took another path than the journal, at bridge call \(call) of turn \(turn). The journal has \(expected ?? "nothing more in that turn"); the code made \(found). Code that has waited must do the same again: no order of pairs, no state but the store."
    }

    static func text(_ name: String, _ arguments: [BridgeValue], after effect: SandboxEffect? = nil) -> String {
        let list = BridgeValue.array(arguments).plainText.dropFirst().dropLast()
        let cut = list.count > 300 ? list.prefix(300) + "…" : list
        return "\(name)(\(cut))" + (effect.map { " after \(text($0.name, $0.arguments))" } ?? "")
    }
}
