import Apps
import Bridge
import Database
import HTTPServer
import Messaging
import Model
import Permissions

/// What people are asked for by apps, what they have agreed to, and what was done with it.
extension ClientAPI {
    static let consentRoutes: [Route] = [
        Route(.get, "/v1/consents", .user { try await $0.listConsents($1) }),
        Route(.post, "/v1/consents/:id", .user { try await $0.answerConsent($1) }),
        Route(.get, "/v1/grants", .user { try await $0.listGrants($1) }),
        Route(.delete, "/v1/grants/:id", .user { try await $0.takeBackGrant($1) }),
        Route(.delete, "/v1/bots/:id/data", .user { try await $0.forgetMe($1) }),
        Route(.get, "/v1/uses", .user { try await $0.listUses($1) }),
    ]

    private func listConsents(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account.id
        let sheets = try await database.read { [consents] in try consents.open(of: me, in: $0) }
        return .json { writer in
            writer.openObject()
            writer.key("consents")
            writer.openArray()
            for sheet in sheets {
                writer.element()
                writer.sheet(sheet)
            }
            writer.closeArray()
            writer.closeObject()
        }
    }

    private struct Answer: Decodable {
        let answer: String
        let `for`: String?
        let shown: String?
    }

    private func answerConsent(_ request: UserRequest) async throws -> HTTPResponse {
        let id = ConsentID(try request.request.id(0, "consent"))
        let body = try request.body(Answer.self)
        let me = request.account.id
        let term: GrantTerm?
        switch body.answer {
        case "refuse": term = nil
        case "grant":
            guard let known = GrantTerm(rawValue: body.for ?? "") else {
                let all = GrantTerm.allCases.map(\.rawValue).joined(separator: ", ")
                throw StoaError(.badRequest, "\"for\" must be one of \(all).")
            }
            term = known
        default: throw StoaError(.badRequest, "\"answer\" must be grant or refuse.")
        }
        try await database.write { [consents] in try consents.answer(id, by: me, term: term, shown: body.shown, in: $0) }
        return HTTPResponse(status: 204)
    }

    private func listGrants(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account.id
        let (grants, names) = try await database.read { tx in
            let grants = try Grants.all(of: me, in: tx)
            return (grants, try Self.apps(of: grants.map(\.bot), in: tx))
        }
        return .json { writer in
            writer.openObject()
            writer.key("grants")
            writer.openArray()
            for held in grants {
                writer.element()
                writer.grant(held, app: names[held.bot])
            }
            writer.closeArray()
            writer.closeObject()
        }
    }

    private func takeBackGrant(_ request: UserRequest) async throws -> HTTPResponse {
        let id = GrantID(try request.request.id(0, "grant"))
        let me = request.account
        try await database.write { [consents] in try consents.takeBack(id, by: me, in: $0) }
        return HTTPResponse(status: 204)
    }

    private func forgetMe(_ request: UserRequest) async throws -> HTTPResponse {
        let bot = AccountID(try request.request.id(0, "bot"))
        try messaging.limits.take(request.account, in: nil)
        try await forget(request.account, bot)
        return HTTPResponse(status: 204)
    }

    /// The audit's entries about the person, newest last.
    private func listUses(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account.id
        let after = try request.query("after", in: 0...Int64.max) ?? 0
        let (rows, names) = try await database.read { tx in
            let rows = try Audit.rows(after: after, limit: 200, of: me, in: tx)
            return (rows, try Self.apps(of: rows.compactMap(\.entry.bot), in: tx))
        }
        return .json { writer in
            writer.openObject()
            writer.key("uses")
            writer.openArray()
            for row in rows {
                writer.element()
                writer.use(row, app: row.entry.bot.flatMap { names[$0] })
            }
            writer.closeArray()
            writer.closeObject()
        }
    }

    private static func apps(of bots: [AccountID], in tx: ReadTransaction) throws -> [AccountID: App] {
        var apps: [AccountID: App] = [:]
        for bot in Set(bots) { apps[bot] = try AppStore.app(account: bot, in: tx) }
        return apps
    }
}

extension JSONWriter {
    fileprivate mutating func app(_ app: App?) {
        key("app")
        guard let app else { return null() }
        openObject()
        field("id", app.account.value)
        field("name", app.name)
        field("title", app.active.manifest.title)
        field("publisher", app.publisher)
        closeObject()
    }

    fileprivate mutating func sheet(_ sheet: ConsentDesk.Sheet) {
        openObject()
        field("id", sheet.consent.id.value)
        app(sheet.app)
        field("chat", sheet.consent.chat?.value)
        field("capability", sheet.capability.name.rawValue)
        field("detail", sheet.consent.detail)
        field("does", sheet.capability.does)
        field("discloses", sheet.capability.discloses)
        field("reason", sheet.reason)
        field("answer", sheet.discloses)
        key("terms")
        openArray()
        for term in sheet.terms {
            element()
            string(term.rawValue)
        }
        closeArray()
        field("asked_at", sheet.consent.askedAt)
        closeObject()
    }

    fileprivate mutating func grant(_ held: Grants.Held, app: App?) {
        openObject()
        field("id", held.grant.id)
        self.app(app)
        field("capability", held.grant.capability.rawValue)
        field("detail", held.grant.detail)
        field("chat", held.grant.chat)
        field("for", held.term.rawValue)
        field("begin", held.grant.begin)
        field("until", held.grant.until)
        field("end", held.grant.end)
        closeObject()
    }

    fileprivate mutating func use(_ row: Audit.Row, app: App?) {
        openObject()
        field("entry", row.seq)
        field("date", row.date)
        field("kind", row.entry.kind.rawValue)
        field("by", row.entry.actor)
        self.app(app)
        field("chat", row.entry.chat?.value)
        field("details", row.entry.details)
        closeObject()
    }

}
