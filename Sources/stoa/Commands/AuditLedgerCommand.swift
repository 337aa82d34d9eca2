import Database
import Ledger
import Model
import Server

/// `stoa audit ledger`: whether the books are right.
struct AuditLedgerCommand: Command {
    static let spec = CommandSpec(
        path: ["audit", "ledger"],
        summary: "Checks the ledger: that all adds up, and that nobody has changed it",
        description: """
            Reads every transfer and checks: each currency comes to zero; each balance is what its transfers come to; no account \
            overdrawn; no hold was posted above its amount or twice; payments say what their transfers do; reserved stock fits; \
            the chain of codes is whole. Exits with 1 when something is not right. Reads the data folder itself, also while \
            a server runs.
            """,
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa audit ledger", "Checks the ledger of the data folder.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments[SharedOptions.data]
        let report = try await Blocking.run { () -> LedgerReport in
            let database: ReadOnlyDatabase
            do {
                database = try ReadOnlyDatabase(folder: folder)
            } catch {
                throw CommandFailure("The data folder \(folder) cannot be read: \(error)", "Name the right one with --data.")
            }
            return try database.read { tx in
                // Without transfers there is nothing that a key was used for.
                if try LedgerSchema.isEmpty(in: tx) { return LedgerReport() }
                let (key, mark) = try (Ledger.key(in: folder, isNew: false), LedgerMarkFile(folder: folder).read())
                let ledger = Ledger(ids: IDGenerator(clock: .system), clock: .system, key: key)
                return try ledger.audit(in: tx, mark: mark)
            }
        }
        if arguments[SharedOptions.json] {
            let findings = report.findings.map { finding -> JSONText in
                ["kind": .string(finding.kind.rawValue), "text": .string(finding.text)]
            }
            console.out(json: [
                "ok": .bool(report.findings.isEmpty), "transfers": .integer(report.transfers),
                "accounts": .integer(Int64(report.accounts)), "findings": .array(findings),
            ])
        } else {
            for finding in report.findings { console.out("\(finding.kind.rawValue): \(finding.text)") }
            let books = "\(report.transfers) transfers between \(report.accounts) accounts"
            console.out(
                report.findings.isEmpty
                    ? "\(books), all right" : "\(books), \(report.findings.count) findings: do not rely on them")
        }
        return report.findings.isEmpty ? 0 : 1
    }
}
