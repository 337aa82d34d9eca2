import Database
import HTTPServer
import Identity
import Ledger
import Messaging
import Model
import Operations

/// A person's payments: asking, agreeing, saying no, getting money back.
extension ClientAPI {
    static let paymentRoutes: [Route] = [
        Route(.get, "/v1/payments", .user { try await $0.listPayments($1) }),
        Route(.post, "/v1/payments", .user { try await $0.makePayment($1) }),
        Route(.get, "/v1/payments/:id", .user { try await $0.showPayment($1) }),
        Route(.post, "/v1/payments/:id/confirm", .user { try await $0.confirmPayment($1) }),
        Route(.post, "/v1/payments/:id/decline", .user { try await $0.endPayment($1, as: .payer) }),
        Route(.post, "/v1/payments/:id/cancel", .user { try await $0.endPayment($1, as: .payee) }),
        Route(.post, "/v1/payments/:id/refund", .user { try await $0.refundPayment($1) }),
        Route(.post, "/v1/payments/:id/refund-request", .user { try await $0.requestRefund($1) }),
        Route(.post, "/v1/payments/:id/dispute", .user { try await $0.disputePayment($1) }),
        Route(.post, "/v1/bills", .user { try await $0.shareBill($1) }),
        Route(.get, "/v1/bills/:id", .user { try await $0.showBill($1) }),
        Route(.post, "/v1/payment-links", .user { try await $0.makeLink($1) }),
        Route(.get, "/v1/payment-links", .user { try await $0.listLinks($1) }),
        Route(.delete, "/v1/payment-links/:id", .user { try await $0.closeLink($1) }),
        Route(.get, "/v1/pay/:token", .user { try await $0.showLink($1) }),
        Route(.post, "/v1/pay/:token", .user { try await $0.followLink($1) }),
    ]

    /// Compares a PIN that a person gave, on the threads for passwords. Each try counts before it is compared; a right one takes
    /// none, whatever becomes of what it was given for.
    /// - Returns: what the transaction that needs it is handed; nil when none was given.
    func proof(_ pin: String?, of person: Account) async throws -> PINs.Challenge? {
        guard let pin else { return nil }
        try PINs.check(pin, isNew: false)
        let now = messaging.clock.now()
        let challenge = try await database.write { [wallets] in try wallets.pins.begin(of: person.id, now: now, in: $0) }
        guard try await passwords.run({ [wallets] in wallets.pins.matches(pin, challenge) }) else {
            throw StoaError(
                .wrongPIN,
                challenge.triesLeft > 0
                    ? "The PIN is wrong. \(challenge.triesLeft) more tries." : "The PIN is wrong. It is locked for a while now.")
        }
        try await database.write { [wallets] in try wallets.pins.forgive(challenge, in: $0) }
        return challenge
    }

    /// Runs what moves money once for an `Idempotency-Key`, and answers the same again.
    /// - Parameter content: what must be the same; the body, unless that has a PIN in it, which no digest may tell of.
    func once(
        _ request: UserRequest, status: Int, content: [UInt8]? = nil,
        _ body: @escaping @Sendable (Transaction) throws -> [UInt8]
    ) async throws -> HTTPResponse {
        try messaging.limits.take(request.account, in: nil)
        let http = request.request.http
        guard let key = http.headers.first("idempotency-key") else {
            return .json(status, try await database.write { try body($0) })
        }
        let fingerprint = IdempotencyKeys.fingerprint(
            method: http.method.rawValue, path: http.path, body: content ?? http.body)
        let (me, now) = (request.account.id, messaging.clock.now())
        let answer = try await database.write { tx in
            try IdempotencyKeys.once(key, of: me, fingerprint: fingerprint, now: now, in: tx) {
                IdempotencyKeys.Answer(status: status, body: try body(tx))
            }
        }
        return .json(answer.status, answer.body)
    }

    func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        write(&writer)
        return writer.bytes
    }

    static func flag(_ name: String, in request: UserRequest) throws -> Bool? {
        switch request.request.http.first(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw StoaError(.badRequest, "The query's \(name) must be true or false.")
        }
    }

    private func paymentID(_ request: UserRequest) throws -> PaymentID {
        PaymentID(try request.request.id(0, "payment"))
    }

    // MARK: Looking

    private func listPayments(_ request: UserRequest) async throws -> HTTPResponse {
        guard let role = Wallets.Role(rawValue: request.request.http.first("role") ?? "payer") else {
            throw StoaError(.badRequest, "The query's role must be payer or payee.")
        }
        let isOpen = try Self.flag("open", in: request)
        let before = try request.query("before", in: WireInteger.ids).map { PaymentID($0) }
        let limit = Int(try request.query("limit", in: 1...200) ?? 50)
        let found = try await wallets.payments(
            of: request.account, as: role, isOpen: isOpen, before: before, limit: limit)
        return .json { $0.payments(found, limit: limit) }
    }

    private func showPayment(_ request: UserRequest) async throws -> HTTPResponse {
        let view = try await wallets.payment(try paymentID(request), for: request.account)
        return .json { $0.payment(view) }
    }

    // MARK: Asking and agreeing

    private struct NewPayment: Decodable {
        let kind: String
        let from: String?
        let to: String?
        let amount: Int64
        let currency: String
        let title: String
    }

    private func makePayment(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewPayment.self)
        let money = Money(body.amount, try Currency(body.currency))
        let me = request.account
        return try await once(request, status: 201) { [wallets, self] tx in
            let view: PaymentView
            switch (body.kind, body.from, body.to) {
            case ("request", let from?, nil): view = try wallets.ask(from, for: money, body.title, by: me, in: tx)
            case ("send", nil, let to?): view = try wallets.send(to, money, body.title, by: me, in: tx)
            default:
                throw StoaError(
                    .badRequest, "\"kind\" must be request, with \"from\" alone, or send, with \"to\" alone.")
            }
            return bytes { $0.payment(view) }
        }
    }

    private struct Confirmation: Decodable {
        struct Shown: Decodable {
            let amount: Int64
            let currency: String
            let payee: Int64
        }

        let shown: Shown
        let tip: Int64?
        let recipient: String?
        let pin: String?
    }

    private func confirmPayment(_ request: UserRequest) async throws -> HTTPResponse {
        let id = try paymentID(request)
        let body = try request.body(Confirmation.self)
        let me = request.account
        try messaging.limits.take(me, in: nil)
        let agreement = Wallets.Agreement(
            amount: body.shown.amount, currency: body.shown.currency, payee: AccountID(body.shown.payee), tip: body.tip ?? 0,
            recipient: body.recipient)
        let proof = try await proof(body.pin, of: me)
        let view = try await database.write { [wallets] in
            try wallets.confirm(id, by: me, agreement, proof, in: $0)
        }
        return .json { $0.payment(view) }
    }

    private func endPayment(_ request: UserRequest, as role: Wallets.Role) async throws -> HTTPResponse {
        let (id, me) = (try paymentID(request), request.account)
        try messaging.limits.take(me, in: nil)
        let view = try await database.write { [wallets] in try wallets.end(id, by: me, as: role, in: $0) }
        return .json { $0.payment(view) }
    }

    // MARK: Getting money back

    private struct NewRefund: Decodable {
        let amount: Int64?
        let reason: String?
    }

    private func refundPayment(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me, body) = (try paymentID(request), request.account, try request.body(NewRefund.self))
        return try await once(request, status: 200) { [wallets, self] tx in
            let view = try wallets.refund(id, body.amount, reason: body.reason ?? "", by: me, in: tx)
            return bytes { $0.payment(view) }
        }
    }

    private struct RefundRequest: Decodable {
        let reason: String
    }

    private func requestRefund(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me, body) = (try paymentID(request), request.account, try request.body(RefundRequest.self))
        try messaging.limits.take(me, in: nil)
        let view = try await database.write { [wallets] in
            try wallets.requestRefund(id, reason: body.reason, by: me, in: $0)
        }
        return .json { $0.payment(view) }
    }

    private struct NewDispute: Decodable {
        let reason: String
        let text: String
    }

    private func disputePayment(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me, body) = (try paymentID(request), request.account, try request.body(NewDispute.self))
        guard let reason = Dispute.Reason(rawValue: body.reason) else {
            let all = Dispute.Reason.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoaError(.badRequest, "\"reason\" must be one of \(all).")
        }
        try messaging.limits.take(me, in: nil)
        let view = try await database.write { [wallets] in
            try wallets.dispute(id, because: reason, body.text, by: me, in: $0)
        }
        return .json(201) { $0.dispute(view) }
    }

    // MARK: Bills

    private struct NewBill: Decodable {
        struct Share: Decodable {
            let user: String
            let amount: Int64?
        }

        let chat: Int64
        let title: String
        let amount: Int64
        let currency: String
        let shares: [Share]
    }

    private func shareBill(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewBill.self)
        let (money, me) = (Money(body.amount, try Currency(body.currency)), request.account)
        guard body.shares.count <= Bill.mostShares else {
            throw StoaError(.badRequest, "A bill is shared by at most \(Bill.mostShares) people.")
        }
        return try await once(request, status: 201) { [wallets, self] tx in
            let view = try wallets.share(
                money, for: body.title, among: body.shares.map { ($0.user, $0.amount) }, in: ChatID(body.chat), by: me, tx: tx)
            return bytes { $0.bill(view) }
        }
    }

    private func showBill(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me) = (BillID(try request.request.id(0, "bill")), request.account)
        let view = try await database.read { [wallets] in try wallets.bill(id, for: me, in: $0) }
        return .json { $0.bill(view) }
    }

    // MARK: Payment links

    private struct NewLink: Decodable {
        let amount: Int64?
        let currency: String
        let title: String
        let max_uses: Int64?
        let expires_at: Int64?
    }

    private func makeLink(_ request: UserRequest) async throws -> HTTPResponse {
        let body = try request.body(NewLink.self)
        let (currency, me) = (try Currency(body.currency), request.account)
        return try await once(request, status: 201) { [wallets, self] tx in
            let view = try wallets.makeLink(
                currency, amount: body.amount, title: body.title, mostUses: body.max_uses, expiresAt: body.expires_at, by: me,
                in: tx)
            return bytes { $0.paymentLink(view) }
        }
    }

    private func listLinks(_ request: UserRequest) async throws -> HTTPResponse {
        let links = try await wallets.links(of: request.account)
        return .json { writer in
            writer.openObject()
            writer.list("links", links) { $0.paymentLink($1) }
            writer.closeObject()
        }
    }

    private func closeLink(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me) = (PaymentLinkID(try request.request.id(0, "payment link")), request.account.id)
        try messaging.limits.take(request.account, in: nil)
        try await database.write { [wallets] in try wallets.payments.closeLink(id, by: me, in: $0) }
        return .noContent
    }

    private func showLink(_ request: UserRequest) async throws -> HTTPResponse {
        let view = try await wallets.link(request.request.parameters[0])
        return .json { $0.paymentLink(view) }
    }

    private struct Following: Decodable {
        let amount: Int64?
    }

    private func followLink(_ request: UserRequest) async throws -> HTTPResponse {
        let (token, me, body) = (request.request.parameters[0], request.account, try request.body(Following.self))
        return try await once(request, status: 201) { [wallets, self] tx in
            let view = try wallets.follow(token, amount: body.amount, by: me, in: tx)
            return bytes { $0.payment(view) }
        }
    }
}

extension JSONWriter {
    /// A page of payments, and where the next one begins.
    mutating func payments(_ found: [PaymentView], limit: Int) {
        openObject()
        list("payments", found) { $0.payment($1) }
        field("next", found.count == limit ? found.last?.payment.id.value : nil)
        closeObject()
    }
}
