import Crypto
import Foundation
package import Ledger
import Model

/// How far the ledger had come a while ago, in a file beside the database: shows when somebody cuts off its end.
package struct LedgerMarkFile: Sendable {
    private let path: String

    package init(folder: String) { path = folder + "/ledger.mark" }

    /// Nil when none was written yet. Blocks.
    /// - Throws: ``StoaError`` for a file that is no mark.
    package func read() throws -> LedgerMark? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let seq = Int64(parts[0]), let code = Hex.decode(String(parts[1])), code.count == 32 else {
            throw StoaError(.internal, "\(path) is not the mark that it should be. Put the right file back, or remove it.")
        }
        return LedgerMark(seq: seq, code: code)
    }

    /// Blocks.
    package func write(_ mark: LedgerMark) throws {
        let text = "\(mark.seq) \(Hex.encode(mark.code))\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
