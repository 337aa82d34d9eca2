import AdminAPI

/// `stoa reconcile`: whether the provider and the ledger agree.
struct ReconcileCommand: Command {
    static let days = CommandOption<Int>.integer("days", "N", in: 1...3650, default: 30, "How far back")

    static let spec = CommandSpec(
        path: ["reconcile"],
        summary: "Compares the payment provider's books with the ledger",
        description: """
            Lists every payment and refund that is there and not here, here and not there, or of another amount, what has no \
            answer yet, and whether the clearing account is what its top-ups come to. Exits with 1 when there \
            is a difference. The server does the same once a day and writes what it finds into its log.
            """,
        positionals: [], options: [days.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa reconcile --days 7", "The last week.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var money = MoneyArguments()
        money.days = Int64(arguments[days])
        var request = AdminRequest(.reconcile, name: "stripe")
        request.money = money
        let found = try await ServerConnection.ask(request, arguments).differences ?? []
        if arguments[SharedOptions.json] {
            let lines = found.map { line -> JSONText in ["kind": .string(line.kind), "text": .string(line.text)] }
            console.out(json: ["ok": .bool(found.isEmpty), "differences": .array(lines)])
        } else {
            for line in found { console.out("\(line.kind): \(line.text)") }
            console.out(found.isEmpty ? "Both agree" : "\(found.count) differences")
        }
        return found.isEmpty ? 0 : 1
    }
}
