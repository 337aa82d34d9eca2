import Crypto
package import Database
package import Model

/// Lets a client that had no answer ask again without paying twice
/// (draft-ietf-httpapi-idempotency-key-header): the key's first answer is stored with what it moved, and given again.
package enum IdempotencyKeys {
    /// Milliseconds for which an answer is kept.
    package static let keptFor: Int64 = 7 * 24 * 3600 * 1000

    package struct Answer: Sendable, Equatable {
        package let status: Int
        package let body: [UInt8]

        package init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    /// SHA-256 over what a request asks for, its parts apart from each other by lengths.
    package static func fingerprint(method: String, path: String, body: [UInt8]) -> [UInt8] {
        SHA256.hash(Array("\(method.utf8.count) \(method) \(path.utf8.count) \(path) ".utf8) + body)
    }

    /// Runs `body` for a key that is new, in the same transaction; an error leaves the key unused.
    /// - Throws: ``StoaError``: `badRequest` for what is no key, `idempotencyConflict` when it was used for something else, and
    ///   what `body` throws.
    package static func once(
        _ key: String, of owner: AccountID, fingerprint: [UInt8], now: Int64, in tx: Transaction, _ body: () throws -> Answer
    ) throws -> Answer {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw StoaError(.badRequest, "An Idempotency-Key has 1 to 255 visible ASCII characters.")
        }
        let known = try tx.first(
            "SELECT fingerprint, status, body FROM idempotency_keys WHERE owner = ? AND key = ?", .int(owner.value), .text(key)
        ) { (fingerprint: try $0.bytes(0), answer: Answer(status: Int(try $0.int(1)), body: try $0.bytes(2))) }
        if let known {
            guard known.fingerprint == fingerprint else {
                throw StoaError(
                    .idempotencyConflict, "This Idempotency-Key was used for another request. Use a new one for each.")
            }
            return known.answer
        }
        let answer = try body()
        try tx.execute(
            "INSERT INTO idempotency_keys (owner, key, fingerprint, status, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            .int(owner.value), .text(key), .blob(fingerprint), .int(Int64(answer.status)), .blob(answer.body), .int(now))
        return answer
    }

    /// A few at a time.
    /// - Returns: whether there are more.
    package static func prune(before time: Int64, in tx: Transaction) throws -> Bool {
        try tx.execute(
            """
            DELETE FROM idempotency_keys WHERE (owner, key) IN
              (SELECT owner, key FROM idempotency_keys WHERE created_at < ? LIMIT 500)
            """,
            .int(time)) == 500
    }
}
