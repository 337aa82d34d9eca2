import Apps
import Model
import Permissions

/// `stoa capabilities`: what apps can be allowed, and who has to agree.
struct CapabilitiesCommand: Command {
    static let markdown = CommandOption<Bool>.flag("markdown", "As the table of the Lua reference")

    static let spec = CommandSpec(
        path: ["capabilities"],
        summary: "Lists what apps can be allowed to do",
        description: """
            Lists the capabilities that a manifest can declare: what each does, what leaves a person's hands by it, whether the \
            person is asked and for how long they can agree, and which calls need it.
            """,
        positionals: [], options: [markdown.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa capabilities", "Lists them.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        if arguments[markdown] {
            console.out(CapabilityReference.markdown)
            return 0
        }
        for capability in CapabilityRegistry.all {
            let calls = CapabilityReference.calls(needing: capability.name)
            if arguments[SharedOptions.json] {
                console.out(
                    json: [
                        "name": .string(capability.name.rawValue), "class": .string(capability.class.rawValue),
                        "does": .string(capability.does(in: .english)),
                        "discloses": .string(capability.discloses(in: .english)),
                        "terms": .array(capability.terms.map { .string($0.rawValue) }),
                        "limits": .array(capability.limits.map { .string($0.rawValue) }),
                        "calls": .array(calls.map { .string($0) }),
                    ])
                continue
            }
            console.out("\(capability.name) (\(capability.class.rawValue))")
            console.out("    \(capability.does(in: .english))")
            console.out("    \(capability.discloses(in: .english))")
            console.out("    \(calls.joined(separator: ", "))")
        }
        return 0
    }
}
