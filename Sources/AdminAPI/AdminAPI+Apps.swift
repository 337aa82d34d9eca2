import Apps
import Database
import Messaging
import Model
import Operations

/// An app's secrets and its dead letters.
extension AdminAPI {
    func setSecret(_ request: AdminRequest) async throws {
        let app = try app(request)
        let name = try required(request.secret, "the secret's name")
        let value = try required(request.value, "the secret's value")
        let hosts = request.hosts ?? []
        try await database.write { [secrets, messaging] tx in
            try secrets.set(name, to: value, hosts: hosts, of: app.account, now: messaging.clock.now(), in: tx)
            try note(.secretSet, app, hosts.isEmpty ? name : "\(name) for \(hosts.joined(separator: ", "))", in: tx)
        }
    }

    func listSecrets(_ request: AdminRequest) async throws -> [AdminReply.SecretLine] {
        let app = try app(request)
        return try await database.read { [secrets] tx in
            try secrets.list(of: app.account, in: tx).map { .init(name: $0.name, hosts: $0.hosts, date: $0.date) }
        }
    }

    func removeSecret(_ request: AdminRequest) async throws {
        let app = try app(request)
        let name = try required(request.secret, "the secret's name")
        let wasThere = try await database.write { [secrets] tx in
            guard try secrets.remove(name, of: app.account, in: tx) else { return false }
            try note(.secretRemoved, app, name, in: tx)
            return true
        }
        guard wasThere else {
            throw StoaError(.badRequest, "\(app.name) has no secret \(name.prefix(64)). \"stoa secret list\" shows those it has.")
        }
    }

    /// Part of the transaction of what the operator does.
    func note(_ kind: Audit.Kind, _ app: App, _ details: String, in tx: Transaction) throws {
        try audit.append(
            Audit.Entry(kind, by: Self.operatorPublisher, bot: app.account, "\(app.name): \(details)"),
            now: messaging.clock.now(), in: tx)
    }

    /// The entry is there before anything is shown.
    func noteRead(_ request: AdminRequest) async throws {
        let app = try app(request)
        let what = try required(request.value, "what is looked at")
        try await database.write { try note(.read, app, String(what.prefix(200)), in: $0) }
    }

    func deadLetters(_ request: AdminRequest, send: AdminSocket.Send) async throws {
        let name = try required(request.name, "an app")
        var last: UpdateID?
        while true {
            let page = try await console.dead(name, after: last, by: .console)
            for letter in page {
                var reply = AdminReply()
                let update = letter.update
                reply.dead = .init(
                    id: update.id.value, kind: update.kind.name, date: update.date, attempts: update.attempts,
                    person: update.person?.name, chat: update.chat?.id.value,
                    reason: letter.reason)
                guard send(reply) else { return }
                last = update.id
            }
            if page.isEmpty { return }
        }
    }

    func retryDead(_ request: AdminRequest) async throws -> Int {
        try await console.retryDead(try required(request.name, "an app"), request.ids?.map { UpdateID($0) }, by: .console)
    }

    func dropDead(_ request: AdminRequest) async throws -> Int {
        try await console.dropDead(try required(request.name, "an app"), request.ids?.map { UpdateID($0) }, by: .console)
    }
}
