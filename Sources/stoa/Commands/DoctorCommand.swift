/// `stoa doctor`: looks for what may keep the server from working.
struct DoctorCommand: Command {
    static let spec = CommandSpec(
        path: ["doctor"],
        summary: "Checks this machine and the data folder",
        description: """
            Checks what the server needs: the worker program and its lock-down, the data folder's rights and space, the \
            database, the number of open files allowed. Says what to do about each problem, and exits with 1 if there is one.
            """,
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa doctor --data /var/lib/stoa", "Checks before the first start, or when something is odd.")]
    )

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let findings = await Doctor.examine(folder: arguments[SharedOptions.data])
        if arguments[SharedOptions.json] {
            console.out(
                json: .array(findings.map { ["check": .string($0.check), "ok": .bool($0.isFine), "text": .string($0.text)] }))
        } else {
            for finding in findings { console.out("\(finding.isFine ? "ok  " : "BAD ") \(finding.check): \(finding.text)") }
        }
        return findings.allSatisfy(\.isFine) ? 0 : 1
    }
}
