import Database
import HTTPServer
import Messaging
import Model
import Operations

/// A person's subscriptions.
extension ClientAPI {
    static let subscriptionRoutes: [Route] = [
        Route(.get, "/v1/subscriptions", .user { try await $0.listSubscriptions($1) }),
        Route(.get, "/v1/subscriptions/:id", .user { try await $0.showSubscription($1) }),
        Route(.post, "/v1/subscriptions/:id/confirm", .user { try await $0.confirmSubscription($1) }),
        Route(.post, "/v1/subscriptions/:id/decline", .user { try await $0.endSubscription($1) }),
        Route(.post, "/v1/subscriptions/:id/cancel", .user { try await $0.endSubscription($1) }),
    ]

    private func subscriptionID(_ request: UserRequest) throws -> SubscriptionID {
        SubscriptionID(try request.request.id(0, "subscription"))
    }

    private func listSubscriptions(_ request: UserRequest) async throws -> HTTPResponse {
        let found = try await wallets.subscriptions(of: request.account)
        return .json { writer in
            writer.openObject()
            writer.list("subscriptions", found) { $0.subscription($1) }
            writer.closeObject()
        }
    }

    private func showSubscription(_ request: UserRequest) async throws -> HTTPResponse {
        let view = try await wallets.subscription(try subscriptionID(request), for: request.account)
        return .json { $0.subscription(view) }
    }

    private struct Confirmation: Decodable {
        struct Shown: Decodable {
            let amount: Int64
            let currency: String
            let payee: Int64
            let period: String
        }

        let shown: Shown
        let pin: String?
    }

    private func confirmSubscription(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me, body) = (try subscriptionID(request), request.account, try request.body(Confirmation.self))
        try messaging.limits.take(me, in: nil)
        let shown = Wallets.SubscriptionShown(
            amount: body.shown.amount, currency: body.shown.currency, payee: AccountID(body.shown.payee),
            period: body.shown.period)
        let proof = try await proof(body.pin, of: me)
        let view = try await database.write { [wallets] in try wallets.confirm(id, by: me, shown, proof, in: $0) }
        return .json { $0.subscription(view) }
    }

    private func endSubscription(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me) = (try subscriptionID(request), request.account)
        try messaging.limits.take(me, in: nil)
        let view = try await database.write { [wallets] in try wallets.cancel(id, by: me, in: $0) }
        return .json { $0.subscription(view) }
    }
}
