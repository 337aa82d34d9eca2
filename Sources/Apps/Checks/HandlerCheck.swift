/// Names that do not meet: what the manifest declares or the program uses, and what the program handles.
enum HandlerCheck {
    static func all(in sources: [LuaSource], manifest: Manifest) -> [Diagnostic] {
        let registrations = Registrations(sources)
        return updates(registrations) + commands(registrations, manifest, sources) + exports(registrations, manifest)
            + inbound(registrations, manifest) + spawned(registrations) + sources.flatMap { timers(in: $0, registrations) }
    }

    /// Kinds of updates that `stoa.on` does not know.
    private static func updates(_ registrations: Registrations) -> [Diagnostic] {
        let kinds = BridgeSurface.updates.map(\.kind)
        return (registrations.entries["on"] ?? []).filter { !kinds.contains($0.name) }.map { entry in
            let hint =
                if ["command", "task", "export"].contains(entry.name) {
                    "write stoa.\(entry.name)(NAME, function(chat) … end)"
                } else {
                    (NearMatch.of(entry.name, in: kinds).map { "did you mean \"\($0)\"? " } ?? "")
                        + "The kinds are: \(kinds.joined(separator: ", "))"
                }
            return Diagnostic(
                .error, file: entry.file, at: entry.position, "stoa.on has no updates of the kind \"\(entry.name.prefix(64))\"",
                hint: hint)
        }
    }

    private static func commands(
        _ registrations: Registrations, _ manifest: Manifest, _ sources: [LuaSource]
    ) -> [Diagnostic] {
        let entries = registrations.entries["command"] ?? []
        var first: [String: Registrations.Entry] = [:]
        var problems: [Diagnostic] = []
        let reached = reachedFiles(sources, from: manifest.entry)
        for entry in entries where entry.isAtTopLevel && reached.contains(entry.file) {
            let name = entry.name.lowercased()
            if let other = first[name] {
                problems.append(
                    Diagnostic(
                        .warning, file: entry.file, at: entry.position,
                        "the command /\(name.prefix(64)) is handled twice, also at \(other.file):\(other.position.line)",
                        hint: "remove one of the two: only the one that runs last counts"))
            } else {
                first[name] = entry
            }
        }
        let handled = Set(entries.map { $0.name.lowercased() })
        guard registrations.isComplete("command"), !readsCommands(registrations, sources) else { return problems }
        // The SDK itself answers /cancel.
        for command in manifest.commands where command.name != "cancel" && !handled.contains(command.name) {
            let near = NearMatch.of(command.name, in: handled.subtracting(manifest.commands.map(\.name)).sorted())
            problems.append(
                Diagnostic(
                    .warning, file: ManifestParser.file, at: command.position,
                    "the command /\(command.name) is declared, but nothing handles it",
                    hint: near.map { "main.lua handles /\($0): did you mean that?" }
                        ?? "add stoa.command(\"\(command.name)\", function(chat) … end), or remove it"))
        }
        return problems
    }

    /// A handler of messages that may look for commands itself.
    private static func readsCommands(_ registrations: Registrations, _ sources: [LuaSource]) -> Bool {
        guard registrations.isComplete("on") else { return true }
        guard registrations.names("on").contains("message") else { return false }
        return sources.contains { source in
            source.tokens.all.contains { token in
                token.kind == .string && (token.text.hasPrefix("/") || token.text.hasPrefix("^/") || token.text.hasPrefix("^%/"))
            }
        }
    }

    /// The files that the entry loads by their names, and it.
    private static func reachedFiles(_ sources: [LuaSource], from entry: String) -> Set<String> {
        var reached: Set<String> = []
        var next = [entry]
        while let path = next.popLast() {
            guard reached.insert(path).inserted, let source = sources.first(where: { $0.path == path }) else { continue }
            let tokens = source.tokens
            for index in tokens.indices where tokens.name(index) == "require" {
                guard let module = tokens.string(index + 1) ?? tokens.string(index + 2) else { continue }
                next.append(module.split(separator: ".").joined(separator: "/") + ".lua")
            }
        }
        return reached
    }

    private static func exports(_ registrations: Registrations, _ manifest: Manifest) -> [Diagnostic] {
        let entries = registrations.entries["export"] ?? []
        let declared = manifest.exports.map(\.name)
        var problems = entries.filter { !declared.contains($0.name) }.map { entry in
            let near = NearMatch.of(entry.name, in: declared).map { "did you mean \"\($0)\"? Else " } ?? ""
            return Diagnostic(
                .warning, file: entry.file, at: entry.position,
                "\(entry.name.prefix(64)) is exported, but the manifest does not declare it, so no app can call it",
                hint: "\(near)add {\"name\": \"\(entry.name.prefix(64))\", \"apps\": […]} to \"exports\" in manifest.json")
        }
        guard registrations.isComplete("export") else { return problems }
        let defined = registrations.names("export")
        problems += manifest.exports.filter { !defined.contains($0.name) }.map { export in
            Diagnostic(
                .warning, file: ManifestParser.file, at: export.position,
                "the export \(export.name) is declared, but nothing defines it",
                hint: "add stoa.export(\"\(export.name)\", function(call, …) … end), or remove it")
        }
        return problems
    }

    private static func inbound(_ registrations: Registrations, _ manifest: Manifest) -> [Diagnostic] {
        guard let hook = manifest.inbound.first, registrations.isComplete("on"), !registrations.names("on").contains("webhook")
        else { return [] }
        return [
            Diagnostic(
                .warning, file: ManifestParser.file, at: hook.position, "a webhook is declared, but nothing handles it",
                hint: "add stoa.on(\"webhook\", function(request) … end), or remove it")
        ]
    }

    /// Tasks that are begun by a name which none has.
    private static func spawned(_ registrations: Registrations) -> [Diagnostic] {
        guard registrations.isComplete("task") else { return [] }
        let tasks = registrations.names("task")
        return (registrations.entries["spawn"] ?? []).filter { !tasks.contains($0.name) }.map { entry in
            missing("task", entry.name, of: tasks, file: entry.file, at: entry.position)
        }
    }

    /// Timers that are set with a name which nothing handles.
    private static func timers(in source: LuaSource, _ registrations: Registrations) -> [Diagnostic] {
        guard registrations.isComplete("timer"), registrations.isComplete("on"), !registrations.names("on").contains("timer")
        else { return [] }
        let handled = registrations.names("timer")
        return source.tokens.indices.compactMap { index in
            guard let receiver = BridgeReceiver.at(index, in: source), receiver.kind == .timers,
                let member = receiver.member(in: source), ["after", "at", "every"].contains(member.name),
                let arguments = source.arguments(ofCallAt: member.place + 1), arguments.count >= 2,
                let name = source.text(of: arguments[1]), !handled.contains(name),
                let position = source.tokens[arguments[1].lowerBound]?.position
            else { return nil }
            return missing("timer", name, of: handled, file: source.path, at: position)
        }
    }

    private static func missing(
        _ function: String, _ name: String, of known: Set<String>, file: String, at position: SourcePosition
    ) -> Diagnostic {
        let near = NearMatch.of(name, in: known.sorted()).map { "did you mean \"\($0)\"? Else " } ?? ""
        return Diagnostic(
            .warning, file: file, at: position, "nothing handles the \(function) \"\(name.prefix(64))\"",
            hint: "\(near)add stoa.\(function)(\"\(name.prefix(64))\", function(chat, …) … end)")
    }
}
