import Apps
import HTTPServer
import Model
import Operations

/// All that waits for an operator, and the decisions on releases.
extension ClientAPI {
    static let reviewRoutes: [Route] = [
        Route(.get, "/v1/console/releases", .operator { try await $0.reviewQueue($2) }),
        Route(.get, "/v1/console/releases/:id", .operator { try await $0.review($1, $2) }),
        Route(.get, "/v1/console/releases/:id/lines", .operator { try await $0.reviewLines($1, $2) }),
        Route(.post, "/v1/console/releases/:id/decision", .operator { try await $0.decide($1, $2) }),
        Route(.post, "/v1/console/releases/:id/trial", .operator { try await $0.tryOut($1, $2) }),
    ]

    private func reviewQueue(_ actor: Actor) async throws -> HTTPResponse {
        let queue = try await publishing.queue(by: actor)
        let reports = try await console.reports(by: actor)
        let keys = try await publishing.waitingKeys(by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("releases", queue.releases) { $0.release($1) }
            writer.list("appeals", queue.appeals) { $0.appeal($1.app, $1.takedown) }
            writer.list("reports", reports) { $0.report($1) }
            writer.list("keys", keys) { writer, waiting in
                writer.openObject()
                writer.field("publisher", waiting.publisher.name)
                writer.field("key", waiting.key.key.description)
                writer.field("by", waiting.key.addedBy)
                writer.field("date", waiting.key.addedAt)
                writer.closeObject()
            }
            writer.closeObject()
        }
    }

    private func review(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let review = try await publishing.review(try Self.release(request), by: actor)
        return .json { $0.review(review) }
    }

    private func reviewLines(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        guard let path = request.request.http.first("path") else {
            throw StoaError(.badRequest, "The query's path is missing. Name a file of the release.")
        }
        let lines = try await publishing.lines(of: path, in: try Self.release(request), by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("lines", lines) { $0.line($1) }
            writer.closeObject()
        }
    }

    private struct Decision: Decodable {
        let decision: String
        let percent: Int?
        let reason: String?
    }

    private func decide(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let id = try Self.release(request)
        let body = try request.body(Decision.self)
        let release: Release
        switch body.decision {
        case "admit":
            guard let percent = body.percent else {
                throw StoaError(.badRequest, "The field percent is missing. Say in how many of 100 chats it is to run.")
            }
            release = try await publishing.admit(id, percent: percent, by: actor)
        case "reject":
            guard let reason = body.reason else {
                throw StoaError(.badRequest, "The field reason is missing. Say why: the publisher reads it.")
            }
            release = try await publishing.reject(id, reason: reason, by: actor)
        default: throw StoaError(.badRequest, "The field decision must be \"admit\" or \"reject\".")
        }
        let entry = try await publishing.entry(of: release)
        return .json { $0.release(entry) }
    }

    private func tryOut(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let chat = try await publishing.tryOut(try Self.release(request), by: actor)
        return .json(201) { writer in
            writer.openObject()
            writer.field("chat", chat.value)
            writer.closeObject()
        }
    }

    private static func release(_ request: UserRequest) throws -> ReleaseID {
        ReleaseID(try request.request.id(0, "release"))
    }
}

extension JSONWriter {
    fileprivate mutating func appeal(_ app: App, _ takedown: Takedown) {
        openObject()
        field("app", app.name)
        field("title", app.active.manifest.title)
        field("publisher", app.publisher)
        field("reason", takedown.reason)
        field("date", takedown.at)
        field("appeal", takedown.appeal)
        field("appealed_by", takedown.appealedBy)
        closeObject()
    }

    fileprivate mutating func report(_ known: Console.KnownReport) {
        openObject()
        field("id", known.report.id.value)
        field("app", known.app.name)
        field("title", known.app.active.manifest.title)
        field("by", known.by)
        field("reason", known.report.reason)
        field("date", known.report.date)
        closeObject()
    }

    fileprivate mutating func review(_ review: Review) {
        openObject()
        key("release")
        release(review.entry)
        key("publisher")
        label(review.label)
        field("before", review.before?.version)
        list("statements", review.diff.statements) { writer, statement in
            writer.openObject()
            writer.field("what", statement.what)
            writer.field("before", statement.before)
            writer.field("now", statement.now)
            writer.closeObject()
        }
        list("files", review.diff.files) { writer, file in
            writer.openObject()
            writer.field("path", file.path)
            writer.field("change", file.change.rawValue)
            writer.field("size", Int64(file.size))
            writer.field("size_before", Int64(file.sizeBefore))
            writer.closeObject()
        }
        closeObject()
    }

    fileprivate mutating func line(_ line: PackageDiff.Line) {
        let (kind, text, count): (StaticString, String?, Int64?) =
            switch line {
            case .same(let text): ("same", text, nil)
            case .removed(let text): ("removed", text, nil)
            case .added(let text): ("added", text, nil)
            case .skipped(let count): ("skipped", nil, Int64(count))
            }
        openObject()
        field("kind", plain: kind)
        field("text", text)
        field("count", count)
        closeObject()
    }
}
