import Permissions

/// What can be told from an app's Lua without running it: capabilities that the manifest lacks or asks for in vain, and
/// parts of Lua that do not exist in the sandbox. Reads names and not meanings, and is silent where it cannot be sure.
package enum SourceCheck {
    /// - Returns: what is wrong, by file and place; an undeclared capability once for each file.
    package static func check(_ package: AppPackage) -> [Diagnostic] {
        let manifest = package.manifest
        var problems: [Diagnostic] = []
        var used: Set<Capability.Name> = []
        for file in package.files where file.isProgram {
            let tokens = LuaTokens(source: file.content)
            let uses = CapabilityUse.all(in: tokens)
            used.formUnion(uses.map(\.capability))
            problems += undeclared(uses, in: file.path, declared: manifest.declared)
            problems += RemovedGlobal.all(in: tokens, file: file.path)
        }
        for request in manifest.capabilities where !used.contains(request.name) {
            problems.append(
                Diagnostic(
                    .warning, file: ManifestParser.file, at: request.position,
                    "the capability \(request.name) is declared, but no call was found that needs it",
                    hint: "remove it, so that people are not asked for what the app does not need"))
        }
        return problems.inOrder()
    }

    private static func undeclared(_ uses: [CapabilityUse], in file: String, declared: DeclaredCapabilities) -> [Diagnostic] {
        var counts: [Capability.Name: Int] = [:]
        for use in uses { counts[use.capability, default: 0] += 1 }
        var told: Set<Capability.Name> = []
        return uses.compactMap { use in
            guard !declared.contains(use.capability), told.insert(use.capability).inserted else { return nil }
            let more = (counts[use.capability] ?? 1) - 1
            let others = more == 0 ? "" : " (as \(more == 1 ? "does 1 more call" : "do \(more) more calls") in this file)"
            return Diagnostic(
                .error, file: file, at: use.position,
                "\(use.call) needs the capability \(use.capability)\(others), which the manifest does not declare",
                hint: "add {\"name\": \"\(use.capability)\", \"reason\": \"…\"} to \"capabilities\" in manifest.json")
        }
    }
}
