import COpenSSL

/// A code that only who has the key can make (RFC 2104).
package enum HMAC {
    package enum Digest: Sendable {
        case sha1
        case sha256
        case sha512
    }

    package static func sign(_ message: [UInt8], key: [UInt8], digest: Digest = .sha256) -> [UInt8] {
        let algorithm =
            switch digest {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha512: EVP_sha512()
            }
        var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        COpenSSL.HMAC(algorithm, key, Int32(key.count), message, message.count, &code, &count)
        return Array(code.prefix(Int(count)))
    }
}
