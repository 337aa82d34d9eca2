import Database
import HTTPServer
import Identity
import Ledger
import Messaging
import Model
import Operations
import PaymentProviders

/// A person's wallet: what is in it, and what they have set for it.
extension ClientAPI {
    static let walletRoutes: [Route] = [
        Route(.get, "/v1/wallet", .user { try await $0.showWallet($1) }),
        Route(.get, "/v1/wallet/entries", .user { try await $0.listEntries($1) }),
        Route(.get, "/v1/wallet/statement", .user { try await $0.showStatement($1) }),
        Route(.put, "/v1/wallet/pin", .user { try await $0.setPIN($1) }),
        Route(.put, "/v1/wallet/limits/:currency", .user { try await $0.setLimits($1) }),
    ]

    private func showWallet(_ request: UserRequest) async throws -> HTTPResponse {
        let summary = try await wallets.summary(of: request.account)
        let providers = wallets.topUps.offered
        return .json { writer in
            writer.openObject()
            writer.balances(summary.balances)
            writer.field("pin", summary.hasPIN)
            writer.list("providers", providers) { $0.string($1.name) }
            writer.list("limits", summary.limits) { $0.limits($1, names: summary.names) }
            writer.closeObject()
        }
    }

    private func listEntries(_ request: UserRequest) async throws -> HTTPResponse {
        try await entries(request) { _ in request.account.id }
    }

    /// A page of entries of whom `owner` finds.
    func entries(
        _ request: UserRequest, of owner: @escaping @Sendable (ReadTransaction) throws -> AccountID
    ) async throws -> HTTPResponse {
        let currency = try Self.currency(request)
        let before = try request.query("before", in: WireInteger.ids).map { TransferID($0) }
        let limit = Int(try request.query("limit", in: 1...200) ?? 50)
        let found = try await database.read { [wallets] in
            try wallets.entries(of: try owner($0), currency, before: before, limit: limit, in: $0)
        }
        return .json { $0.entries(found, currency, limit: limit) }
    }

    private func showStatement(_ request: UserRequest) async throws -> HTTPResponse {
        try await statement(request) { _ in request.account }
    }

    func statement(
        _ request: UserRequest, of owner: @escaping @Sendable (ReadTransaction) throws -> Account
    ) async throws -> HTTPResponse {
        let currency = try Self.currency(request)
        func day(_ name: String) throws -> CivilDate {
            guard let day = CivilDate(request.request.http.first(name) ?? "") else {
                throw StoaError(.badRequest, "The query's \(name) must be a day, like 2026-01-31.")
            }
            return day
        }
        let (from, to) = (try day("from"), try day("to"))
        guard let format = StatementFile.Format(rawValue: request.request.http.first("format") ?? "csv") else {
            throw StoaError(.badRequest, "The query's format must be csv or camt053.")
        }
        let bytes = try await database.read { [wallets] in
            try wallets.statement(of: try owner($0), currency, from: from, to: to, in: $0).file.bytes(format)
        }
        var response = HTTPResponse(status: 200, body: .bytes(bytes))
        response.headers.append(("Content-Type", format.mime))
        response.headers.append(
            ("Content-Disposition", "attachment; filename=\"statement-\(currency)-\(from.text).\(format.ending)\""))
        return response
    }

    private static func currency(_ request: UserRequest) throws -> Currency {
        try Currency(request.request.http.first("currency") ?? "")
    }

    private struct NewPIN: Decodable {
        let pin: String
        let current: String?
        let password: String?
    }

    /// With the PIN before, or with the password: who finds a client signed in has neither.
    private func setPIN(_ request: UserRequest) async throws -> HTTPResponse {
        let (body, me) = (try request.body(NewPIN.self), request.account)
        try PINs.check(body.pin)
        try messaging.limits.take(me, in: nil)
        guard (body.current == nil) != (body.password == nil) else {
            throw StoaError(.badRequest, "Give \"current\", the PIN before, or \"password\", and not both.")
        }
        let proof = try await proof(body.current, of: me)
        if let password = body.password { try await checkPassword(password, of: me, from: request.request.http.remoteAddress) }
        let hash = try await passwords.run { [wallets] in try wallets.pins.hash(body.pin, of: me.id) }
        try await database.write { [wallets] in try wallets.setPIN(hash: hash, by: me, proof, in: $0) }
        return .noContent
    }

    /// - Throws: ``StoaError``: `wrongPassword`, and `rateLimited` after a few wrong ones, as for signing in.
    private func checkPassword(_ password: String, of person: Account, from address: String) async throws {
        let hash = try await database.read { [sessions] in try sessions.passwordHash(of: person.id, in: $0) }
        let matches = try await passwords.run { [throttle, sessions] in
            try throttle.check(name: person.name, address: address)
            let matches = sessions.verify(password, hash: hash)
            if !matches { throttle.failed(name: person.name, address: address) }
            return matches
        }
        guard matches else { throw StoaError(.wrongPassword, "The password is wrong.") }
        throttle.succeeded(name: person.name)
    }

    private struct NewLimits: Decodable {
        let confirm_above: Int64?
        let per_day: Int64?
        let per_app_per_day: Int64?
        let apps: [String: Int64]?
        let pin: String?
    }

    private func setLimits(_ request: UserRequest) async throws -> HTTPResponse {
        let (body, me) = (try request.body(NewLimits.self), request.account)
        let currency = try Currency(request.request.parameters[0])
        try messaging.limits.take(me, in: nil)
        let proof = try await proof(body.pin, of: me)
        let set = try await database.write { [wallets] in
            try wallets.setLimits(
                currency, confirmAbove: body.confirm_above, perDay: body.per_day, perAppPerDay: body.per_app_per_day,
                apps: body.apps ?? [:], by: me, proof, in: $0)
        }
        return .json { $0.limits(set.limits, names: set.names) }
    }
}

extension JSONWriter {
    mutating func balances(_ accounts: [LedgerAccount]) {
        list("balances", accounts) { writer, account in
            writer.openObject()
            writer.field("currency", account.currency.code)
            writer.field("exponent", Int64(account.currency.exponent))
            writer.field("available", account.available)
            writer.field("held", account.held)
            writer.closeObject()
        }
    }

    mutating func entries(_ found: [Wallets.EntryView], _ currency: Currency, limit: Int) {
        openObject()
        list("entries", found) { writer, view in
            writer.openObject()
            writer.field("id", view.entry.id.value)
            writer.field("date", view.entry.date)
            writer.field("amount", view.entry.amount)
            writer.field("currency", currency.code)
            writer.field("balance", view.entry.after)
            writer.field("kind", view.entry.purpose.name)
            writer.field("title", view.title)
            writer.key("with")
            if let party = view.with { writer.party(party) } else { writer.null() }
            writer.field("payment", view.payment?.value)
            writer.closeObject()
        }
        field("next", found.count == limit ? found.last?.entry.id.value : nil)
        closeObject()
    }

    mutating func limits(_ limits: SpendingLimits, names: [AccountID: String]) {
        openObject()
        field("currency", limits.currency.code)
        field("confirm_above", limits.confirmAbove)
        field("per_day", limits.perDay)
        field("per_app_per_day", limits.perAppPerDay)
        let apps = limits.apps.compactMap { app, limit in names[app].map { (name: $0, limit: limit) } }
        list("apps", apps.sorted { $0.name < $1.name }) { writer, app in
            writer.openObject()
            writer.field("app", app.name)
            writer.field("per_day", app.limit)
            writer.closeObject()
        }
        closeObject()
    }
}
