import Apps
import Bridge
import HTTPServer
import Messaging
import Model
import Operations

/// What people do for the publishers that they belong to.
///
/// Operators act here as the people they are: what they may do as operators is in the console.
extension ClientAPI {
    static let publisherRoutes: [Route] = [
        Route(.get, "/v1/publishers", .user { try await $0.listMemberships($1) }),
        Route(.post, "/v1/publishers", .user { try await $0.foundPublisher($1) }),
        Route(.put, "/v1/publishers/:name/members/:user", .user { try await $0.setPublisherMember($1) }),
        Route(.delete, "/v1/publishers/:name/members/:user", .user { try await $0.removePublisherMember($1) }),
        Route(.post, "/v1/publishers/:name/keys", .user { try await $0.addKey($1) }),
        Route(.delete, "/v1/publishers/:name/keys/:key", .user { try await $0.revokeKey($1) }),
        Route(.post, "/v1/releases", .raw { $0.sendRelease($1) }),
        Route(.delete, "/v1/releases/:id", .user { try await $0.withdrawRelease($1) }),
        Route(.post, "/v1/apps/:name/rollback", .user { try await $0.rollBack($1) }),
        Route(.post, "/v1/apps/:name/appeal", .user { try await $0.appeal($1) }),
    ]

    private func listMemberships(_ request: UserRequest) async throws -> HTTPResponse {
        let memberships = try await publishing.memberships(of: request.account)
        return .json { writer in
            writer.openObject()
            writer.list("publishers", memberships) { $0.membership($1) }
            writer.closeObject()
        }
    }

    private struct NewPublisher: Decodable {
        let name: String
        let title: String
        let key: String?
    }

    private func foundPublisher(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewPublisher.self)
        try messaging.limits.take(request.account, in: nil)
        try await publishing.found(
            body.name, title: body.title, owner: request.account, key: try body.key.map(Self.publisherKey),
            by: .person(request.account))
        return .json(201) { writer in
            writer.openObject()
            writer.field("name", body.name)
            writer.field("title", body.title)
            writer.closeObject()
        }
    }

    private struct NewMember: Decodable {
        let role: String
    }

    private func setPublisherMember(_ request: UserRequest) async throws -> HTTPResponse {
        guard let role = Publisher.Role(rawValue: try request.body(NewMember.self).role) else {
            throw StoaError(.badRequest, "The field role must be \"owner\" or \"developer\".")
        }
        return try await setMember(request, to: role)
    }

    private func removePublisherMember(_ request: UserRequest) async throws -> HTTPResponse {
        try await setMember(request, to: nil)
    }

    private func setMember(_ request: UserRequest, to role: Publisher.Role?) async throws -> HTTPResponse {
        try messaging.limits.take(request.account, in: nil)
        let parameters = request.request.parameters
        try await publishing.setMember(parameters[1], to: role, of: parameters[0], by: .person(request.account))
        return .noContent
    }

    private struct NewKey: Decodable {
        let key: String
    }

    private func addKey(_ request: UserRequest) async throws -> HTTPResponse {
        let key = try Self.publisherKey(try request.body(NewKey.self).key)
        try messaging.limits.take(request.account, in: nil)
        let state = try await publishing.add(key, to: request.request.parameters[0], by: .person(request.account))
        return .json(201) { writer in
            writer.openObject()
            writer.field("key", key.description)
            writer.field("state", state.rawValue)
            writer.closeObject()
        }
    }

    private func revokeKey(_ request: UserRequest) async throws -> HTTPResponse {
        try messaging.limits.take(request.account, in: nil)
        let key = try Self.publisherKey(request.request.parameters[1])
        try await publishing.set(key, to: .revoked, of: request.request.parameters[0], by: .person(request.account))
        return .noContent
    }

    static func publisherKey(_ text: String) throws -> PublisherKey {
        guard let key = PublisherKey(text) else {
            throw StoaError(.badRequest, "That is no key. \"stoa key show\" prints one: ed25519: and 43 characters.")
        }
        return key
    }

    private func sendRelease(_ head: HTTPRequest) -> HTTPRoute {
        guard let token = head.bearerToken else { return .respond(counted(HTTPResponse(Self.noToken))) }
        return .streamed(PackageSink(api: self, token: token, notes: head.first("notes") ?? ""))
    }

    private func withdrawRelease(_ request: UserRequest) async throws -> HTTPResponse {
        let id = ReleaseID(try request.request.id(0, "release"))
        try messaging.limits.take(request.account, in: nil)
        _ = try await publishing.withdraw(id, by: .person(request.account))
        return .noContent
    }

    /// An operator may do this too: going back is always safe.
    private func rollBack(_ request: UserRequest) async throws -> HTTPResponse {
        let actor = try await actor(request)
        try messaging.limits.take(request.account, in: nil)
        let deployed = try await publishing.rollBack(request.request.parameters[0], by: actor)
        return .json { writer in
            writer.openObject()
            writer.field("app", deployed.app.name)
            writer.field("version", deployed.version.version)
            writer.closeObject()
        }
    }

    private struct Appeal: Decodable {
        let text: String
    }

    private func appeal(_ request: UserRequest) async throws -> HTTPResponse {
        let text = try request.body(Appeal.self).text
        try messaging.limits.take(request.account, in: nil)
        try await publishing.appeal(request.request.parameters[0], text: text, by: .person(request.account))
        return .noContent
    }
}

extension JSONWriter {
    fileprivate mutating func membership(_ membership: Publishing.Membership) {
        let publisher = membership.known.publisher
        openObject()
        field("name", publisher.name)
        field("title", publisher.title)
        field("verified", publisher.isVerified)
        field("role", membership.role.rawValue)
        peopleAndKeys(membership.known)
        list("apps", membership.apps) { writer, app in
            writer.openObject()
            writer.field("name", app.standing.app.name)
            writer.field("title", app.standing.app.active.manifest.title)
            writer.standing(app.standing)
            writer.list("releases", app.releases) { $0.release($1) }
            writer.closeObject()
        }
        closeObject()
    }
}
