import Apps
import HTTPServer
import Messaging
import Model
import Operations
import Permissions

/// The apps that people can use: finding them, reading about them, saying what one thinks of them.
extension ClientAPI {
    static let catalogueRoutes: [Route] = [
        Route(.get, "/v1/catalogue", .user { try await $0.searchCatalogue($1) }),
        Route(.get, "/v1/catalogue/:name", .user { try await $0.cataloguePage($1) }),
        Route(.get, "/v1/catalogue/:name/pictures/:number", .open { try await $0.picture($1) }),
        Route(.get, "/v1/apps/:name/assets/:file", .open { try await $0.asset($1) }),
        Route(.get, "/v1/apps/:name/assets/:folder/:file", .open { try await $0.asset($1) }),
        Route(.put, "/v1/catalogue/:name/rating", .user { try await $0.rate($1) }),
        Route(.delete, "/v1/catalogue/:name/rating", .user { try await $0.removeRating($1) }),
        Route(.post, "/v1/catalogue/:name/reports", .user { try await $0.report($1) }),
    ]

    private func searchCatalogue(_ request: UserRequest) async throws -> HTTPResponse {
        let http = request.request.http
        let category = try http.first("category").map { name in
            guard let category = Manifest.Category(rawValue: name) else {
                let all = Manifest.Category.allCases.map(\.rawValue).joined(separator: ", ")
                throw StoaError(.badRequest, "The query's category must be one of \(all).")
            }
            return category
        }
        let found = try await storefront.search(http.first("q") ?? "", category: category)
        return .json { writer in
            writer.openObject()
            writer.list("apps", found.entries) { writer, entry in
                writer.openObject()
                writer.cardMembers(entry)
                writer.closeObject()
            }
            writer.list("categories", found.categories) { writer, category in
                writer.openObject()
                writer.field("name", category.category.rawValue)
                writer.field("count", Int64(category.count))
                writer.closeObject()
            }
            writer.field("near", found.near)
            writer.closeObject()
        }
    }

    private func cataloguePage(_ request: UserRequest) async throws -> HTTPResponse {
        let page = try await storefront.page(request.request.parameters[0], for: request.account)
        return .json { $0.page(page, request.language) }
    }

    /// For anybody, so that pages can show it as any other picture.
    private func picture(_ request: APIRequest) async throws -> HTTPResponse {
        guard let number = WireInteger.parse(request.parameters[1], in: 0...99) else {
            throw StoaError(.badRequest, "The number in the path must be that of a picture, counted from 0.")
        }
        let known = Self.known(to: request)
        let (tag, picture) = try await storefront.picture(Int(number), of: request.parameters[0], unless: known)
        return Self.response(tag, picture)
    }

    /// For anybody, as the pictures of the catalogue: what a page shows.
    private func asset(_ request: APIRequest) async throws -> HTTPResponse {
        let path = request.parameters.dropFirst().joined(separator: "/")
        let (tag, picture) = try await storefront.asset(path, of: request.parameters[0], unless: Self.known(to: request))
        return Self.response(tag, picture)
    }

    /// Tags that the asker has.
    private static func known(to request: APIRequest) -> @Sendable (String) -> Bool {
        let known = request.http.headers.list("if-none-match")
        return { tag in known.contains { $0 == "\"\(tag)\"" || $0 == "W/\"\(tag)\"" } }
    }

    private static func response(_ tag: String, _ picture: Storefront.Picture?) -> HTTPResponse {
        var headers = [("ETag", "\"\(tag)\""), ("Cache-Control", "public, max-age=300")]
        guard let picture else { return HTTPResponse(status: 304, headers: headers) }
        headers += [
            ("Content-Type", picture.type.rawValue), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ]
        return HTTPResponse(status: 200, headers: headers, body: .bytes(picture.content))
    }

    private struct NewRating: Decodable {
        let stars: Int64
        let text: String?
    }

    private func rate(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewRating.self)
        try messaging.limits.take(request.account, in: nil)
        try await storefront.rate(
            request.request.parameters[0], stars: body.stars, text: body.text ?? "", by: request.account)
        return .noContent
    }

    private func removeRating(_ request: UserRequest) async throws -> HTTPResponse {
        try messaging.limits.take(request.account, in: nil)
        try await storefront.removeRating(of: request.request.parameters[0], by: request.account)
        return .noContent
    }

    private struct NewReport: Decodable {
        let reason: String
    }

    private func report(_ request: UserRequest) async throws -> HTTPResponse {
        let reason = try request.body(NewReport.self).reason
        try messaging.limits.take(request.account, in: nil)
        let id = try await storefront.report(request.request.parameters[0], reason: reason, by: request.account)
        return .json(201) { writer in
            writer.openObject()
            writer.field("id", id.value)
            writer.closeObject()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func cardMembers(_ entry: Catalogue.Entry) {
        let (app, manifest) = (entry.app, entry.app.active.manifest)
        field("bot", app.account.value)
        field("name", app.name)
        field("title", manifest.title)
        field("description", manifest.description)
        field("category", manifest.category.rawValue)
        field("kind", manifest.kind.rawValue)
        field("web", manifest.web != nil)
        key("publisher")
        label(entry.publisher)
        field("version", app.active.version)
        key("rating")
        openObject()
        key("average")
        if let average = entry.rating.average { number(average) } else { null() }
        field("count", entry.rating.count)
        closeObject()
        list("pictures", manifest.pictures.indices) { $0.string("/v1/catalogue/\(app.name)/pictures/\($1)") }
    }

    fileprivate mutating func page(_ page: Storefront.Page, _ language: Language) {
        let app = page.entry.app
        openObject()
        cardMembers(page.entry)
        list("capabilities", app.active.manifest.capabilities) { $0.capability($1, language) }
        list("origins", app.active.manifest.web?.reached ?? []) { $0.string($1) }
        list("commands", app.active.manifest.commands) { writer, command in
            writer.openObject()
            writer.field("name", command.name)
            writer.field("description", command.description)
            writer.closeObject()
        }
        list("versions", page.versions) { writer, version in
            writer.openObject()
            writer.field("version", version.version.version)
            writer.field("date", version.liveAt)
            writer.field("notes", version.notes)
            writer.field("current", version.version.id == app.active.id)
            writer.closeObject()
        }
        field("retention_days", app.active.manifest.retentionDays.map { Int64($0) })
        field("may_rate", page.mayRate)
        key("my_rating")
        if let mine = page.mine {
            openObject()
            field("stars", mine.stars)
            field("text", mine.text)
            closeObject()
        } else {
            null()
        }
        list("ratings", page.ratings) { writer, given in
            writer.openObject()
            writer.field("by", given.by)
            writer.field("stars", given.rating.stars)
            writer.field("text", given.rating.text)
            writer.field("date", given.rating.date)
            writer.closeObject()
        }
        closeObject()
    }

    private mutating func capability(_ request: Manifest.Request, _ language: Language) {
        let capability = CapabilityRegistry.capability(request.name)
        openObject()
        field("name", request.name.rawValue)
        field("class", capability.class.rawValue)
        field("does", capability.does(in: language))
        field("discloses", capability.discloses(in: language))
        field("reason", request.reason)
        list("hosts", request.hosts) { $0.string($1.description) }
        list("apps", request.apps) { $0.string($1) }
        closeObject()
    }
}
