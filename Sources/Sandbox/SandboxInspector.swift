/// Looks into programs while they run, for the developer's own tools. Programs on threads only: what a worker process holds stays
/// there.
package struct SandboxInspector: Sendable {
    /// Told after a step which lines of one of the app's files have run so far, when some did for the first time.
    /// Called on the worker's thread.
    package var onLines: (@Sendable (_ file: String, _ lines: [Int]) -> Void)?
    /// Told at each bridge call of a conversation, before the call is made, the app's frames, innermost first.
    /// Called on the worker's thread.
    package var onFrames: (@Sendable (_ conversation: UInt64, _ frames: [StackFrame]) -> Void)?

    package init(
        onLines: (@Sendable (_ file: String, _ lines: [Int]) -> Void)? = nil,
        onFrames: (@Sendable (_ conversation: UInt64, _ frames: [StackFrame]) -> Void)? = nil
    ) {
        self.onLines = onLines
        self.onFrames = onFrames
    }
}

/// Where a conversation waits, in one function of an app's file.
package struct StackFrame: Sendable, Equatable {
    package struct Local: Sendable, Equatable {
        package let name: String
        /// As Lua would write it, cut short.
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let file: String
    package let line: Int
    /// `main chunk`, `local 'pay'`, `function <main.lua:3>`.
    package let function: String
    /// In the order of their declarations; one that another of the same name hides is left out.
    package let locals: [Local]

    package init(file: String, line: Int, function: String, locals: [Local]) {
        self.file = file
        self.line = line
        self.function = function
        self.locals = locals
    }

    /// As `sc_frames` writes it.
    init?(_ value: BridgeValue) {
        guard let parts = value.arrayValue, parts.count == 4, let file = parts[0].stringValue, let line = parts[1].intValue,
            let function = parts[2].stringValue, let pairs = parts[3].arrayValue
        else { return nil }
        let all = pairs.compactMap { pair -> Local? in
            guard let pair = pair.arrayValue, pair.count == 2, let name = pair[0].stringValue, let value = pair[1].stringValue
            else { return nil }
            return Local(name: name, value: value)
        }
        let last = Dictionary(all.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        self.init(
            file: file, line: Int(line), function: function,
            locals: all.enumerated().filter { last[$1.name] == $0 }.map(\.element))
    }
}
