import Glibc
import Testing

@testable import HTTPServer

struct StaticFilesTests {
    /// A folder with files, a link out of it, and a secret beside it.
    final class Folder: Sendable {
        let path: String

        init() throws {
            var template = Array("/tmp/static-XXXXXX".utf8CString)
            guard let made = mkdtemp(&template) else { throw ClientError("mkdtemp") }
            path = String(cString: made)
            mkdir(path + "/root", 0o755)
            mkdir(path + "/root/sub", 0o755)
            mkdir(path + "/rootless", 0o755)
            for (name, text) in [
                ("root/index.html", "<p>index"), ("root/sub/app.js", "let a = 1"), ("root/.hidden", "secret"),
                ("root/a b.txt", "spaced"), ("secret.txt", "secret"), ("rootless/secret.txt", "secret"),
            ] {
                let file = fopen("\(path)/\(name)", "w")
                fputs(text, file)
                fclose(file)
            }
            symlink("../secret.txt", path + "/root/link.txt")
            symlink("../rootless", path + "/root/folder")
            symlink("sub/app.js", path + "/root/inner.js")
        }

        deinit {
            for name in [
                "root/index.html", "root/sub/app.js", "root/.hidden", "root/a b.txt", "root/link.txt", "root/folder",
                "root/inner.js", "rootless/secret.txt", "secret.txt",
            ] { unlink("\(path)/\(name)") }
            for name in ["root/sub", "root", "rootless", ""] { rmdir("\(path)/\(name)") }
        }
    }

    struct Handler: HTTPHandler {
        let files: StaticFiles

        func route(_ head: HTTPRequest) -> HTTPRoute {
            .respond(files.response(segments: head.pathSegments, request: head) ?? .text(404, "There is nothing here."))
        }
    }

    @Test func servesOnlyWhatIsInTheFolder() async throws {
        let folder = try Folder()
        try await withServer(Handler(files: StaticFiles(root: folder.path + "/root"))) { server in
            for (path, status) in [
                ("/", 200), ("/index.html", 200), ("/sub/app.js", 200), ("/inner.js", 200), ("/a%20b.txt", 200),
                ("/sub", 404), ("/sub/", 404), ("/none", 404), ("/.hidden", 404), ("/%2ehidden", 404), ("/link.txt", 404),
                ("/folder/secret.txt", 404), ("//index.html", 404), ("/sub%2fapp.js", 404), ("/..%2fsecret.txt", 404),
                ("/../secret.txt", 400), ("/%2e%2e/secret.txt", 400), ("/sub/..", 400), ("/.", 400),
            ] {
                let response = try TestClient(server).get(path)
                #expect(response.status == status, "\(path)")
                #expect(!response.text.contains("secret"))
            }
            _ = folder
        }
    }

    @Test func namesVersionsTypesAndPolicies() async throws {
        let folder = try Folder()
        try await withServer(Handler(files: StaticFiles(root: folder.path + "/root"))) { server in
            let client = try TestClient(server)
            let page = try client.get("/")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["content-security-policy"]?.contains("default-src 'self'") == true)
            let tag = try #require(page.headers["etag"])
            let unchanged = try client.get("/", headers: "If-None-Match: \"x\", \(tag)\r\n")
            #expect(unchanged.status == 304)
            #expect(unchanged.headers["content-length"] == nil)
            #expect(try client.get("/", headers: "If-None-Match: \"x\"\r\n").status == 200)
            let script = try client.get("/sub/app.js")
            #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
            #expect(script.text == "let a = 1")
            _ = folder
        }
    }

    @Test(arguments: [
        ("bytes=0-3", 206, "<p>i", "bytes 0-3/8"), ("bytes=3-", 206, "index", "bytes 3-7/8"),
        ("bytes=-2", 206, "ex", "bytes 6-7/8"), ("bytes=0-99", 206, "<p>index", "bytes 0-7/8"),
        ("bytes=8-", 416, "", "bytes */8"), ("bytes=-0", 416, "", "bytes */8"), ("bytes=0-1,3-4", 200, "<p>index", ""),
        ("bytes=x", 200, "<p>index", ""), ("lines=0-1", 200, "<p>index", ""), ("bytes=5-2", 200, "<p>index", ""),
    ])
    func servesOneRange(range: String, status: Int, body: String, contentRange: String) async throws {
        let folder = try Folder()
        try await withServer(Handler(files: StaticFiles(root: folder.path + "/root"))) { server in
            let response = try TestClient(server).get("/index.html", headers: "Range: \(range)\r\n")
            #expect(response.status == status)
            #expect(response.text == body)
            #expect(response.headers["content-range"] ?? "" == contentRange)
            _ = folder
        }
    }
}
