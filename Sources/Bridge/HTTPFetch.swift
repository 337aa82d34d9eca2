package import Apps
package import Database
package import HTTPClient
import Model
import Permissions
package import Runtime
package import Sandbox

/// Makes the requests of `http.fetch`: only to servers that the app's manifest lists, with its secrets put in, which are taken
/// out of the answer again.
package struct HTTPFetch: Sendable {
    /// What one answer may bring: it crosses the bridge as one value.
    private static let maxResponseBytes = 768 << 10

    private let client: HTTPClient
    private let database: Database
    private let secrets: Secrets

    package init(client: HTTPClient, database: Database, secrets: Secrets) {
        self.client = client
        self.database = database
        self.secrets = secrets
    }

    /// A request ready to go, with who may be asked and what must not come back.
    private struct Prepared {
        let request: ClientRequest
        let hosts: [HostPattern]
        let app: String
        /// Values by the names of their secrets.
        let secrets: [(name: String, value: String)]
        /// The only servers that the secrets used may go to; nil when they may go to all.
        let secretHosts: Set<String>?
        /// Whom they go to: they do not follow a redirect elsewhere.
        let target: RequestTarget?
    }

    /// - Parameter completion: gets what Lua gets: the answer, or `{ error = … }`.
    package func send(_ entry: Outbox.Entry, completion: @escaping @Sendable (BridgeValue) -> Void) {
        database.read { [secrets] tx in
            try Self.prepare(entry, secrets, in: tx)
        } completion: { [client] result in
            switch result {
            case .failure(let error):
                completion(["error": .string((error as? StoaError)?.message ?? "The request could not be made.")])
            case .success(let prepared):
                client.send(prepared.request, permit: { Self.refusal($0, prepared) }) { result in
                    // No answer, but no failure either: the request stays in the outbox and is made after the next start.
                    if case .failure(let failure) = result, failure.kind == .shutdown { return }
                    completion(Self.answer(result, hiding: prepared.secrets))
                }
            }
        }
    }

    private static func prepare(_ entry: Outbox.Entry, _ secrets: Secrets, in tx: ReadTransaction) throws -> Prepared {
        guard let version = try AppStore.version(entry.version, in: tx) else {
            throw StoaError(.appNotFound, "The app is no longer there.")
        }
        let fields = Fields(call: "http.fetch", map: entry.request.mapValue ?? BridgeMap())
        var request = ClientRequest(method: try fields.string("method"), url: try fields.string("url"))
        request.timeoutMilliseconds = Int(min(max(try fields.int("timeout"), 1), 60_000))
        request.maxResponseBytes = maxResponseBytes
        request.body = fields["body"].bytesValue
        var used: [(name: String, value: String)] = []
        var secretHosts: Set<String>?
        for (name, value) in fields["headers"].mapValue?.entries ?? [] {
            guard let parts = value.arrayValue, !parts.isEmpty else {
                request.headers.append(.init(name, try text(value, fields)))
                continue
            }
            var whole = ""
            for part in parts {
                guard let secret = part["secret"]?.stringValue else {
                    whole += try text(part, fields)
                    continue
                }
                guard let found = try secrets.value(secret, of: entry.bot, in: tx) else {
                    throw StoaError(
                        .badRequest,
                        "The app has no secret \(secret). The operator sets it: stoa secret set \(version.manifest.name) \(secret)"
                    )
                }
                whole += found.value
                used.append((secret, found.value))
                if !found.hosts.isEmpty { secretHosts = secretHosts?.intersection(found.hosts) ?? Set(found.hosts) }
            }
            request.headers.append(.init(name, whole, isSecret: true))
        }
        func has(_ name: String) -> Bool { request.headers.contains { $0.name.lowercased() == name } }
        if let type = fields["content_type"].stringValue, !has("content-type") {
            request.headers.append(.init("Content-Type", type))
        }
        // The same however often the request is made (draft-ietf-httpapi-idempotency-key-header).
        if !has("idempotency-key") { request.headers.append(.init("Idempotency-Key", "\"stoa-\(entry.id)\"")) }
        let hosts = version.manifest.capabilities.first { $0.name == .httpFetch }?.hosts ?? []
        return Prepared(
            request: request, hosts: hosts, app: version.manifest.name, secrets: used, secretHosts: secretHosts,
            target: request.target)
    }

    private static func text(_ value: BridgeValue, _ fields: Fields) throws -> String {
        guard let text = value.stringValue else { throw fields.wrong("headers", "texts") }
        return text
    }

    private static func refusal(_ target: RequestTarget, _ prepared: Prepared) -> String? {
        guard prepared.hosts.contains(where: { $0.allows(scheme: target.scheme, host: target.host, port: target.port) })
        else {
            return
                "\(target.scheme)://\(target.host):\(target.port) is not among the \"hosts\" of http.fetch in the manifest of \(prepared.app)."
        }
        if let hosts = prepared.secretHosts, !hosts.contains(target.host), target == prepared.target {
            return "A secret of this request may not be sent to \(target.host)."
        }
        return nil
    }

    private static func answer(
        _ result: Result<ClientResponse, ClientFailure>, hiding secrets: [(name: String, value: String)]
    ) -> BridgeValue {
        switch result {
        case .failure(let failure): return ["error": .string(failure.message)]
        case .success(let response):
            var headers = BridgeMap()
            for (name, value) in response.headers {
                let value = hide(secrets, in: Array(value.utf8))
                let text = String(decoding: value, as: UTF8.self)
                headers[name] = .string(headers[name]?.stringValue.map { "\($0), \(text)" } ?? text)
            }
            let body = hide(secrets, in: response.body)
            return [
                "status": .int(Int64(response.status)), "headers": .map(headers), "url": .string(response.url),
                "body": String(validating: body, as: UTF8.self).map { .string($0) } ?? .bytes(body),
            ]
        }
    }

    /// A server that gives back what it was sent must not give Lua a secret.
    private static func hide(_ secrets: [(name: String, value: String)], in bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for secret in secrets {
            let value = Array(secret.value.utf8)
            bytes = bytes.split(separator: value, omittingEmptySubsequences: false).map { Array($0) }
                .joined(separator: Array("[secret \(secret.name)]".utf8)).map { $0 }
        }
        return bytes
    }
}
