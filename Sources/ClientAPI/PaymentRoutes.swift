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
    ]

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
