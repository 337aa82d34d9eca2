// For the fields of `timespec`, which the compiler finds in whichever of the two modules it read first.
import CWebSockets
import Glibc

/// Files of one folder, for a web client. Nothing outside the folder is ever served: dot segments never get here (see
/// `HTTPRequest.pathSegments`), names that begin with a dot are refused, and a path is resolved, links and all, before it is
/// compared with the folder.
package struct StaticFiles: Sendable {
    private let root: String
    private let cacheControl: String
    private let policy: @Sendable () -> String?

    /// Throws `HTTPServerError` when the folder does not exist. `contentSecurityPolicy` is asked for what is sent with
    /// each HTML page; nil: none.
    package init(
        root: String, cacheControl: String = "no-cache",
        contentSecurityPolicy: @escaping @Sendable () -> String? = { SecurityHeaders.pagePolicy }
    ) throws {
        guard let resolved = Self.resolve(root) else {
            throw HTTPServerError(message: "The folder of static files \(root) cannot be opened: \(errorText(errno)).")
        }
        self.root = resolved == "/" ? "" : resolved
        self.cacheControl = cacheControl
        policy = contentSecurityPolicy
    }

    /// The answer for decoded path segments, nil when there is no such file. An empty list, or a folder, means its
    /// `index.html`. With `request`, `If-None-Match` may turn it into a 304.
    package func response(segments: [String], request: HTTPRequest? = nil) -> HTTPResponse? {
        for segment in segments {
            if segment.isEmpty || segment.utf8.first == UInt8(ascii: ".") || segment.utf8.contains(0)
                || segment.utf8.contains(UInt8(ascii: "/"))
            {
                return nil
            }
        }
        let path = ([root] + segments).joined(separator: "/")
        guard let resolved = Self.resolve(path), resolved == root || resolved.utf8.starts(with: (root + "/").utf8) else {
            return nil
        }
        guard let status = Self.status(resolved) else { return nil }
        if status.st_mode & S_IFMT == S_IFDIR {
            return segments.last == "index.html" ? nil : response(segments: segments + ["index.html"], request: request)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        return answer(resolved, status, request)
    }

    /// The same for a path as in a request, `/app/main.js`; nil also when it does not decode.
    package func response(path: String, request: HTTPRequest? = nil) -> HTTPResponse? {
        guard path.utf8.first == UInt8(ascii: "/"), let segments = PercentDecoding.segments(Substring(path).utf8) else {
            return nil
        }
        return response(segments: segments, request: request)
    }

    private func answer(_ path: String, _ status: stat, _ request: HTTPRequest?) -> HTTPResponse {
        let seconds = String(status.st_mtim.tv_sec, radix: 16)
        let nanoseconds = String(status.st_mtim.tv_nsec, radix: 16)
        let tag = "\"\(String(status.st_size, radix: 16))-\(seconds)-\(nanoseconds)\""
        let type = ContentType.of(path)
        var headers = [("ETag", tag), ("Cache-Control", cacheControl), ("Content-Type", type)]
        if type.utf8.starts(with: "text/html".utf8), let policy = policy() { headers.append(("Content-Security-Policy", policy)) }
        let known = request?.headers.list("if-none-match") ?? []
        if known.contains(where: { $0 == tag || $0 == "W/" + tag || $0 == "*" }) {
            return HTTPResponse(status: 304, headers: headers)
        }
        return HTTPResponse(status: 200, headers: headers, body: .file(path: path))
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}

/// Content types by file name.
package enum ContentType {
    package static func of(_ path: String) -> String {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return binary }
        return types[asciiLowercased(String(path[path.utf8.index(after: dot)...]))] ?? binary
    }

    private static let binary = "application/octet-stream"

    private static let types: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "map": "application/json",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8", "md": "text/plain; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "avif": "image/avif", "ico": "image/x-icon", "woff": "font/woff", "woff2": "font/woff2",
        "wasm": "application/wasm", "pdf": "application/pdf", "mp3": "audio/mpeg", "ogg": "audio/ogg", "mp4": "video/mp4",
        "webm": "video/webm",
    ]
}
