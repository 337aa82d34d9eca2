import Apps
import Operations

/// What the browser lets the pages of a web mini-app do.
struct ContentPolicy {
    /// The same on the frames around the app, in the client and between them.
    static let sandbox = "allow-scripts allow-same-origin allow-forms"

    private let web: Manifest.Web
    private let origins: AppOrigins

    init(_ web: Manifest.Web, _ origins: AppOrigins) {
        self.web = web
        self.origins = origins
    }

    /// - Parameter scriptHashes: of the scripts that stand in the page itself.
    func headers(_ scriptHashes: [String] = []) -> [(String, String)] {
        let foreign = web.origins.filter { !origins.owns($0) }
        let all = foreign.map(\.description)
        let pages = foreign.filter { $0.scheme == "https" }.map(\.description)
        func list(_ sources: String..., and more: [String] = []) -> String { (sources + more).joined(separator: " ") }
        let policy = [
            "default-src 'none'",
            // Only what is in the package runs, so that what was reviewed is what runs.
            "script-src " + list("'self'", and: scriptHashes),
            "style-src " + list("'self'", "'unsafe-inline'", and: pages),
            "img-src " + list("'self'", "data:", "blob:", and: pages),
            "media-src " + list("'self'", "data:", "blob:", and: pages),
            "font-src " + list("'self'", "data:", and: pages),
            "connect-src " + list("'self'", and: all),
            "worker-src 'self'", "manifest-src 'self'",
            "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'",
            "sandbox \(Self.sandbox)",
            "frame-ancestors " + (origins.clients + [origins.frame]).joined(separator: " "),
        ]
        // A hash allows a script from anywhere that says it has that hash. A page has to pass both policies: what stands in it by
        // its hash, and what is loaded by where it is from.
        let second = "script-src 'self' 'unsafe-inline'"
        // Holds what the policies say nothing of: WebRTC, early connections (https://wicg.github.io/connection-allowlists).
        let patterns = ["response-origin"] + all.map { "\"\($0)/*\"" }
        return Self.fixed + [
            ("Content-Security-Policy", policy.joined(separator: "; ") + ", " + second),
            ("Connection-Allowlist", "(\(patterns.joined(separator: " "))); redirects=allow; webrtc=block"),
        ]
    }

    /// For what is no page.
    static let closed = fixed + [("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")]

    /// The page itself may be framed, as its policy says; `X-Frame-Options` cannot name who may.
    static let fixed: [(String, String)] = [
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", ""),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Origin-Agent-Cluster", "?1"), ("X-DNS-Prefetch-Control", "off"), ("Permissions-Policy", permissions),
    ]

    private static let permissions = [
        "accelerometer", "browsing-topics", "camera",
        "clipboard-read", "clipboard-write", "compute-pressure", "display-capture", "encrypted-media", "fullscreen", "gamepad",
        "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts",
        "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
        "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
        "window-management", "xr-spatial-tracking",
    ].map { "\($0)=()" }.joined(separator: ", ")
}
