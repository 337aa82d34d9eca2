import Permissions

/// Requests whose address is written out in the source and goes to a server that the manifest does not list.
enum FetchCheck {
    static func all(in source: LuaSource, manifest: Manifest) -> [Diagnostic] {
        // Without the capability, that is the problem to tell.
        guard let hosts = manifest.request(.httpFetch)?.hosts else { return [] }
        return source.tokens.indices.compactMap { index in
            guard let receiver = BridgeReceiver.at(index, in: source), receiver.kind == .http,
                let member = receiver.member(in: source), member.name == "fetch",
                let (text, place) = address(ofCallAt: member.place + 1, in: source), let asked = Server(text),
                !hosts.contains(where: { $0.allows(scheme: asked.scheme, host: asked.host, port: asked.port) })
            else { return nil }
            return Diagnostic(
                .error, file: source.path, at: source.tokens[place]?.position,
                "the manifest does not let the app ask \(asked)",
                hint: "add \"\(asked)\" to \"hosts\" of http.fetch in manifest.json; it lists "
                    + hosts.prefix(5).map(\.description).joined(separator: ", ") + (hosts.count > 5 ? ", …" : ""))
        }
    }

    /// The text that the address is or begins with: `fetch "…"`, `fetch("…" .. path)`, `fetch { url = "…" }`.
    private static func address(ofCallAt place: Int, in source: LuaSource) -> (text: String, place: Int)? {
        let tokens = source.tokens
        if let text = tokens.string(place) { return (text, place) }
        var table = place
        if tokens.isSymbol(place, "(") {
            if let text = tokens.string(place + 1) { return begins(text, at: place + 1, in: tokens) }
            table = place + 1
        }
        guard tokens.isSymbol(table, "{"), let end = source.brackets[table] else { return nil }
        var field = table + 1
        while field < end {
            if tokens.name(field) == "url", tokens.isSymbol(field + 1, "="), let text = tokens.string(field + 2) {
                return begins(text, at: field + 2, in: tokens)
            }
            field = (source.brackets[field] ?? (tokens.isKeyword(field, "function") ? source.blockEnds[field] : nil) ?? field) + 1
        }
        return nil
    }

    /// What goes on behind the text must not belong to the server's name.
    private static func begins(_ text: String, at place: Int, in tokens: LuaTokens) -> (text: String, place: Int)? {
        if tokens.isSymbol(place + 1, ")", "}", ",", ";") { return (text, place) }
        guard tokens.isSymbol(place + 1, ".."), let mark = text.firstRange(of: "://"), text[mark.upperBound...].contains("/")
        else {
            return nil
        }
        return (text, place)
    }

    /// Scheme, host and port of an address.
    private struct Server: CustomStringConvertible {
        let scheme: String
        let host: String
        let port: Int

        /// Nil for what the bridge will say more about, such as another scheme.
        init?(_ address: String) {
            guard let mark = address.firstRange(of: "://"), !address.contains("\\") else { return nil }
            scheme = address[..<mark.lowerBound].lowercased()
            let authority = address[mark.upperBound...].prefix { !"/?#".contains($0) }
            guard scheme == "https" || scheme == "http", !authority.contains("@"), !authority.isEmpty,
                let pattern = try? HostPattern("\(scheme)://\(authority)"), !pattern.isWildcard
            else { return nil }
            host = pattern.host
            port = pattern.port
        }

        /// As the manifest lists it.
        var description: String {
            let shown = host.contains(":") ? "[\(host)]" : host
            return (scheme == "http" ? "http://" : "") + shown + (port == HostPattern.defaultPort(scheme) ? "" : ":\(port)")
        }
    }
}
