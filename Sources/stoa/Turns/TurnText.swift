import Bridge
import Model
import Permissions
import Runtime
import Sandbox

/// A recorded turn as lines for a person: what came in, each bridge call with its capability, time and answer, what went out.
enum TurnText {
    static func lines(_ turn: TurnRecord) -> [String] {
        var lines = ["\(UTCTime.text(turn.now))  turn \(turn.id)  \(title(turn))  \(cost(turn))"]
        // The last line says what a wait is for.
        for call in turn.calls where !isWait(call.name) { lines.append("    " + self.call(call)) }
        for effect in turn.effects where !turn.calls.contains(where: { $0.name == effect.name }) {
            lines.append("    → " + self.effect(effect))
        }
        if let error = turn.error { lines += error.split(separator: "\n").map { "    ! \($0)" } }
        if turn.error == nil { lines.append("    " + end(turn)) }
        return lines
    }

    static func isWait(_ call: String) -> Bool { call.hasPrefix("conversation.") }

    /// What began the turn: `/order two`, `press "M"`, `message "hello"`, `timeout`.
    static func title(_ turn: TurnRecord) -> String {
        let input = turn.input
        let by = input["user"]?["name"]?.stringValue.map { " by \($0)" } ?? ""
        switch turn.kind {
        case .command, .message: return "\(quoted(input["message"]?["text"]))\(by)"
        case .press: return "press \(quoted(input["press"]?["text"]))\(by)"
        case .timer: return "timer \(quoted(input["timer"]?["name"]))"
        case .task: return "task \(quoted(input["task"]?["name"]))"
        case .call: return "call of \(quoted(input["call"]?["name"])) by \(input["call"]?["app"]?.stringValue ?? "?")"
        case .webhook: return "webhook \(quoted(input["request"]?["path"]))"
        case .action: return "action \(action(input["view"]))\(by)"
        default: return turn.kind.name
        }
    }

    /// `remove(7)`.
    private static func action(_ view: BridgeValue?) -> String {
        let arguments = (view?["arguments"]?.arrayValue ?? []).map { argument in
            if case .string(let text) = argument { "\"\(short(text))\"" } else { argument.plainText }
        }
        return "\(short(view?["name"]?.stringValue ?? "?"))(\(arguments.joined(separator: ", ")))"
    }

    static func cost(_ turn: TurnRecord) -> String {
        "\(milliseconds(turn.durationMicroseconds)), \(turn.instructions) instructions, \(turn.outcome.name)"
    }

    static func call(_ call: JournaledCall) -> String {
        let answer: String =
            switch call.result {
            case .success(let values) where values.isEmpty: ""
            case .success(let values): " = " + short(BridgeValue.array(values).plainText.dropFirst().dropLast())
            case .failure(let failure): " raised: " + short(failure.message)
            }
        let capability = capability(call.name).map { "  [\($0)]" } ?? ""
        let took = call.microseconds > 0 ? "  \(call.microseconds) µs" : ""
        return short(OfflineReplay.text(call.name, call.arguments)) + answer + capability + took
    }

    /// A place of the app's code with its local variables.
    static func frame(_ frame: StackFrame) -> [String] {
        ["        \(frame.file):\(frame.line) in \(frame.function)"] + frame.locals.map { "            \($0.name) = \($0.value)" }
    }

    static func effect(_ effect: SandboxEffect) -> String {
        guard effect.name == "messages.send", let fields = effect.arguments.first else {
            return short(OfflineReplay.text(effect)) + (capability(effect.name).map { "  [\($0)]" } ?? "")
        }
        let buttons = (fields["buttons"]?.arrayValue ?? []).flatMap { $0.arrayValue ?? [] }
            .map { "[\($0["text"]?.stringValue ?? "")]" }.joined(separator: " ")
        return "\(quoted(fields["text"])) \(buttons)  [messages.send]"
    }

    /// The capability that a call or an effect is granted by; nil for those that need none.
    static func capability(_ name: String) -> String? {
        switch name.split(separator: ".").first {
        case "store": Capability.Name.store.rawValue
        case "messages": Capability.Name.messagesSend.rawValue
        case "timers": Capability.Name.timers.rawValue
        case "http": Capability.Name.httpFetch.rawValue
        case "apps" where name == "apps.call": Capability.Name.appsCall.rawValue
        default: nil
        }
    }

    private static func end(_ turn: TurnRecord) -> String {
        guard turn.outcome == .waiting, let wait = turn.calls.last else { return "ended" }
        guard wait.name == "conversation.wait" else { return "begins afresh" }
        let waits = (wait.arguments.first?.arrayValue ?? []).map { item -> String in
            let kinds = (item["accepts"]?.arrayValue ?? []).compactMap(\.stringValue)
            let until = item["due"]?.intValue.map { "until " + UTCTime.text($0) }
            let what = kinds.isEmpty ? (until == nil ? ["an answer"] : []) : [kinds.joined(separator: " or ")]
            return (what + (until.map { [$0] } ?? [])).joined(separator: " ")
        }
        return "waits: " + waits.joined(separator: "; ")
    }

    static func milliseconds(_ microseconds: Int64) -> String {
        "\(microseconds / 1000).\(microseconds % 1000 / 100) ms"
    }

    private static func quoted(_ value: BridgeValue?) -> String { "\"\(short(value?.stringValue ?? ""))\"" }

    static func short(_ text: some StringProtocol) -> String {
        let line = String(text.prefix(161).map { $0.isNewline ? "⏎" : $0 })
        return line.count > 160 ? line.prefix(160) + "…" : line
    }
}
