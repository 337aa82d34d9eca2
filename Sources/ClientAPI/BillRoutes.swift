import Database
import HTTPServer
import Ledger
import Model
import Operations

/// Bills that a group shares.
extension ClientAPI {
    static let billRoutes: [Route] = [
        Route(.post, "/v1/bills", .user { try await $0.shareBill($1) }),
        Route(.get, "/v1/bills/:id", .user { try await $0.showBill($1) }),
    ]

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
}
