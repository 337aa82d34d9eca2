import COpenSSL

/// Passwords by scrypt (RFC 7914), as PHC strings: `$scrypt$ln=15,r=8,p=1$salt$hash`.
///
/// Takes tens of milliseconds and 32 MiB on purpose: call it off the event loops and the cooperative pool.
package enum Password {
    package struct HashingFailed: Error, CustomStringConvertible {
        package let description = "The password could not be hashed: memory is short. Try again."
    }

    private static let logN: UInt64 = 15
    private static let r: UInt64 = 8
    private static let p: UInt64 = 1

    package static func hash(_ password: String) throws -> String {
        let salt = SecureRandom.bytes(16)
        guard let hash = derive(password, salt, logN: logN, r: r, p: p) else { throw HashingFailed() }
        return "$scrypt$ln=\(logN),r=\(r),p=\(p)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }

    /// False also for a text that is no such hash.
    package static func verify(_ password: String, against stored: String) -> Bool {
        let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let salt = Base64URL.decode(String(parts[3])), let expected = Base64URL.decode(String(parts[4]))
        else { return false }
        let numbers = parts[2].split(separator: ",").compactMap { field in
            field.split(separator: "=").last.flatMap { UInt64($0) }
        }
        guard numbers.count == 3, numbers[0] <= 20, numbers[1] <= 16, numbers[2] <= 4,
            let hash = derive(password, salt, logN: numbers[0], r: numbers[1], p: numbers[2])
        else { return false }
        return constantTimeEqual(hash, expected)
    }

    private static func derive(_ password: String, _ salt: [UInt8], logN: UInt64, r: UInt64, p: UInt64) -> [UInt8]? {
        var hash = [UInt8](repeating: 0, count: 32)
        let text = Array(password.utf8)
        let done = text.withUnsafeBufferPointer { text in
            text.withMemoryRebound(to: CChar.self) {
                EVP_PBE_scrypt($0.baseAddress, $0.count, salt, salt.count, 1 << logN, r, p, 256 << 20, &hash, hash.count)
            }
        }
        return done == 1 ? hash : nil
    }
}
