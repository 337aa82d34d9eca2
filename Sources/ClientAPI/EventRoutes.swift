import Database
import HTTPServer
import Messaging
import Model

extension ClientAPI {
    static let eventRoutes: [Route] = [
        Route(.get, "/v1/events", .user { try await $0.events($1) }),
        Route(.get, "/v1/stream", .raw { $0.stream($1) }),
    ]

    /// An answer ends early once it has this many bytes: the client goes on from the last it got.
    private static let eventBytes = 2 << 20

    private func events(_ request: UserRequest) async throws -> HTTPResponse {
        let after = try request.query("after", in: 0...WireInteger.largest) ?? 0
        let limit = Int(try request.query("limit", in: 0...1000) ?? 100)
        let account = request.account.id
        let json = try await database.read { [messaging] tx in
            var writer = JSONWriter()
            writer.openObject()
            writer.key("events")
            writer.openArray()
            let events = limit == 0 ? [] : try messaging.events(of: account, after: after, limit: limit, in: tx)
            for event in events {
                guard writer.bytes.count < Self.eventBytes else { break }
                writer.element()
                try writer.event(event, for: account, messaging: messaging, tx: tx)
            }
            writer.closeArray()
            writer.field("last", try messaging.lastSeq(of: account, in: tx))
            writer.closeObject()
            return writer.bytes
        }
        return .json(200, json)
    }

    /// Switches to the event stream. A token that is wrong is answered there, with close code 4401: of a handshake that
    /// failed, a browser tells its page nothing.
    private func stream(_ head: HTTPRequest) -> HTTPRoute {
        let protocols = head.webSocketProtocols
        let offered = protocols.first { $0.hasPrefix("bearer.") }
        guard let token = head.bearerToken ?? offered.map({ String($0.dropFirst("bearer.".count)) }) else {
            return .respond(counted(HTTPResponse(Self.noToken)))
        }
        let after: Int64?
        do {
            after = try APIRequest(http: head, parameters: []).query("after", in: 0...WireInteger.largest)
        } catch {
            return .respond(counted(HTTPResponse(errors.translate(error, doing: "an event stream"))))
        }
        // A browser that offered subprotocols insists on one of them.
        let chosen = protocols.contains("stoa.v1") ? "stoa.v1" : offered
        return .webSocket(subprotocol: chosen, Stream(api: self, token: token, after: after))
    }
}
