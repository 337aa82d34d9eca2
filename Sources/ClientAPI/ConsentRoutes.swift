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
        Route(.get, "/v1/contacts", .user { try await $0.listContacts($1) }),
        Route(.get, "/v1/grants", .user { try await $0.listGrants($1) }),
        Route(.delete, "/v1/grants", .user { try await $0.takeAllBack($1) }),
        Route(.delete, "/v1/grants/:id", .user { try await $0.takeBackGrant($1) }),
        Route(.delete, "/v1/bots/:id/data", .user { try await $0.forgetMe($1) }),
        Route(.get, "/v1/uses", .user { try await $0.listUses($1) }),
    ]

    private func listConsents(_ request: UserRequest) async throws -> HTTPResponse {
        let (me, language) = (request.account.id, request.language)
        let sheets = try await database.read { [consents] in try consents.open(of: me, language: language, in: $0) }
        return .json { writer in
            writer.openObject()
            writer.list("consents", sheets) { $0.sheet($1, language) }
            writer.closeObject()
        }
    }

    private struct Answer: Decodable {
        let answer: String
        let `for`: String?
        let shown: String?
        let with: With?

        /// What the person picked.
        struct With: Decodable {
            let latitude: Double?
            let longitude: Double?
            let accuracy: Double?
            let files: [Int64]?
            let people: [String]?
        }
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
        try messaging.limits.take(request.account, in: nil)
        let reply = ConsentDesk.Reply(
            term, shown: body.shown, language: request.language, pick: try await pick(body.with, of: me))
        try await database.write { [consents] in try consents.answer(id, by: me, reply, in: $0) }
        return .noContent
    }

    /// Reads what the person picked before the transaction that needs it: files are read from the disk.
    private func pick(_ with: Answer.With?, of person: AccountID) async throws -> Disclosure.Pick? {
        guard let with else { return nil }
        if let names = with.people { return .people(names) }
        if let latitude = with.latitude, let longitude = with.longitude {
            return .location(latitude: latitude, longitude: longitude, accuracy: with.accuracy)
        }
        guard let ids = with.files else {
            throw StoaError(.badRequest, "\"with\" must have latitude and longitude, files, or people.")
        }
        guard ids.count <= 100 else { throw StoaError(.badRequest, "\"with.files\" has more than 100 entries.") }
        let files = try await database.read { [messaging, blobs] tx in
            let files = try ids.map { try messaging.readableFile(FileID($0), by: person, in: tx) }
            guard files.reduce(0, { $0 + $1.size }) <= Disclosure.mostFileBytes else {
                throw StoaError(
                    .tooLarge,
                    "The files have more than \(Disclosure.mostFileBytes >> 10) KiB together. Pick fewer or smaller ones.")
            }
            // Small, and a reader's thread may wait for the disk.
            return try files.map { (file: $0, content: try blobs.read($0.digest)) }
        }
        return .files(files)
    }

    private func listContacts(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account.id
        let people = try await database.read { [messaging] in try messaging.contacts(of: me, in: $0) }
        return .json { writer in
            writer.openObject()
            writer.list("people", people) { $0.user($1) }
            writer.closeObject()
        }
    }

    private func listGrants(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account.id
        let (grants, names) = try await database.read { tx in
            let grants = try Grants.all(of: me, in: tx)
            return (grants, try Self.apps(of: grants.map(\.bot), in: tx))
        }
        return .json { writer in
            writer.openObject()
            writer.list("grants", grants) { $0.grant($1, app: names[$1.bot]) }
            writer.closeObject()
        }
    }

    private func takeBackGrant(_ request: UserRequest) async throws -> HTTPResponse {
        let id = GrantID(try request.request.id(0, "grant"))
        let me = request.account
        try messaging.limits.take(me, in: nil)
        try await database.write { [consents] in try consents.takeBack(id, by: me, in: $0) }
        return .noContent
    }

    private func takeAllBack(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account
        try messaging.limits.take(me, in: nil)
        try await database.write { [consents] in try consents.takeAllBack(by: me, in: $0) }
        return .noContent
    }

    private func forgetMe(_ request: UserRequest) async throws -> HTTPResponse {
        let bot = AccountID(try request.request.id(0, "bot"))
        try messaging.limits.take(request.account, in: nil)
        try await forget(request.account, bot)
        return .noContent
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
            writer.list("uses", rows) { $0.use($1, app: $1.entry.bot.flatMap { names[$0] }) }
            writer.closeObject()
        }
    }

    static func apps(of bots: [AccountID], in tx: ReadTransaction) throws -> [AccountID: App] {
        var apps: [AccountID: App] = [:]
        for bot in Set(bots) { apps[bot] = try AppStore.app(account: bot, in: tx) }
        return apps
    }
}

extension JSONWriter {
    mutating func app(_ app: App?) {
        key("app")
        guard let app else { return null() }
        openObject()
        appMembers(app)
        closeObject()
    }

    private mutating func appMembers(_ app: App) {
        field("id", app.account.value)
        field("name", app.name)
        field("title", app.active.manifest.title)
        field("publisher", app.publisher)
    }

    fileprivate mutating func sheet(_ sheet: ConsentDesk.Sheet, _ language: Language) {
        openObject()
        field("id", sheet.consent.id.value)
        key("app")
        openObject()
        appMembers(sheet.app)
        field("publisher_title", sheet.publisher.title)
        field("verified", sheet.publisher.isVerified)
        closeObject()
        field("chat", sheet.consent.chat?.value)
        field("capability", sheet.capability.name.rawValue)
        field("detail", sheet.consent.detail)
        field("does", sheet.capability.does(in: language))
        field("discloses", sheet.capability.discloses(in: language))
        field("reason", sheet.reason)
        field("answer", sheet.discloses)
        key("input")
        if let input = sheet.capability.input {
            openObject()
            field("kind", input.rawValue)
            if let most = sheet.most { field("most", Int64(most)) }
            closeObject()
        } else {
            null()
        }
        list("terms", sheet.terms) { $0.string($1.rawValue) }
        field("asked_at", sheet.consent.askedAt)
        closeObject()
    }

    mutating func grant(_ held: Grants.Held, app: App?) {
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
        field("limit", held.grant.allowance.map { Int64($0.perDay) })
        field("uses", held.uses)
        closeObject()
    }

    mutating func use(_ row: Audit.Row, app: App?) {
        openObject()
        field("entry", row.seq)
        field("date", row.date)
        field("kind", row.entry.kind.rawValue)
        field("by", row.entry.actor)
        self.app(app)
        field("chat", row.entry.chat?.value)
        field("details", row.disclosed ?? row.entry.details)
        closeObject()
    }
}
