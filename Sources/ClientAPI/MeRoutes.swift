import Database
import HTTPServer
import Identity
import Messaging
import Model
import Operations

/// People's own settings, and the addresses that they have shown to be theirs.
extension ClientAPI {
    static let meRoutes: [Route] = [
        Route(.get, "/v1/me", .user { try await $0.me($1) }),
        Route(.patch, "/v1/me", .user { try await $0.changeMe($1) }),
        Route(.get, "/v1/me/attributes", .user { try await $0.listAttributes($1) }),
        Route(.delete, "/v1/me/attributes/:name", .user { try await $0.removeAttribute($1) }),
        Route(.post, "/v1/me/contacts", .user { try await $0.askForCode($1) }),
        Route(.post, "/v1/me/contacts/confirm", .user { try await $0.confirmContact($1) }),
    ]

    private func me(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account
        return try await database.read { try Self.me(me, in: $0) }
    }

    private static func me(_ account: Account, in tx: ReadTransaction) throws -> HTTPResponse {
        let profile = try Profiles.of(account.id, in: tx)
        let isOperator = try Operators.contains(account.id, in: tx)
        return .json { writer in
            writer.openObject()
            writer.userMembers(account)
            writer.field("operator", isOperator)
            writer.field("language", profile.language?.rawValue)
            writer.field("picture", profile.picture?.value)
            writer.closeObject()
        }
    }

    /// A member that is left out stays as it is; null clears what may be empty.
    private struct Settings: Decodable {
        let display: String?
        let language: String??
        let picture: Int64??

        private enum CodingKeys: CodingKey { case display, language, picture }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            display = members.contains(.display) ? try members.decode(String.self, forKey: .display) : nil
            language = try Self.change(of: .language, in: members)
            picture = try Self.change(of: .picture, in: members)
        }

        private static func change<Value: Decodable>(
            of key: CodingKeys, in members: KeyedDecodingContainer<CodingKeys>
        ) throws -> Value?? {
            guard members.contains(key) else { return nil }
            return .some(try members.decodeNil(forKey: key) ? nil : try members.decode(Value.self, forKey: key))
        }

        func languageValue() throws -> Language?? {
            guard let language else { return nil }
            guard let language else { return .some(nil) }
            guard let known = Language(rawValue: language) else {
                throw StoaError(.badRequest, "The field language must be \"en\", \"ru\" or null.")
            }
            return .some(known)
        }
    }

    private func changeMe(_ request: UserRequest) async throws -> HTTPResponse {
        let settings = try request.body(Settings.self)
        let language = try settings.languageValue()
        let me = request.account
        try messaging.limits.take(me, in: nil)
        let (account, response) = try await database.write { [messaging] tx in
            var profile = try Profiles.of(me.id, in: tx)
            if let language { profile.language = language }
            if let picture = settings.picture {
                profile.picture = try picture.map { try messaging.ownPicture(FileID($0), of: me.id, in: tx).id }
            }
            try Profiles.set(profile, of: me.id, in: tx)
            if let display = settings.display { try messaging.setDisplay(display, of: me.id, in: tx) }
            let account = try messaging.account(me.id, in: tx) ?? me
            return (account, try Self.me(account, in: tx))
        }
        if account != me { accountChanged(account) }
        return response
    }

    // MARK: What is verified

    private func listAttributes(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account.id
        let known = try await database.read { try Attributes.all(of: me, in: $0) }
        return .json { writer in
            writer.openObject()
            writer.list("attributes", known) { writer, attribute in
                writer.openObject()
                writer.field("name", attribute.name.rawValue)
                writer.field("value", attribute.value)
                writer.field("verified", attribute.verifiedAt)
                writer.field("by", attribute.by.rawValue)
                writer.closeObject()
            }
            writer.closeObject()
        }
    }

    private func removeAttribute(_ request: UserRequest) async throws -> HTTPResponse {
        guard let name = Attributes.Name(rawValue: request.request.parameters[0]) else {
            throw StoaError(.notFound, "There is no such attribute. There are email and phone to remove.")
        }
        try messaging.limits.take(request.account, in: nil)
        try await contacts.remove(name, of: request.account)
        return .noContent
    }

    private struct NewContact: Decodable {
        let kind: String
        let value: String
    }

    private func askForCode(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewContact.self)
        let kind = try Self.contactKind(body.kind)
        try messaging.limits.take(request.account, in: nil)
        let expires = try await contacts.ask(kind, body.value, by: request.account)
        return .json(202) { writer in
            writer.openObject()
            writer.field("kind", kind.rawValue)
            writer.field("value", body.value)
            writer.field("expires", expires)
            writer.closeObject()
        }
    }

    private struct Confirmation: Decodable {
        let kind: String
        let code: String
    }

    private func confirmContact(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(Confirmation.self)
        let kind = try Self.contactKind(body.kind)
        try messaging.limits.take(request.account, in: nil)
        try await contacts.confirm(kind, code: body.code, by: request.account)
        return .noContent
    }

    private static func contactKind(_ text: String) throws -> ContactKind {
        guard let kind = ContactKind(rawValue: text) else {
            throw StoaError(.badRequest, "The field kind must be \"email\" or \"phone\".")
        }
        return kind
    }
}
