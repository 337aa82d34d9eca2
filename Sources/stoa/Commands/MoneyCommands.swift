import AdminAPI
import Ledger
import Model
import Server

private let owner = PositionalSpec(name: "NAME", help: "a user's or an app's name")

/// `stoa wallet issue` and `withdraw`: balances that the operator answers for.
struct WalletIssueCommand: Command {
    static let spec = CommandSpec(
        path: ["wallet", "issue"],
        summary: "Gives a user or an app money that you answer for",
        description: """
            Adds to the wallet what you have got in another way, or what you give. The other side of it is the account "issuance": \
            its negative balance is what you owe all people together. It is in the audit and in the ledger.
            """,
        positionals: [owner, .init(name: "AMOUNT", help: "like 499.00"), .init(name: "CURRENCY", help: "like RUB")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa wallet issue alice 1000.00 RUB", "Gives alice a thousand roubles.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        try await WalletReport.ask(.issueBalance, arguments, console)
    }
}

struct WalletWithdrawCommand: Command {
    static let spec = CommandSpec(
        path: ["wallet", "withdraw"],
        summary: "Takes money out of a wallet that you have paid out in another way",
        description: "Takes from the wallet what you have given its owner elsewhere. It cannot take more than there is.",
        positionals: [owner, .init(name: "AMOUNT", help: "like 499.00"), .init(name: "CURRENCY", help: "like RUB")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa wallet withdraw alice 200.00 RUB", "After alice got them in cash.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        try await WalletReport.ask(.withdrawBalance, arguments, console)
    }
}

/// `stoa wallet show`: what somebody has.
struct WalletShowCommand: Command {
    static let spec = CommandSpec(
        path: ["wallet", "show"],
        summary: "Prints the balances of a user or an app",
        description: "Prints each account: its wallet, what a dispute has reserved, what it owes.",
        positionals: [owner], options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa wallet show shop", "What the shop has earned.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        try await WalletReport.ask(.wallet, arguments, console)
    }
}

private enum WalletReport {
    static func ask(
        _ command: AdminRequest.Command, _ arguments: ParsedArguments, _ console: Console
    ) async throws -> Int32 {
        var request = AdminRequest(command, name: arguments.value("NAME"))
        if command != .wallet {
            var money = MoneyArguments()
            money.amount = arguments.value("AMOUNT")
            money.currency = arguments.value("CURRENCY")
            request.money = money
        }
        let balances = try await ServerConnection.ask(request, arguments).balances ?? []
        if arguments[SharedOptions.json] {
            let lines = balances.map { line -> JSONText in
                [
                    "kind": .string(line.kind), "currency": .string(line.currency), "available": .string(line.available),
                    "held": .string(line.held),
                ]
            }
            console.out(json: ["balances": .array(lines)])
        } else {
            for line in balances { console.out("\(line.kind)  \(line.available) \(line.currency)  (held: \(line.held))") }
            if balances.isEmpty { console.out("No account: nothing was ever paid to or by them.") }
        }
        return 0
    }
}

/// `stoa statements`: what moved in a wallet.
struct StatementsCommand: Command {
    static let currency = CommandOption<String>.text("currency", "CODE", default: "RUB", "The currency")
    static let from = CommandOption<String?>.text("from", "DAY", "The first day, in UTC; the first of this month when left out")
    static let to = CommandOption<String?>.text("to", "DAY", "The day after the last; tomorrow when left out")
    static let format = CommandOption<Format>.choice("format", default: .csv, "CSV, or ISO 20022 camt.053")

    enum Format: String, CaseIterable, Sendable { case csv, camt053 }

    static let spec = CommandSpec(
        path: ["statements"],
        summary: "Prints what moved in the wallet of an app or a user",
        description:
            "Prints a statement as a file for bookkeeping: every movement with what it was for, with whom, and the balance.",
        positionals: [owner], options: [currency.spec, from.spec, to.spec, format.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa statements shop", "This month's, as CSV."),
            CommandExample(
                "stoa statements shop --currency EUR --from 2026-01-01 --to 2026-02-01 --format camt053",
                "January's, for a bank's program."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let today = CivilDate(at: Clock.system.now())
        var money = MoneyArguments()
        money.currency = arguments[currency]
        money.from = arguments[from] ?? CivilDate(year: today.year, month: today.month, day: 1).text
        money.to = arguments[to] ?? CivilDate(at: Clock.system.now() + CivilDate.millisecondsPerDay).text
        money.format = arguments[format].rawValue
        var request = AdminRequest(.statement, name: arguments.value("NAME"))
        request.money = money
        let file = try await ServerConnection.ask(request, arguments).file ?? ""
        for line in file.split(whereSeparator: \.isNewline) { console.out(String(line)) }
        return 0
    }
}

/// `stoa fee`: what the operator keeps of payments to apps.
struct FeeCommand: Command {
    static let percent = CommandOption<Int>.integer(
        "basis-points", "N", in: 0...10_000, default: 0, "Hundredths of a percent of what is captured: 250 is 2.5 %")
    static let fixed = CommandOption<String?>.text("fixed", "AMOUNT", "Besides, once a payment; needs --currency")
    static let currency = CommandOption<String?>.text("currency", "CODE", "Only for payments in this currency")
    static let app = CommandOption<String?>.text("app", "APP", "Only for payments to this app")

    static let spec = CommandSpec(
        path: ["fee"],
        summary: "Sets what you keep of payments to apps",
        description: "Holds for what is captured from now on. People pay each other free. A refund does not give the fee back.",
        options: [percent.spec, fixed.spec, currency.spec, app.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa fee --basis-points 250", "2.5 % of every payment to an app."),
            CommandExample("stoa fee --basis-points 100 --fixed 5.00 --currency RUB --app shop", "Other terms for the shop."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var money = MoneyArguments()
        money.basisPoints = Int64(arguments[percent])
        money.amount = arguments[fixed]
        money.currency = arguments[currency]
        if money.amount != nil, money.currency == nil {
            throw CommandFailure.usage("--fixed needs a currency", "Add --currency.")
        }
        var request = AdminRequest(.fee, name: arguments[app])
        request.money = money
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}

/// `stoa dispute list` and `decide`.
struct DisputeListCommand: Command {
    static let spec = CommandSpec(
        path: ["dispute", "list"],
        summary: "Lists the disputes that wait for a decision",
        description: "Prints each with what the payer says and what both sides have added.",
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa dispute list", "What waits.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let isJSON = arguments[SharedOptions.json]
        try await ServerConnection.ask(AdminRequest(.disputes), arguments) { reply in
            guard let line = reply.dispute else { return }
            if isJSON {
                console.out(json: [
                    "id": .integer(line.id), "payment": .integer(line.payment), "payer": .string(line.payer),
                    "payee": .string(line.payee), "title": .string(line.title), "amount": .string(line.amount),
                    "reason": .string(line.reason), "text": .string(line.text),
                    "evidence": .array(line.evidence.map { .string($0) }), "opened_at": .integer(line.openedAt),
                ])
            } else {
                console.out("\(line.id)  \(line.amount)  \(line.payer) about \(line.payee): \(line.title) (\(line.reason))")
                for text in [line.text] + line.evidence { console.out("    \(text.visible)") }
            }
        }
        return 0
    }
}

struct DisputeDecideCommand: Command {
    static let text = CommandOption<String>.text("text", "TEXT", default: "", "Why; both sides read it")

    static let spec = CommandSpec(
        path: ["dispute", "decide"],
        summary: "Decides a dispute",
        description: """
            For the payer: the money goes back to them; what the business does not have, it owes. For the business: it gets back \
            what was reserved. A decision is final.
            """,
        positionals: [.init(name: "DISPUTE", help: "its id"), .init(name: "SIDE", help: "payer or business")],
        options: [text.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa dispute decide 8412 payer --text \"Never delivered\"", "Gives the money back.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard let id = Int64(arguments.value("DISPUTE")) else {
            throw CommandFailure.usage("\(arguments.value("DISPUTE")) is no id of a dispute", "See \"stoa dispute list\".")
        }
        guard let isForPayer = ["payer": true, "business": false][arguments.value("SIDE")] else {
            throw CommandFailure.usage("A dispute is decided for the payer or for the business", "Say which.")
        }
        var money = MoneyArguments()
        money.dispute = id
        money.forPayer = isForPayer
        var request = AdminRequest(.decide)
        request.money = money
        request.value = arguments[text]
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
