import Database
import HTTPServer
import Model

extension ClientAPI {
    static let healthRoutes: [Route] = [
        Route(.get, "/healthz", .open { _, _ in status("ok") }),
        Route(.get, "/readyz", .open { api, _ in try await api.ready() }),
        Route(.get, "/metrics", .open { api, _ in api.metricsPage() }),
    ]

    private static func status(_ word: StaticString) -> HTTPResponse {
        .json { writer in
            writer.openObject()
            writer.field("status", plain: word)
            writer.closeObject()
        }
    }

    /// Ready means: the database answers.
    private func ready() async throws -> HTTPResponse {
        do {
            _ = try await database.read { tx in try tx.first("SELECT 1") { try $0.int(0) } }
        } catch {
            _ = errors.translate(error, doing: "/readyz")
            throw StoaError(.unavailable, "The database does not answer.", retryAfter: 1000)
        }
        return Self.status("ready")
    }

    private func metricsPage() -> HTTPResponse {
        var text = MetricsText()
        metrics(&text)
        return HTTPResponse(
            status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(text.bytes))
    }
}
