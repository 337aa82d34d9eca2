import Apps
import Foundation
import HTTPServer
import Operations

/// The page between the client and an app. Its policy holds the app's frame to the app's own origin, wherever a script of the app
/// tries to lead it, and its script hands messages through.
enum FramePage {
    /// Nil for a site that is no foreign one.
    static func page(of name: String, _ web: Manifest.Web, _ origins: AppOrigins) -> HTTPResponse? {
        let home: (address: String, origin: String, others: [String])
        switch web.source {
        case .bundle(let entry):
            let origin = origins.origin(of: name)
            let path = entry.dropFirst("web/".count)
            home = (origin + "/" + (path == "index.html" ? "" : path), origin, [])
        case .site(let address):
            guard !origins.owns(address.origin) else { return nil }
            let more = web.origins.filter { $0.scheme == "https" && $0 != address.origin && !origins.owns($0) }.map(\.description)
            home = (address.description, address.origin.description, more)
        }
        let allowed = [home.origin] + home.others
        let html = """
            <!doctype html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>\(name)</title>
                <link rel="stylesheet" href="/frame.css">
                <script src="/frame.js" defer></script>
              </head>
              <body>
                <iframe sandbox="\(ContentPolicy.sandbox)" allow="" referrerpolicy="no-referrer" title="\(name)"
                  data-home="\(escaped(home.address))" data-origins="\(allowed.joined(separator: " "))"
                  data-clients="\(origins.clients.joined(separator: " "))"></iframe>
              </body>
            </html>
            """
        let policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; frame-src \(allowed.joined(separator: " ")); "
            + "base-uri 'none'; form-action 'none'; frame-ancestors \(origins.clients.joined(separator: " "))"
        return HTTPResponse(
            status: 200,
            headers: ContentPolicy.fixed + [
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), ("Content-Security-Policy", policy),
            ], body: .bytes(Array(html.utf8)))
    }

    /// What the page itself consists of; nil for another path.
    static func file(_ segments: [String]) -> HTTPResponse? {
        let (type, content): (String, [UInt8])
        switch segments {
        case ["frame.js"]: (type, content) = ("text/javascript; charset=utf-8", PackageResources.frame_js)
        case ["frame.css"]: (type, content) = ("text/css; charset=utf-8", PackageResources.frame_css)
        default: return nil
        }
        return HTTPResponse(
            status: 200, headers: ContentPolicy.closed + [("Content-Type", type), ("Cache-Control", "no-cache")],
            body: .bytes(content))
    }

    /// An address has no quotes and no angle brackets.
    private static func escaped(_ address: String) -> String { address.replacing("&", with: "&amp;") }
}

/// The script that gives a page `Telegram.WebApp`, under the names that pages ask for.
enum BridgeScript {
    static let names: [[String]] = [["stoa-web-app.js"], ["telegram-web-app.js"], ["max-web-app.js"]]

    /// For any page: a site that is a web mini-app loads it from here. There is nothing of anybody's in it.
    static func response() -> HTTPResponse {
        let open = ContentPolicy.closed.filter { $0.0 != "Cross-Origin-Resource-Policy" }
        return HTTPResponse(
            status: 200,
            headers: open + [
                ("Cross-Origin-Resource-Policy", "cross-origin"), ("Content-Type", "text/javascript; charset=utf-8"),
                ("Cache-Control", "no-cache"),
            ],
            body: .bytes(PackageResources.stoa_web_app_js))
    }
}
