import Crypto
import Foundation
import Model

/// How far the audit had come a while ago, in a file that who has the database alone cannot change: `SEQ CODE SIGNATURE`.
struct AuditMark: Sendable {
    let path: String

    /// Nil when there is none; also for one that the key did not sign, which says nothing.
    func read(key: [UInt8]) -> (seq: Int64, code: [UInt8])? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard parts.count == 3, let seq = Int64(parts[0]), let code = Hex.decode(String(parts[1])),
            let signature = Hex.decode(String(parts[2])), constantTimeEqual(sign(seq, code, key), signature)
        else { return nil }
        return (seq, code)
    }

    /// In one step: a crash leaves the old one or the new one.
    /// - Throws: ``StoaError/Code/internal``.
    func write(seq: Int64, code: [UInt8], key: [UInt8]) throws {
        let text = "\(seq) \(Hex.encode(code)) \(Hex.encode(sign(seq, code, key)))\n"
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw StoaError(.internal, "\(path) cannot be written. Check the folder's owner and space.")
        }
    }

    private func sign(_ seq: Int64, _ code: [UInt8], _ key: [UInt8]) -> [UInt8] {
        HMAC.sign(Array("mark \(seq) ".utf8) + code, key: key)
    }
}
