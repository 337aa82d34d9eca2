import HTTPServer
import Ledger
import Messaging
import Model
import Operations

/// A business's money, for the members of its publisher.
extension ClientAPI {
    static let businessRoutes: [Route] = [
        Route(.get, "/v1/apps/:name/balance", .user { try await $0.showBalance($1) }),
        Route(.get, "/v1/apps/:name/payments", .user { try await $0.listSales($1) }),
        Route(.get, "/v1/apps/:name/products", .user { try await $0.listProducts($1) }),
        Route(.get, "/v1/apps/:name/entries", .user { try await $0.listAppEntries($1) }),
        Route(.get, "/v1/apps/:name/statement", .user { try await $0.showAppStatement($1) }),
        Route(.post, "/v1/apps/:name/payouts", .user { try await $0.payOut($1) }),
    ]

    private func showBalance(_ request: UserRequest) async throws -> HTTPResponse {
        let accounts = try await wallets.balance(of: request.request.parameters[0], for: request.account)
        func of(_ kind: LedgerAccount.Kind) -> [LedgerAccount] { accounts.filter { $0.kind == kind } }
        return .json { writer in
            writer.openObject()
            writer.balances(of(.wallet))
            for (name, kind) in [("reserved", LedgerAccount.Kind.reserve), ("owed", .debt)]
                as [(StaticString, LedgerAccount.Kind)]
            {
                writer.list(name, of(kind)) { writer, account in
                    writer.openObject()
                    writer.field("currency", account.currency.code)
                    writer.field("amount", abs(account.balance))
                    writer.closeObject()
                }
            }
            writer.closeObject()
        }
    }

    private func listSales(_ request: UserRequest) async throws -> HTTPResponse {
        let before = try request.query("before", in: WireInteger.ids).map { PaymentID($0) }
        let limit = Int(try request.query("limit", in: 1...200) ?? 50)
        let found = try await wallets.payments(
            to: request.request.parameters[0], for: request.account, before: before, limit: limit)
        return .json { $0.payments(found, limit: limit) }
    }

    private func listProducts(_ request: UserRequest) async throws -> HTTPResponse {
        let products = try await wallets.products(of: request.request.parameters[0], for: request.account)
        return .json { writer in
            writer.openObject()
            writer.list("products", products) { writer, product in
                writer.openObject()
                writer.field("sku", product.sku)
                writer.field("title", product.title)
                writer.field("price", product.price.amount)
                writer.field("currency", product.price.currency.code)
                writer.field("stock", product.stock)
                writer.field("reserved", product.reserved)
                writer.closeObject()
            }
            writer.closeObject()
        }
    }

    private func listAppEntries(_ request: UserRequest) async throws -> HTTPResponse {
        let (name, me) = (request.request.parameters[0], request.account)
        return try await entries(request) { [wallets] in try wallets.account(of: name, for: me, in: $0).id }
    }

    private func showAppStatement(_ request: UserRequest) async throws -> HTTPResponse {
        let (name, me) = (request.request.parameters[0], request.account)
        return try await statement(request) { [wallets] in try wallets.account(of: name, for: me, in: $0) }
    }

    private struct NewPayout: Decodable {
        let amount: Int64
        let currency: String
        let pin: String?
    }

    private func payOut(_ request: UserRequest) async throws -> HTTPResponse {
        let (body, me, name) = (try request.body(NewPayout.self), request.account, request.request.parameters[0])
        let money = Money(body.amount, try Currency(body.currency))
        let proof = try await proof(body.pin, of: me)
        return try await once(request, status: 201, content: Array(money.text.utf8)) { [wallets, self] tx in
            let id = try wallets.payOut(money, of: name, by: me, proof, in: tx)
            return bytes { writer in
                writer.openObject()
                writer.field("id", id.value)
                writer.field("amount", money.amount)
                writer.field("currency", money.currency.code)
                writer.field("state", "paid")
                writer.closeObject()
            }
        }
    }
}
