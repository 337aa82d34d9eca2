import Apps
import Bridge
import Database
import Ledger
import Messaging
import Model
import Operations
import PaymentProviders

/// The operator's commands about money.
extension AdminAPI {
    func changeMoney(_ request: AdminRequest, _ reply: inout AdminReply) async throws {
        let money = request.money ?? MoneyArguments()
        switch request.command {
        case .issueBalance, .withdrawBalance:
            let amount = try Money(decimal: required(money.amount, "an amount"), currency(money))
            let name = try required(request.name, "a user's name")
            reply.balances = try await wallets.issue(amount, to: name, isWithdrawn: request.command == .withdrawBalance).map(
                Self.line)
        case .wallet:
            reply.balances = try await wallets.balances(of: try required(request.name, "a name")).map(Self.line)
        case .statement: reply.file = try await statement(request, money)
        case .fee:
            let fixed = try money.amount.map { try Money(decimal: $0, currency(money)).amount }
            let rate = try FeeRate(basisPoints: money.basisPoints ?? 0, fixed: fixed ?? 0)
            try await wallets.setFee(rate, of: request.name, try money.currency.map { try Currency($0) })
        case .decide:
            guard let dispute = money.dispute, let forPayer = money.forPayer else {
                throw StoaError(.badRequest, "The command needs a dispute and for whom it is decided.")
            }
            try await wallets.decideAsOperator(DisputeID(dispute), forPayer: forPayer, request.value ?? "")
        case .reconcile:
            let found = try await wallets.reconcile(try required(request.name, "a provider"), days: money.days ?? 30)
            reply.differences = found.map { DifferenceLine(kind: $0.kind.rawValue, text: $0.text) }
        case .advanceClock:
            guard let advance else { throw StoaError(.forbidden, "This server's clock is the machine's.") }
            advance(money.milliseconds ?? 0)
        default: throw StoaError(.badRequest, "The request is not one that this server knows.")
        }
    }

    func listDisputes(send: AdminSocket.Send) async throws {
        for dispute in try await wallets.openDisputes() {
            var reply = AdminReply()
            reply.dispute = dispute.line
            guard send(reply) else { return }
        }
    }

    private func currency(_ money: MoneyArguments) throws -> Currency {
        try Currency(try required(money.currency, "a currency"))
    }

    private func statement(_ request: AdminRequest, _ money: MoneyArguments) async throws -> String {
        guard let from = CivilDate(money.from ?? ""), let to = CivilDate(money.to ?? "") else {
            throw StoaError(.badRequest, "The days must be written like 2026-01-31.")
        }
        guard let format = StatementFile.Format(rawValue: money.format ?? "csv") else {
            throw StoaError(.badRequest, "The format must be csv or camt053.")
        }
        let (name, currency) = (try required(request.name, "a name"), try currency(money))
        return try await database.read { [messaging, wallets] tx in
            let owner = try messaging.requireAccount(named: name, in: tx)
            let file = try wallets.statement(of: owner, currency, from: from, to: to, in: tx).file
            return String(decoding: file.bytes(format), as: UTF8.self)
        }
    }

    private static func line(_ account: LedgerAccount) -> BalanceLine {
        BalanceLine(
            kind: account.kind.name, currency: account.currency.code,
            available: Money(account.available, account.currency).decimal, held: Money(account.held, account.currency).decimal)
    }
}

extension AdminAPI {
    /// Money to try paying with, and the PIN 2580; payments up to a thousand roubles or ten euros need no PIN.
    package func giveDemoWallet(to name: String) async throws {
        for (amount, code) in [("100000.00", "RUB"), ("1000.00", "EUR")] {
            _ = try await wallets.issue(try Money(decimal: amount, Currency(code)), to: name)
        }
        try await wallets.prepareDemo(name, pin: "2580")
    }
}

extension Wallets.DisputeView {
    fileprivate var line: DisputeLine {
        DisputeLine(
            id: dispute.id.value, payment: dispute.payment.value, payer: payment.payer?.account.name ?? "",
            payee: payment.payee.account.name, title: payment.payment.title,
            amount: Money(dispute.amount, payment.payment.currency).text, reason: dispute.reason.rawValue, text: dispute.text,
            evidence: evidence.map { "\($0.by.account.name): \($0.text)" }, openedAt: dispute.openedAt)
    }
}
