package import Apps
package import Model

/// Where web mini-apps are: each on a host of its own under one domain, so that the browser keeps every app apart from the client
/// and from the other apps. See docs/decisions/0018.
package struct AppOrigins: Sendable, Equatable {
    /// What a host under the domain is.
    package enum Host: Sendable, Equatable {
        /// The page around every app, which lets the app go nowhere else.
        case frame
        /// An app, by its name in lower case.
        case app(String)
        /// A host that no app has.
        case unknown
    }

    /// No app's, since a name begins with a letter.
    private static let frameLabel = "0frame"

    /// The scheme and the port of all of them.
    private let scheme: String
    private let port: Int?
    private let domain: String
    /// Where the client is, as browsers write it: the only pages that may show an app.
    package let clients: [String]

    /// For a server that is reached at loopback addresses only: browsers know every name under `localhost`.
    package static func loopback(scheme: String, port: Int) -> AppOrigins {
        // A content security policy cannot name an IPv6 address.
        let hosts = ["127.0.0.1", "localhost"]
        return AppOrigins(
            scheme: scheme, port: port, domain: "localhost", clients: hosts.map { "\(scheme)://\($0):\(port)" })
    }

    /// - Parameters:
    ///   - publicURL: where people open the client, such as `https://chat.example.org`.
    ///   - domain: every name under which leads to this server too, such as `apps.example.net`.
    /// - Throws: ``StoaError/Code/badRequest`` for what cannot be, or would give an app the client's own host.
    package init(publicURL: String, domain: String) throws(StoaError) {
        guard let (scheme, host, port) = Self.parse(publicURL) else {
            throw StoaError(
                .badRequest, "--public-url must be the client's address with no path, such as https://chat.example.org.")
        }
        let domain = domain.lowercased()
        guard Self.isHost(domain) else {
            throw StoaError(.badRequest, "--apps-domain must be a domain's name, such as apps.example.net.")
        }
        guard host != domain, !host.hasSuffix("." + domain) else {
            throw StoaError(
                .badRequest,
                "The client's host \(host) lies under --apps-domain \(domain), where an app could take its place. "
                    + "Choose a domain for apps alone.")
        }
        self.init(
            scheme: scheme, port: port, domain: domain, clients: ["\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")])
    }

    private init(scheme: String, port: Int?, domain: String, clients: [String]) {
        self.scheme = scheme
        self.port = port
        self.domain = domain
        self.clients = clients
    }

    /// The app's own, such as `https://pizza-bot.apps.example.net`. Its name has no hyphens, so none is another's.
    package func origin(of app: String) -> String {
        origin(
            label: String(decoding: app.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
        )
    }

    /// Of the pages around apps.
    package var frame: String { origin(label: Self.frameLabel) }

    /// Whether an origin is the client's, or lies where apps do. No manifest can name it: an app would be shown, and believed, in
    /// the place of another.
    package func owns(_ origin: WebOrigin) -> Bool {
        clients.contains { Self.parse($0)?.host == origin.host } || origin.host == domain || origin.host.hasSuffix("." + domain)
    }

    /// What a request's `Host` header names; nil for a host outside of the domain.
    package func host(_ header: String) -> Host? {
        var host = header.lowercased().prefix { $0 != ":" }
        // A name may end with the dot of the root (RFC 3986, section 3.2.2).
        if host.last == "." { host = host.dropLast() }
        guard host.hasSuffix("." + domain) else { return host == domain && domain != "localhost" ? .unknown : nil }
        let label = host.dropLast(domain.utf8.count + 1)
        if label == Self.frameLabel { return .frame }
        guard !label.isEmpty, !label.utf8.contains(UInt8(ascii: "_")), !label.utf8.contains(UInt8(ascii: ".")) else {
            return .unknown
        }
        return .app(String(decoding: label.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self))
    }

    private func origin(label: String) -> String { "\(scheme)://\(label).\(domain)" + (port.map { ":\($0)" } ?? "") }

    private static func parse(_ url: String) -> (scheme: String, host: String, port: Int?)? {
        let url = url.lowercased()
        guard let scheme = ["https", "http"].first(where: { url.hasPrefix($0 + "://") }) else { return nil }
        var rest = url.dropFirst(scheme.utf8.count + 3)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, isHost(host), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return (scheme, String(host), nil) }
        guard let port = Int(parts[1]), (1...65_535).contains(port) else { return nil }
        return (scheme, String(host), port == (scheme == "https" ? 443 : 80) ? nil : port)
    }

    private static func isHost(_ name: some StringProtocol) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            }
    }
}
