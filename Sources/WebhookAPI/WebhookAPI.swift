package import Apps
package import Database
package import HTTPServer
package import Messaging
import Model
import Sandbox

/// The front door of other services: `POST /hooks/APP/PATH`. What is signed as the app's manifest says becomes an update.
package struct WebhookAPI: HTTPHandler {
    /// Largest body in bytes: it crosses the bridge as one value.
    private static let maxBody = 512 << 10
    /// Requests of one app that may wait in its inbox.
    private static let maxWaiting: Int64 = 10_000

    private let database: Database
    private let messaging: Messaging
    private let secrets: Secrets
    private let apps: @Sendable () -> [App]
    private let provider: ProviderHook?
    private let log: @Sendable (String) -> Void

    /// - Parameter apps: those that are deployed now.
    package init(
        database: Database, messaging: Messaging, secrets: Secrets, apps: @escaping @Sendable () -> [App],
        provider: ProviderHook? = nil, log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.messaging = messaging
        self.secrets = secrets
        self.apps = apps
        self.provider = provider
        self.log = log
    }

    /// Whether a path belongs to this door.
    package static func owns(_ path: [String]) -> Bool { path.first == "hooks" || path == ["webhooks", "stripe"] }

    /// What a payment provider calls: gets the body and the signature, and throws ``StoaError`` for what is not the provider's.
    package typealias ProviderHook = @Sendable (_ body: [UInt8], _ signature: String?) async throws -> Void

    package func route(_ head: HTTPRequest) -> HTTPRoute {
        if head.pathSegments == ["webhooks", "stripe"] { return routeProvider(head) }
        guard head.pathSegments.count == 3,
            let app = apps().first(where: { $0.name.lowercased() == head.pathSegments[1].lowercased() }),
            let hook = app.active.manifest.inbound.first(where: { $0.path == head.pathSegments[2] })
        else {
            return .respond(.text(404, "There is no webhook here. See \"inbound\" in the app's manifest.\n"))
        }
        guard head.method == .post || head.method == .put else {
            var response = HTTPResponse.text(405, "Webhooks are called with POST.\n")
            response.headers.append(("Allow", "POST, PUT"))
            return .respond(response)
        }
        return .buffered(limit: Self.maxBody) { request, responder in receive(request, hook, of: app, responder) }
    }

    /// Answered only when what was told is stored: else the provider tells it again.
    private func routeProvider(_ head: HTTPRequest) -> HTTPRoute {
        guard let provider, head.method == .post else {
            return .respond(.text(404, "There is no webhook here, or it is called with POST.\n"))
        }
        return .buffered(limit: Self.maxBody) { [log] request, responder in
            Task {
                do {
                    try await provider(request.body, request.headers.first("stripe-signature"))
                    responder.send(.text(200, "Taken.\n"))
                } catch let error as StoaError where error.code == .webhookRefused {
                    responder.send(.text(400, "The request is not taken: \(error.message)\n"))
                } catch {
                    log("A webhook of the payment provider could not be stored: \(error)")
                    responder.send(.text(500, "The request could not be stored. Send it again.\n"))
                }
            }
        }
    }

    private func receive(_ request: HTTPRequest, _ hook: InboundHook, of app: App, _ responder: HTTPResponder) {
        let now = messaging.clock.now()
        database.write { [messaging, secrets] tx -> HTTPResponse in
            guard let secret = try secrets.value(hook.secret, of: app.account, in: tx) else {
                return .text(503, "The webhook is not set up yet: its secret is missing.\n")
            }
            let problem = hook.problem(body: request.body, key: secret.value, now: now / 1000) { request.headers.first($0) }
            if let problem { return .text(401, "The request is not taken: \(problem).\n") }
            let waiting = try tx.first(
                "SELECT count(*) FROM inbox WHERE bot_id = ? AND kind = ? AND dead_reason IS NULL", .int(app.account.value),
                .int(Update.Kind.webhook.rawValue)
            ) { try $0.int(0) }
            guard waiting ?? 0 < Self.maxWaiting else {
                return .text(429, "The app has too many requests waiting. Try again later.\n")
            }
            try messaging.enqueue(
                [
                    Update(
                        id: UpdateID(messaging.ids.next()), bot: app.account, kind: .webhook, chat: nil, person: nil,
                        payload: Self.payload(request, hook), date: now)
                ], in: tx)
            return .text(202, "Taken.\n")
        } completion: { [log] result in
            switch result {
            case .success(let response): responder.send(response)
            case .failure(let error):
                log("A webhook of \(app.name) could not be stored: \(error)")
                responder.send(.text(500, "The request could not be stored. Send it again.\n"))
            }
        }
    }

    /// What Lua gets, without the headers that carry the proof or the way here.
    private static func payload(_ request: HTTPRequest, _ hook: InboundHook) -> [UInt8] {
        let hidden: Set<String> = ["authorization", "cookie", "connection", "host", "content-length", "transfer-encoding"]
        var headers = BridgeMap()
        for (name, value) in request.headers where !hidden.contains(name) && headers[name] == nil {
            headers[name] = .string(value)
        }
        var query = BridgeMap()
        for (name, value) in request.query where query[name] == nil { query[name] = .string(value) }
        let body = String(validating: request.body, as: UTF8.self).map { BridgeValue.string($0) } ?? .bytes(request.body)
        return BridgeValue.array([
            [
                "path": .string(hook.path), "method": .string(request.method.rawValue), "headers": .map(headers),
                "query": .map(query), "body": body,
            ]
        ]).encoded
    }
}
