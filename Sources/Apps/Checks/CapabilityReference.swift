import Model
package import Permissions

/// What the registry and the bridge's tables say of the capabilities, for documents and for the command line.
package enum CapabilityReference {
    /// The calls of the SDK that need a capability, as a developer writes them, sorted.
    package static func calls(needing capability: Capability.Name) -> [String] {
        let methods = BridgeSurface.methods.flatMap { kind, methods in
            methods.filter { $0.value.needs == capability }.map { "\(kind.rawValue):\($0.key)" }
        }
        let functions = BridgeSurface.functions.flatMap { kind, functions in
            functions.filter { $0.value.needs == capability }.map { name, _ in
                kind == .stoa ? "stoa.\(name)" : "stoa.\(kind.rawValue).\(name)"
            }
        }
        return (methods + functions).sorted()
    }

    /// The table of the Lua reference.
    package static var markdown: String {
        let rows = CapabilityRegistry.all.map { capability -> String in
            let calls = calls(needing: capability.name).map { "`\($0)`" }.joined(separator: ", ")
            let columns = [
                "`\(capability.name)`", asks(capability),
                "\(capability.does(in: .english)) *\(capability.discloses(in: .english))*",
                calls,
            ]
            return "| " + columns.joined(separator: " | ") + " |"
        }
        return
            ([
                "| capability | the person is asked | what it does, *what leaves their hands* | needed by |",
                "| --- | --- | --- | --- |",
            ]
            + rows).joined(separator: "\n")
    }

    private static func asks(_ capability: Capability) -> String {
        let terms = capability.terms.map(\.rawValue).joined(separator: ", ")
        let who =
            switch capability.class {
            case .always: "no"
            case .askOnce: "the first time; agrees for: \(terms)"
            case .askEachTime: "each time"
            case .operatorOnly: "no: the operator admits it"
            }
        let limits = capability.limits.filter { $0 != .until && $0 != .chat }.map(\.rawValue)
        return limits.isEmpty ? who : "\(who); limited by \(limits.joined(separator: ", "))"
    }
}
