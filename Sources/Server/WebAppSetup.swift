import Apps
import HTTPServer
import Model
import Operations

/// How the server reaches web mini-apps, and the client shows them.
extension ServerConfiguration {
    /// - Parameter port: the one that is listened on; nil while it is not known.
    /// - Returns: nil where web mini-apps have no place, or not yet.
    /// - Throws: ``StoaError`` for addresses that do not fit.
    func appOrigins(port: Int?) throws -> AppOrigins? {
        if let publicURL, let appsDomain { return try AppOrigins(publicURL: publicURL, domain: appsDomain) }
        guard publicURL == nil, appsDomain == nil else {
            throw StoaError(.badRequest, "--public-url and --apps-domain belong together. Give both, or neither.")
        }
        guard let port, host == "localhost" || host == "::1" || host.hasPrefix("127.") else { return nil }
        return .loopback(scheme: tlsCertificate == nil ? "http" : "https", port: port)
    }
}

/// What the client's own page may do: as any page of the server, and show the frame around web mini-apps.
enum ClientPolicy {
    static func text(_ origins: AppOrigins?) -> String {
        SecurityHeaders.pagePolicy + "; frame-src \(origins?.frame ?? "'none'")"
    }
}

/// The key that signs launch data. If it is lost, those who check signatures must learn the new one, and each app knows chats by
/// other numbers (`chat_instance`).
enum LaunchKey {
    /// Reads it; makes one the first time. Blocks.
    static func read(folder: String) throws -> [UInt8] {
        try KeyFile.key(at: folder + "/launch.key", makesOne: true, remedy: "If it is lost, a new one is made at the next start.")
    }
}
