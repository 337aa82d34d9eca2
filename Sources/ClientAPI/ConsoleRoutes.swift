import Apps
import HTTPServer
import Messaging
import Model
import Operations

/// What operators see of the server, its apps and their publishers, and what they decide. Releases have a file of their own.
extension ClientAPI {
    static let consoleRoutes: [Route] =
        reviewRoutes + [
            Route(.get, "/v1/console/health", .operator { try await $0.consoleHealth($2) }),
            Route(.get, "/v1/console/apps", .operator { try await $0.consoleApps($2) }),
            Route(.post, "/v1/console/apps/:name/takedown", .operator { try await $0.takeDown($1, $2) }),
            Route(.post, "/v1/console/apps/:name/takedown/answer", .operator { try await $0.answerAppeal($1, $2) }),
            Route(.put, "/v1/console/apps/:name/quotas", .operator { try await $0.setQuotas($1, $2) }),
            Route(.get, "/v1/console/apps/:name/dead", .operator { try await $0.deadLetters($1, $2) }),
            Route(
                .post, "/v1/console/apps/:name/dead/retry",
                .operator { api, request, actor in
                    try await api.deadWork(request) { try await api.console.retryDead($0, $1, by: actor) }
                }),
            Route(
                .post, "/v1/console/apps/:name/dead/drop",
                .operator { api, request, actor in
                    try await api.deadWork(request) { try await api.console.dropDead($0, $1, by: actor) }
                }),
            Route(.get, "/v1/console/publishers", .operator { try await $0.consolePublishers($2) }),
            Route(.put, "/v1/console/publishers/:name/verified", .operator { try await $0.setVerified($1, $2) }),
            Route(.put, "/v1/console/publishers/:name/keys/:key", .operator { try await $0.setKey($1, $2) }),
            Route(.post, "/v1/console/reports/:id", .operator { try await $0.answerReport($1, $2) }),
            Route(.get, "/v1/console/audit", .operator { try await $0.auditPage($1, $2) }),
        ]

    private func consoleHealth(_ actor: Actor) async throws -> HTTPResponse {
        let health = try await console.health(by: actor)
        return .json { writer in
            writer.openObject()
            writer.field("listening", health.listening)
            writer.field("uptime", health.uptime)
            writer.field("users", health.users)
            writer.field("apps", Int64(health.apps))
            writer.field("turns", health.turns)
            writer.field("queued", Int64(health.queued))
            writer.field("in_flight", Int64(health.inFlight))
            writer.field("waiting_conversations", Int64(health.waitingConversations))
            writer.field("dead_letters", health.deadLetters)
            writer.field("open_releases", health.openReleases)
            writer.field("open_reports", health.openReports)
            writer.field("database_bytes", health.databaseBytes)
            writer.closeObject()
        }
    }

    // MARK: Apps

    private func consoleApps(_ actor: Actor) async throws -> HTTPResponse {
        let apps = try await console.apps(by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("apps", apps) { $0.known($1) }
            writer.key("defaults")
            writer.quota(console.defaults)
            writer.closeObject()
        }
    }

    private struct Reason: Decodable {
        let reason: String
    }

    private func takeDown(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let reason = try request.body(Reason.self).reason
        try await publishing.takeDown(request.request.parameters[0], reason: reason, by: actor)
        return .noContent
    }

    private struct AppealAnswer: Decodable {
        let text: String
        let lift: Bool
    }

    private func answerAppeal(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let body = try request.body(AppealAnswer.self)
        try await publishing.answer(request.request.parameters[0], text: body.text, lifts: body.lift, by: actor)
        return .noContent
    }

    private struct Quotas: Decodable {
        let turns: Int64?
        let store: Int64?

        private enum CodingKeys: String, CodingKey {
            case turns = "turns_per_minute"
            case store = "store_mib"
        }
    }

    private func setQuotas(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let body = try request.body(Quotas.self)
        let quota = Quota(turnsPerMinute: body.turns, storeMiB: body.store)
        try await console.setQuota(quota, of: request.request.parameters[0], by: actor)
        return .noContent
    }

    /// The first of them: who works through them sees the others then. What was written is not shown.
    private func deadLetters(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let letters = try await console.dead(request.request.parameters[0], by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("dead", letters) { writer, letter in
                writer.openObject()
                writer.field("update", letter.update.id.value)
                writer.field("kind", letter.update.kind.name)
                writer.field("date", letter.update.date)
                writer.field("attempts", Int64(letter.update.attempts))
                writer.field("reason", letter.reason)
                writer.closeObject()
            }
            writer.closeObject()
        }
    }

    private struct DeadChoice: Decodable {
        let update: WireID?
    }

    private func deadWork(
        _ request: UserRequest, _ work: (String, [UpdateID]?) async throws -> Int
    ) async throws -> HTTPResponse {
        let ids = try request.body(DeadChoice.self).update.map { [UpdateID($0.value)] }
        let count = try await work(request.request.parameters[0], ids)
        return .json { writer in
            writer.openObject()
            writer.field("count", Int64(count))
            writer.closeObject()
        }
    }

    // MARK: Publishers, reports, the audit

    private func consolePublishers(_ actor: Actor) async throws -> HTTPResponse {
        let all = try await publishing.publishers(by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("publishers", all) { writer, known in
                writer.openObject()
                writer.field("name", known.publisher.name)
                writer.field("title", known.publisher.title)
                writer.field("verified", known.publisher.isVerified)
                writer.peopleAndKeys(known)
                writer.closeObject()
            }
            writer.closeObject()
        }
    }

    private struct Verified: Decodable {
        let verified: Bool
    }

    private func setVerified(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let isVerified = try request.body(Verified.self).verified
        try await publishing.setVerified(request.request.parameters[0], isVerified, by: actor)
        return .noContent
    }

    private struct KeyState: Decodable {
        let state: String
    }

    private func setKey(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let state = Publisher.KeyState(rawValue: try request.body(KeyState.self).state)
        guard let state, state != .waiting else {
            throw StoaError(.badRequest, "The field state must be \"active\" or \"revoked\".")
        }
        let key = try Self.publisherKey(request.request.parameters[1])
        try await publishing.set(key, to: state, of: request.request.parameters[0], by: actor)
        return .noContent
    }

    private struct ReportAnswer: Decodable {
        let answer: String
    }

    private func answerReport(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let id = ReportID(try request.request.id(0, "report"))
        try await console.answer(id, text: try request.body(ReportAnswer.self).answer, by: actor)
        return .noContent
    }

    private func auditPage(_ request: UserRequest, _ actor: Actor) async throws -> HTTPResponse {
        let before = try request.query("after", in: WireInteger.ids)
        let limit = 100
        let rows = try await console.auditEntries(before: before, limit: limit + 1, by: actor)
        return .json { writer in
            writer.openObject()
            writer.list("entries", rows.prefix(limit)) { writer, row in
                writer.openObject()
                writer.field("entry", row.seq)
                writer.field("date", row.date)
                writer.field("kind", row.entry.kind.rawValue)
                writer.field("by", row.entry.actor)
                writer.field("details", row.entry.details)
                writer.closeObject()
            }
            writer.field("next", rows.count > limit ? rows[limit - 1].seq : nil)
            writer.closeObject()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func known(_ known: Console.KnownApp) {
        let app = known.standing.app
        openObject()
        field("name", app.name)
        field("title", app.active.manifest.title)
        field("bot", app.account.value)
        field("publisher", app.publisher)
        standing(known.standing)
        field("dead_letters", known.deadLetters)
        field("store_bytes", known.storeBytes)
        key("quotas")
        quota(known.quota)
        closeObject()
    }

    fileprivate mutating func quota(_ quota: Quota) {
        openObject()
        field("turns_per_minute", quota.turnsPerMinute)
        field("store_mib", quota.storeMiB)
        closeObject()
    }
}
