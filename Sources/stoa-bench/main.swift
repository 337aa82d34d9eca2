import Foundation

/// Prints one JSON object a line: figures of the inner parts, without network.
do {
    try await TurnBench.run()
    try await DatabaseBench.run()
    try await PermissionBench.run()
    try await LedgerBench.run()
} catch {
    FileHandle.standardError.write(Data("stoa-bench: \(error)\n".utf8))
    exit(1)
}
