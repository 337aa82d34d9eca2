import COpenSSL
import Glibc

/// Random bytes that nobody can guess.
package enum SecureRandom {
    /// The process ends when the system gives no randomness: nothing secret can be made then.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard count == 0 || RAND_bytes(&bytes, Int32(count)) == 1 else {
            let text: StaticString = "stoa: The system gives no random numbers. Check the kernel's random device.\n"
            text.withUTF8Buffer { _ = write(2, $0.baseAddress, $0.count) }
            abort()
        }
        return bytes
    }

    /// So many random bytes as base64url text.
    package static func token(_ count: Int = 32) -> String { Base64URL.encode(bytes(count)) }

    /// A number from 0 up to `bound`, which must be above 0; each is as likely as the others.
    package static func number(below bound: UInt32) -> UInt32 {
        // What is above the last whole multiple would make the small numbers likelier: it is drawn again.
        let end = UInt64(1) << 32 / UInt64(bound) * UInt64(bound)
        while true {
            let drawn = bytes(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if drawn < end { return UInt32(drawn % UInt64(bound)) }
        }
    }
}

/// Compares in a time that does not depend on where the two differ.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}
