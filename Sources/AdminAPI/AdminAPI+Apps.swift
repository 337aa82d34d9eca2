import Apps
import Database
import Messaging
import Model

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
        let app = try app(request)
        try await database.write { try note(.read, app, "its dead letters", in: $0) }
        var last = UpdateID(0)
        while true {
            let after = last
            let page = try await database.read { [messaging] in
                try messaging.deadLetters(of: app.account, after: after, limit: 200, in: $0)
            }
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
            if page.count < 200 { return }
        }
    }

    func retryDead(_ request: AdminRequest) async throws -> Int {
        try await work(request) { [messaging] id, app, tx in
            guard try messaging.retry(deadLetter: id, of: app.account, in: tx) != nil else { return false }
            try note(.deadRetried, app, "\(id)", in: tx)
            return true
        }
    }

    func dropDead(_ request: AdminRequest) async throws -> Int {
        try await work(request) { [messaging] id, app, tx in
            guard try messaging.drop(deadLetter: id, of: app.account, in: tx) else { return false }
            try note(.deadDropped, app, "\(id)", in: tx)
            return true
        }
    }

    /// Does something to the dead letters named, or to all there are now, some at a time.
    private func work(
        _ request: AdminRequest, _ body: @escaping @Sendable (UpdateID, App, Transaction) throws -> Bool
    ) async throws -> Int {
        let app = try app(request)
        if let ids = request.ids {
            return try await database.write { tx in
                for id in ids where try !body(UpdateID(id), app, tx) {
                    throw StoaError(.badRequest, "There is no dead letter \(id). \"stoa dead APP\" lists those there are.")
                }
                return ids.count
            }
        }
        // What dies again meanwhile is not tried for ever.
        let end = UpdateID(messaging.ids.next())
        var count = 0
        while true {
            let done = try await database.write { [messaging] tx in
                let page = try messaging.deadLetters(of: app.account, limit: 200, in: tx).filter { $0.update.id < end }
                for letter in page { _ = try body(letter.update.id, app, tx) }
                return page.count
            }
            count += done
            if done < 200 { return count }
        }
    }
}
