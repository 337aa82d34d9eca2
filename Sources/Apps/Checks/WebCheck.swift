import Permissions

/// What goes wrong between the pages of a web mini-app, the policy that they are served with, and the Lua behind them.
enum WebCheck {
    /// What the bridge script's calls need: `CloudStorage`, `requestContact`, `requestWriteAccess`.
    static let capabilities: Set<Capability.Name> = [.store, .identityContact, .messagesBroadcast]

    private static let actions = ["web_app_contact", "web_app_data", "web_app_write_access"]

    static func all(of manifest: Manifest, _ sources: [LuaSource], _ files: [AppPackage.File]) -> [Diagnostic] {
        let actions = (Registrations(sources).entries["action"] ?? []).filter { $0.name.hasPrefix("web_app_") }
        let misspelt = actions.filter { !Self.actions.contains($0.name) }.map { entry in
            let near = NearMatch.of(entry.name, in: Self.actions).map { "did you mean \"\($0)\"?" }
            return Diagnostic(
                .warning, file: entry.file, at: entry.position, "no page of the app's does \"\(entry.name.prefix(64))\"",
                hint: near ?? "what pages for the browser do is \(Self.actions.joined(separator: ", "))")
        }
        guard manifest.web != nil else { return misspelt }
        let pages = files.filter { $0.isWeb && $0.path.hasSuffix(".html") }
        return misspelt + pages.flatMap { problems(in: $0) }
    }

    /// What the policy keeps from running, so that the developer learns it before the browser's console says so.
    private static func problems(in page: AppPackage.File) -> [Diagnostic] {
        tags(of: String(decoding: page.content, as: UTF8.self)).compactMap { tag in
            let tag = tag.lowercased()
            if tag.hasPrefix("script"), let source = value(of: "src", in: tag),
                source.hasPrefix("//") || source.hasPrefix("http:") || source.hasPrefix("https:"), !isBridge(source)
            {
                return Diagnostic(
                    .warning, file: page.path, "the script \(source.prefix(200)) is from another server and does not run",
                    hint: "put it into the app's web folder")
            }
            if let handler = tag.firstMatch(of: /\s(on[a-z]{3,20})\s*=/) {
                return Diagnostic(
                    .warning, file: page.path, "the attribute \(handler.1) does not run",
                    hint: "use addEventListener in a script")
            }
            return nil
        }
    }

    private static func isBridge(_ source: String) -> Bool {
        ["https://telegram.org/js/telegram-web-app.js", "https://st.max.ru/js/max-web-app.js"].contains { source.hasPrefix($0) }
    }

    /// What stands between `<` and `>`, without comments and what is in scripts.
    private static func tags(of html: String) -> [Substring] {
        let bare = html.replacing(/<!--.*?-->/.dotMatchesNewlines(), with: "")
            .replacing(/(<script[^>]*>).*?<\/script/.dotMatchesNewlines().ignoresCase()) { "\($0.1)</script" }
        return bare.split(separator: "<").dropFirst(bare.hasPrefix("<") ? 0 : 1).map { $0.prefix { $0 != ">" } }
    }

    private static func value(of attribute: String, in tag: String) -> String? {
        guard let start = tag.firstRange(of: " \(attribute)=")?.upperBound else { return nil }
        let rest = tag[start...]
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return String(rest.prefix { !$0.isWhitespace }) }
        return String(rest.dropFirst().prefix { $0 != quote })
    }
}
