import Database
import HTTPServer
import Messaging
import Model

extension ClientAPI {
    static let fileRoutes: [Route] = [
        Route(.post, "/v1/files", .raw { $0.upload($1) }),
        Route(.get, "/v1/files/:id", .user { try await $0.download($1) }),
    ]

    private func upload(_ head: HTTPRequest) -> HTTPRoute {
        guard let token = head.bearerToken else { return .respond(counted(HTTPResponse(Self.noToken))) }
        return .streamed(UploadSink(api: self, token: token, contentType: head.headers.first("content-type")))
    }

    private func download(_ request: UserRequest) async throws -> HTTPResponse {
        let id = FileID(try request.request.id(0, "file"))
        let account = request.account.id
        let file = try await database.read { [messaging] tx in
            try messaging.readableFile(id, by: account, in: tx)
        }
        return HTTPResponse(
            status: 200,
            headers: [
                ("Content-Type", file.mime),
                ("Content-Disposition", Self.disposition(of: file)),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
                ("Cache-Control", "private, max-age=3600"),
                ("ETag", "\"\(file.digest)\""),
            ], body: .file(path: blobs.path(of: file.digest)))
    }

    /// Only what was recognised as a picture is shown in place; all else is saved, whatever it claims to be.
    private static func disposition(of file: StoredFile) -> String {
        ContentDisposition.value(file.isPhoto ? "inline" : "attachment", fileName: file.name)
    }
}

/// RFC 6266: a plain name for old readers, the real one in RFC 8187's encoding.
enum ContentDisposition {
    static func value(_ kind: String, fileName: String) -> String {
        let plain = fileName.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7F && !"\"\\%".unicodeScalars.contains(scalar)
                ? Character(scalar) : "_"
        }
        return "\(kind); filename=\"\(String(plain))\"; filename*=UTF-8''\(PercentCoding.encode(fileName))"
    }
}
