extension Manifest {
    /// What makes an app a web mini-app: pages for the browser, in the package or on a site of their own.
    package struct Web: Sendable, Equatable {
        package enum Source: Sendable, Equatable {
            /// An HTML file of the package, such as `web/index.html`.
            case bundle(entry: String)
            case site(WebAddress)
        }

        package let source: Source
        /// What its pages may reach besides their own origin, 0 to 20.
        package let origins: [WebOrigin]
        /// Where the manifest says so.
        package let position: SourcePosition

        /// For people: every origin but its own that its pages are from or reach.
        package var reached: [String] {
            var reached = origins.map(\.description)
            if case .site(let address) = source, !origins.contains(address.origin) {
                reached.insert(address.origin.description, at: 0)
            }
            return reached
        }
    }
}

extension ManifestParser {
    static let maxOrigins = 20

    mutating func web(_ object: ManifestObject, kind: Manifest.Kind?, name: String?) -> Manifest.Web? {
        guard let value = object.value("web"),
            let entry = ManifestObject(value, path: "web", fields: ["entry", "url", "origins"], problems: &problems)
        else { return nil }
        if kind == .bot {
            report(value.position, "web: a bot has no pages", hint: "write \"kind\": \"miniapp\", or remove \"web\"")
        }
        if let name, !isStored, !Self.isHostLabel(name) {
            report(
                value.position, "web: the name \(name) cannot be part of a host's name, which each web mini-app has one of",
                hint: "choose a name that does not end in _ and has no two of them in its third and fourth place")
        }
        let origins = origins(entry)
        let path = entry.text("entry", problems: &problems) { path in
            PackagePath(path)?.kind == .web && path.hasSuffix(".html")
                ? nil : "an HTML file in the app's web folder, such as \"web/index.html\""
        }
        var site: WebAddress?
        let url = entry.text("url", problems: &problems) { text in
            site = WebAddress(text)
            return site == nil
                ? "an https address with a public host's name and no fragment, such as \"https://shop.example.com/app\"" : nil
        }
        switch (entry.value("entry") != nil, entry.value("url") != nil) {
        case (true, true):
            report(
                value.position, "web has both \"entry\" and \"url\"",
                hint: "keep \"entry\" for files of the package, or \"url\" for a site")
        case (false, false):
            report(
                value.position, "web has neither \"entry\" nor \"url\"", hint: "write \"web\": { \"entry\": \"web/index.html\" }")
        default: break
        }
        if let path { return Manifest.Web(source: .bundle(entry: path), origins: origins, position: value.position) }
        guard url != nil, let site else { return nil }
        return Manifest.Web(source: .site(site), origins: origins, position: value.position)
    }

    private mutating func origins(_ entry: ManifestObject) -> [WebOrigin] {
        guard entry.value("origins") != nil else { return [] }
        let listed = entry.texts(
            "origins", from: 0, to: Self.maxOrigins, example: #"["https://api.example.com"]"#, problems: &problems)
        var origins: [WebOrigin] = []
        for (text, path, position) in listed ?? [] {
            guard let origin = WebOrigin(text) else {
                report(
                    position, "\(path): \(ManifestObject.quoted(text)) is not allowed",
                    hint: "write https:// or wss:// and a public host's name, with no path, such as \"https://api.example.com\"")
                continue
            }
            if origins.contains(origin) {
                report(position, "\(path): \(origin) is there twice", hint: "remove one of the two")
            } else {
                origins.append(origin)
            }
        }
        return origins
    }

    /// Underscores become hyphens; a hyphen at the end, or two where punycode has its mark, are no host's.
    private static func isHostLabel(_ name: String) -> Bool {
        !name.hasSuffix("_") && name.utf8.dropFirst(2).prefix(2).elementsEqual("__".utf8) == false
    }
}

extension AppPackage {
    /// What is wrong with the files of a web mini-app.
    static func problems(ofWebIn manifest: Manifest, _ files: [File]) -> [Diagnostic] {
        guard let web = manifest.web, case .bundle(let entry) = web.source else {
            return files.first(where: \.isWeb).map { file in
                [
                    Diagnostic(
                        .error, file: file.path, "is not served, since manifest.json has no \"web\" with an \"entry\"",
                        hint: "add \"web\": { \"entry\": \"web/index.html\" }, or remove the folder web")
                ]
            } ?? []
        }
        guard !files.contains(where: { $0.path == entry }) else { return [] }
        let near = NearMatch.of(entry, in: files.filter(\.isWeb).map(\.path)).map { "did you mean \"\($0)\"? " } ?? ""
        return [
            Diagnostic(
                .error, file: ManifestParser.file, at: web.position, "web: \(entry) is not there",
                hint: "\(near)Put the page into the app's web folder, or correct \"entry\"")
        ]
    }
}

/// The kinds of file that a web mini-app consists of, by the ends of their names.
package enum WebFileType {
    /// Bytes that one file may have.
    static let maxBytes = 8 << 20

    private static let types: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "txt": "text/plain; charset=utf-8",
        "webmanifest": "application/manifest+json", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg",
        "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif", "ico": "image/x-icon",
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "mp3": "audio/mpeg", "ogg": "audio/ogg",
        "mp4": "video/mp4", "webm": "video/webm",
    ]

    /// Nil for a file that no web mini-app has.
    package static func of(_ path: String) -> String? {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        return types[path[path.index(after: dot)...].lowercased()]
    }

    /// For a developer.
    static var list: String { types.keys.sorted().joined(separator: ", ") }
}
