import Permissions

/// What can be told from an app's Lua without running it: capabilities that the manifest lacks or asks for in vain, parts of
/// Lua that do not exist in the sandbox, calls that the bridge does not have, names that nothing handles, pages and texts that
/// are not there, loops whose order is left to chance, requests to servers that the manifest does not list.
///
/// Each subject has its own type. All read names and not meanings, and are silent where they cannot be sure.
package enum SourceCheck {
    package static func check(_ package: AppPackage) -> [Diagnostic] { check(package, needless: .warning) }

    /// - Parameter needless: what a capability is that no call needs.
    /// - Returns: what is wrong, by file and place; an undeclared capability once for each file.
    package static func check(_ package: AppPackage, needless: Diagnostic.Severity) -> [Diagnostic] {
        let manifest = package.manifest
        var problems: [Diagnostic] = []
        // What pages for the browser ask for stands in no Lua.
        var used: Set<Capability.Name> = manifest.web == nil ? [] : WebCheck.capabilities
        let sources = package.files.filter(\.isProgram).map { LuaSource(path: $0.path, content: $0.content) }
        let defined = sources.reduce(into: Set<String>()) { $0.formUnion(MemberCheck.definedNames(in: $1.tokens)) }
        for source in sources {
            let uses = CapabilityUse.all(in: source)
            used.formUnion(uses.map(\.capability))
            problems += undeclared(uses, in: source.path, declared: manifest.declared)
            problems += RemovedGlobal.all(in: source.tokens, file: source.path)
            problems += MemberCheck.all(in: source, defined: defined)
            problems += OrderCheck.all(in: source)
            problems += FetchCheck.all(in: source, manifest: manifest)
        }
        problems += HandlerCheck.all(in: sources, manifest: manifest)
        problems += Locale.problems(in: package.files)
        problems += PageCheck.all(in: sources, texts: Locale.names(in: package.files))
        problems += WebCheck.all(of: manifest, sources, package.files)
        for request in manifest.capabilities where !used.contains(request.name) {
            problems.append(
                Diagnostic(
                    needless, file: ManifestParser.file, at: request.position,
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
                hint: "add \(use.capability.entry) to \"capabilities\" in manifest.json")
        }
    }
}
