package import Database
import Apps
package import HTTPServer
import Model
package import Operations

/// The front door of web mini-apps: serves each app's pages on its own origin, and around each the frame that lets it go nowhere
/// else. Knows nobody's session, sets no cookies.
package struct WebApps: HTTPHandler {
    private let database: Database
    private let origins: @Sendable () -> AppOrigins?
    private let log: @Sendable (String) -> Void
    private let pages = HTMLPages()

    /// - Parameters:
    ///   - origins: nil while the server has no place for web mini-apps.
    ///   - log: takes a line about an error that visitors are not told about.
    package init(
        database: Database, origins: @escaping @Sendable () -> AppOrigins?, log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.origins = origins
        self.log = log
    }

    /// Whether a request is for a host of web mini-apps.
    package func owns(_ head: HTTPRequest) -> Bool { place(of: head) != nil }

    package func route(_ head: HTTPRequest) -> HTTPRoute {
        guard let (origins, host) = place(of: head) else { return .respond(Self.nothing) }
        guard head.method == .get || head.method == .head else {
            return .respond(HTTPResponse(status: 405, headers: [("Allow", "GET, HEAD")] + ContentPolicy.closed))
        }
        // A service worker could answer for its pages without the policy that they are sent with.
        guard head.headers.first("service-worker") == nil else { return .respond(Self.nothing) }
        switch host {
        case .unknown: return .respond(Self.nothing)
        case .frame:
            if let own = FramePage.file(head.pathSegments) { return .respond(own) }
            guard head.pathSegments.count == 1, let name = head.pathSegments.first else { return .respond(Self.nothing) }
            return answer { try await frame(of: name, origins) }
        case .app(let name): return answer { try await file(head, of: name, origins) }
        }
    }

    private func place(of head: HTTPRequest) -> (AppOrigins, AppOrigins.Host)? {
        guard let origins = origins(), let header = head.headers.first("host"), let host = origins.host(header) else {
            return nil
        }
        return (origins, host)
    }

    private func answer(_ body: @escaping @Sendable () async throws -> HTTPResponse) -> HTTPRoute {
        .buffered(limit: 0) { [log] request, responder in
            Task {
                do {
                    responder.send(try await body())
                } catch {
                    log("\(request.method) \(request.path) of a web mini-app: \(error)")
                    responder.send(.text(500, "Something went wrong on the server."))
                }
            }
        }
    }

    private func frame(of name: String, _ origins: AppOrigins) async throws -> HTTPResponse {
        guard let app = try await database.read({ try Self.app(name, in: $0) }), let web = app.active.manifest.web else {
            return Self.nothing
        }
        return FramePage.page(of: app.name, web, origins) ?? Self.nothing
    }

    private func file(_ head: HTTPRequest, of name: String, _ origins: AppOrigins) async throws -> HTTPResponse {
        guard let app = try await database.read({ try Self.app(name, in: $0) }), let web = app.active.manifest.web else {
            return Self.nothing
        }
        // A site loads it, too.
        if BridgeScript.names.contains(head.pathSegments) { return BridgeScript.response() }
        guard case .bundle = web.source else { return Self.nothing }
        let policy = ContentPolicy(web, origins)
        // The version's digest stands for all of its files but its pages, whose policy depends on the server's settings.
        let tag = "\"\(app.active.digest.prefix(32))\""
        let known = head.headers.list("if-none-match")
        let path = Self.path(head.pathSegments, isFolder: head.path.hasSuffix("/"))
        if known.contains(tag) || known.contains("W/" + tag), !path.hasSuffix(".html") {
            return HTTPResponse(status: 304, headers: [("ETag", tag), ("Cache-Control", "no-cache")] + policy.headers())
        }
        let file = try await database.read { try AppStore.file(path, of: app.active.id, in: $0) }
        guard let file, let type = WebFileType.of(file.path) else {
            var response = HTTPResponse.text(404, "\(app.name) has no file \(path.prefix(200)).")
            response.headers += policy.headers()
            return response
        }
        if type.hasPrefix("text/html") {
            let page = await pages.page(app.active.digest, file.path, file.content)
            return HTTPResponse(
                status: 200,
                headers: [("Content-Type", type), ("Cache-Control", "no-store")] + policy.headers(page.scriptHashes),
                body: .bytes(page.content))
        }
        let headers = [("Content-Type", type), ("ETag", tag), ("Cache-Control", "no-cache")] + policy.headers()
        return HTTPResponse(status: 200, headers: headers, body: .bytes(file.content))
    }

    private static func app(_ name: String, in tx: ReadTransaction) throws -> App? {
        guard let app = try AppStore.app(named: name, in: tx), app.state == .live else { return nil }
        return app
    }

    /// In the package. A folder means its `index.html`.
    private static func path(_ segments: [String], isFolder: Bool) -> String {
        (["web"] + segments + (isFolder || segments.isEmpty ? ["index.html"] : [])).joined(separator: "/")
    }

    private static let nothing: HTTPResponse = {
        var response = HTTPResponse.text(404, "There is no web mini-app at this address.")
        response.headers += ContentPolicy.closed
        return response
    }()
}
