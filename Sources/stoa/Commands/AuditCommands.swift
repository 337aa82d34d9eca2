import Apps
import Database
import Model

/// `stoa audit verify`: whether the audit is as it was written.
struct AuditVerifyCommand: Command {
    static let spec = CommandSpec(
        path: ["audit", "verify"],
        summary: "Checks that nobody has changed the audit",
        description: """
            Reads the whole audit and its chain of codes, and names each entry that was altered, is missing or stands elsewhere. \
            Exits with 1 when there is one. Reads the data folder itself, so no server is needed.
            """,
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa audit verify", "Checks the audit of the data folder.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments[SharedOptions.data]
        let (count, problems) = try await Blocking.run { () -> (Int, [Audit.Problem]) in
            let database = try AuditFile.open(folder)
            return try database.read { tx in
                // Nothing to check, and so no key is needed: one that is made here would not fit the entries to come.
                if try Audit.isEmpty(in: tx) { return (0, []) }
                return try AuditFile.key(folder).verify(in: tx)
            }
        }
        if arguments[SharedOptions.json] {
            let found = problems.map { problem -> JSONText in
                ["entry": .integer(problem.seq), "problem": .string(problem.description)]
            }
            console.out(json: ["ok": .bool(problems.isEmpty), "entries": .integer(Int64(count)), "problems": .array(found)])
        } else {
            for problem in problems { console.out(problem.description) }
            console.out(
                problems.isEmpty
                    ? "\(count) entries, all as they were written"
                    : "\(count) entries, \(problems.count) problems: do not rely on them")
        }
        return problems.isEmpty ? 0 : 1
    }
}

/// `stoa audit export`: the entries, one JSON object a line.
struct AuditExportCommand: Command {
    static let after = CommandOption<Int?>.integer("after", "ENTRY", in: 0...Int.max, "Begins after the entry of this number")

    static let spec = CommandSpec(
        path: ["audit", "export"],
        summary: "Prints the audit as JSON, one entry on a line",
        description: """
            Prints each entry with its number, time (milliseconds since 1970 UTC), kind, who did it, whom it concerns and its \
            code. Keep it on another machine: then a data folder that somebody has put back to an older state shows too.
            """,
        options: [after.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa audit export --after 1200", "Prints what is new since entry 1200.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = arguments[SharedOptions.data]
        let first = Int64(arguments[after] ?? 0)
        try await Blocking.run {
            let database = try AuditFile.open(folder)
            var last = first
            while true {
                let page = try database.read { try Audit.rows(after: last, limit: 1000, in: $0) }
                for row in page { console.out(json: json(row)) }
                guard page.count == 1000, let end = page.last else { return }
                last = end.seq
            }
        }
        return 0
    }

    private static func json(_ row: Audit.Row) -> JSONText {
        let entry = row.entry
        return [
            "entry": .integer(row.seq), "date": .integer(row.date), "kind": .string(entry.kind.rawValue),
            "by": .string(entry.actor), "person": entry.person.map { .integer($0.value) } ?? .null,
            "bot": entry.bot.map { .integer($0.value) } ?? .null, "chat": entry.chat.map { .integer($0.value) } ?? .null,
            "details": .string(entry.details), "code": .string(row.code.map(hex).joined()),
        ]
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}

private enum AuditFile {
    /// The audit with the key that its entries were made with.
    static func key(_ folder: String) throws -> Audit {
        do {
            return try Audit(folder: folder, isNew: false)
        } catch let error as StoaError {
            throw CommandFailure("The audit cannot be checked: \(error.message)", "See \"stoa audit verify --help\".")
        }
    }

    static func open(_ folder: String) throws -> ReadOnlyDatabase {
        do {
            return try ReadOnlyDatabase(folder: folder)
        } catch {
            throw CommandFailure("The data folder \(folder) cannot be read: \(error)", "Name the right one with --data.")
        }
    }
}
