import Apps
import Bridge
import Database
import HTTPServer
import Identity
import Messaging
import Model
import Runtime

/// All that is known here about a person, for that person.
extension ClientAPI {
    static let exportRoutes: [Route] = [Route(.get, "/v1/export", .user { try await $0.export($1) })]

    private func export(_ request: UserRequest) async throws -> HTTPResponse {
        let me = request.account
        try messaging.limits.take(me, in: nil)
        let response = try await database.read { [messaging] tx -> HTTPResponse in
            let attributes = try Attributes.Name.allCases.compactMap { name in
                try Attributes.value(name, of: me.id, in: tx).map { (name.rawValue, $0) }
            }
            let grants = try Grants.all(of: me.id, limit: .max, in: tx)
            let uses = try Self.uses(of: me.id, in: tx)
            let kept = try KeptValues.all(of: me.id, messaging, in: tx)
            let apps = try Self.apps(of: grants.map(\.bot) + uses.compactMap(\.entry.bot), in: tx)
            return .json { writer in
                writer.openObject()
                writer.key("user")
                writer.user(me)
                writer.list("attributes", attributes) { writer, attribute in
                    writer.openObject()
                    writer.field("name", attribute.0)
                    writer.field("value", attribute.1)
                    writer.closeObject()
                }
                writer.list("grants", grants) { $0.grant($1, app: apps[$1.bot]) }
                writer.list("uses", uses) { $0.use($1, app: $1.entry.bot.flatMap { apps[$0] }) }
                writer.list("apps", kept) { $0.kept($1) }
                writer.closeObject()
            }
        }
        var file = response
        file.headers.append(("Content-Disposition", ContentDisposition.value("attachment", fileName: "stoa-\(me.name).json")))
        return file
    }

    private static func uses(of person: AccountID, in tx: ReadTransaction) throws -> [Audit.Row] {
        var rows: [Audit.Row] = []
        while true {
            let page = try Audit.rows(after: rows.last?.seq ?? 0, limit: 1000, of: person, in: tx)
            rows += page
            if page.count < 1000 { return rows }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func kept(_ kept: KeptValues) {
        openObject()
        app(kept.app)
        list("values", kept.values) { writer, value in
            writer.openObject()
            writer.field("scope", value.scope == .user ? "user" : "chat")
            writer.field("key", value.key)
            writer.key("value")
            writer.raw(value.json)
            writer.closeObject()
        }
        closeObject()
    }
}
