import Database
import HTTPServer
import Ledger
import Messaging
import Model
import Operations

/// Disputes, as payers, businesses and operators work on them.
extension ClientAPI {
    static let disputeRoutes: [Route] = [
        Route(.get, "/v1/disputes", .user { try await $0.listDisputes($1) }),
        Route(.get, "/v1/disputes/:id", .user { try await $0.showDispute($1) }),
        Route(.post, "/v1/disputes/:id/evidence", .user { try await $0.addEvidence($1) }),
        Route(.post, "/v1/disputes/:id/decide", .user { try await $0.decideDispute($1) }),
        Route(.post, "/v1/disputes/:id/withdraw", .user { try await $0.withdrawDispute($1) }),
    ]

    private func disputeID(_ request: UserRequest) throws -> DisputeID { DisputeID(try request.request.id(0, "dispute")) }

    private func listDisputes(_ request: UserRequest) async throws -> HTTPResponse {
        guard let role = Wallets.DisputeRole(rawValue: request.request.http.first("role") ?? "payer") else {
            throw StoaError(.badRequest, "The query's role must be payer, business or operator.")
        }
        let found = try await wallets.disputes(of: request.account, as: role)
        return .json { writer in
            writer.openObject()
            writer.list("disputes", found) { $0.dispute($1) }
            writer.closeObject()
        }
    }

    private func showDispute(_ request: UserRequest) async throws -> HTTPResponse {
        let view = try await wallets.dispute(try disputeID(request), for: request.account)
        return .json { $0.dispute(view) }
    }

    private struct Statement: Decodable {
        let text: String
    }

    private func addEvidence(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me, body) = (try disputeID(request), request.account, try request.body(Statement.self))
        try messaging.limits.take(me, in: nil)
        let view = try await database.write { [wallets] in try wallets.addEvidence(body.text, to: id, by: me, in: $0) }
        return .json { $0.dispute(view) }
    }

    private struct Decision: Decodable {
        let `for`: String
        let text: String
    }

    private func decideDispute(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me, body) = (try disputeID(request), request.account, try request.body(Decision.self))
        guard ["payer", "business"].contains(body.for) else {
            throw StoaError(.badRequest, "\"for\" must be payer or business.")
        }
        let view = try await database.write { [wallets] in
            try wallets.decide(id, forPayer: body.for == "payer", body.text, by: me, isWithdrawn: false, in: $0)
        }
        return .json { $0.dispute(view) }
    }

    private func withdrawDispute(_ request: UserRequest) async throws -> HTTPResponse {
        let (id, me) = (try disputeID(request), request.account)
        try messaging.limits.take(me, in: nil)
        let view = try await database.write { [wallets] in
            try wallets.decide(id, forPayer: false, "", by: me, isWithdrawn: true, in: $0)
        }
        return .json { $0.dispute(view) }
    }
}
