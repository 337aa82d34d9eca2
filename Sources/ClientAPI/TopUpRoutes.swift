import Database
import HTTPServer
import Ledger
import Messaging
import Model
import Operations
import PaymentProviders

/// Bringing money into a wallet through a provider, and taking it out again.
extension ClientAPI {
    static let topUpRoutes: [Route] = [
        Route(.get, "/v1/wallet/topups", .user { try await $0.listTopUps($1) }),
        Route(.post, "/v1/wallet/topups", .user { try await $0.makeTopUp($1) }),
        Route(.get, "/v1/wallet/topups/:id", .user { try await $0.showTopUp($1) }),
        Route(.post, "/v1/wallet/topups/:id/refund", .user { try await $0.refundTopUp($1) }),
    ]

    private func listTopUps(_ request: UserRequest) async throws -> HTTPResponse {
        let found = try await wallets.topUps(of: request.account)
        return .json { writer in
            writer.openObject()
            writer.list("topups", found) { $0.topUp($1) }
            writer.closeObject()
        }
    }

    private struct NewTopUp: Decodable {
        let provider: String
        let amount: Int64
        let currency: String
        let payment_method: String?
    }

    /// The answer comes when the provider has answered, or has not for a while: then its state is `unknown` until it does.
    private func makeTopUp(_ request: UserRequest) async throws -> HTTPResponse {
        let (body, me) = (try request.body(NewTopUp.self), request.account)
        let money = Money(body.amount, try Currency(body.currency))
        let made = try await once(request, status: 201) { [wallets, self] tx in
            let topUp = try wallets.topUp(money, by: body.provider, method: body.payment_method, of: me, in: tx)
            return bytes { $0.topUp(topUp) }
        }
        guard made.status == 201, case .bytes(let bytes) = made.body,
            let id = try? RequestBody.decode(Made.self, from: bytes).id
        else { return made }
        let now = try await wallets.topUps.pursueNow(TopUpID(id))
        return .json(201) { $0.topUp(now) }
    }

    private struct Made: Decodable {
        let id: Int64
    }

    private func topUpID(_ request: UserRequest) throws -> TopUpID { TopUpID(try request.request.id(0, "top-up")) }

    private func showTopUp(_ request: UserRequest) async throws -> HTTPResponse {
        let found = try await wallets.topUp(try topUpID(request), of: request.account)
        return .json { $0.topUp(found) }
    }

    private struct NewRefund: Decodable {
        let amount: Int64?
        let pin: String?
    }

    private func refundTopUp(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, body, me) = (try topUpID(request), try request.body(NewRefund.self), request.account)
        let proof = try await proof(body.pin, of: me)
        let content = Array("\(body.amount ?? 0)".utf8)
        return try await once(request, status: 200, content: content) { [wallets, self] tx in
            let topUp = try wallets.refundTopUp(id, body.amount, by: me, proof, in: tx)
            return bytes { $0.topUp(topUp) }
        }
    }
}

extension JSONWriter {
    mutating func topUp(_ topUp: TopUp) {
        openObject()
        field("id", topUp.id.value)
        field("provider", topUp.provider.name)
        field("state", topUp.state.name)
        field("amount", topUp.money.amount)
        field("refunded", topUp.refunded)
        field("currency", topUp.money.currency.code)
        field("client_secret", topUp.state.isOpen ? topUp.clientSecret : nil)
        key("failure")
        if let failure = topUp.failure {
            openObject()
            field("code", failure.code)
            field("message", failure.message)
            closeObject()
        } else {
            null()
        }
        field("created_at", topUp.createdAt)
        closeObject()
    }
}
