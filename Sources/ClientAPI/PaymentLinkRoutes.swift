import Database
import HTTPServer
import Ledger
import Messaging
import Model
import Operations

/// Addresses at which people are paid: making them, and paying at them.
extension ClientAPI {
    static let paymentLinkRoutes: [Route] = [
        Route(.post, "/v1/payment-links", .user { try await $0.makeLink($1) }),
        Route(.get, "/v1/payment-links", .user { try await $0.listLinks($1) }),
        Route(.delete, "/v1/payment-links/:id", .user { try await $0.closeLink($1) }),
        Route(.get, "/v1/pay/:token", .user { try await $0.showLink($1) }),
        Route(.post, "/v1/pay/:token", .user { try await $0.followLink($1) }),
    ]

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
