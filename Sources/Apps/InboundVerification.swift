import Crypto
import Foundation

extension InboundHook {
    /// How old a request of a scheme that signs the time may be, in seconds.
    package static let tolerance: Int64 = 300

    /// Whether a request was signed with the key.
    ///
    /// - Parameters:
    ///   - header: the first value of a header by its name in small letters.
    ///   - now: seconds since 1970 UTC.
    /// - Returns: nil when it was; else why not, without a word on what would have been right.
    package func problem(body: [UInt8], key: String, now: Int64, header: (String) -> String?) -> String? {
        let key = Array(key.utf8)
        switch scheme {
        case .github:
            return Self.check(
                header("x-hub-signature-256"), HMAC(header: "x-hub-signature-256", prefix: "sha256="), body, key)
        case .hmac(let hmac): return Self.check(header(hmac.header), hmac, body, key)
        case .slack:
            guard let time = header("x-slack-request-timestamp"), let sent = Int64(time) else {
                return "the header X-Slack-Request-Timestamp is missing"
            }
            guard abs(now - sent) <= Self.tolerance else { return "the request is too old" }
            return Self.check(
                header("x-slack-signature"), HMAC(header: "x-slack-signature", prefix: "v0="),
                Array("v0:\(time):".utf8) + body, key)
        case .stripe: return Self.checkStripe(header("stripe-signature"), body, key, now)
        }
    }

    /// `t=…,v1=HEX[,v1=HEX…]` over `t.body`: several codes while a key is being changed.
    private static func checkStripe(_ header: String?, _ body: [UInt8], _ key: [UInt8], _ now: Int64) -> String? {
        guard let header else { return "the header Stripe-Signature is missing" }
        let parts = header.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        guard let time = parts.first(where: { $0.first == "t" && $0.count == 2 })?[1], let sent = Int64(time) else {
            return "the header Stripe-Signature has no time"
        }
        guard abs(now - sent) <= tolerance else { return "the request is too old" }
        let expected = Crypto.HMAC.sign(Array("\(time).".utf8) + body, key: key)
        let codes = parts.filter { $0.first == "v1" && $0.count == 2 }.prefix(10).compactMap { Hex.decode($0[1]) }
        return codes.contains { constantTimeEqual($0, expected) } ? nil : "the signature is wrong"
    }

    private static func check(_ value: String?, _ hmac: HMAC, _ message: [UInt8], _ key: [UInt8]) -> String? {
        guard let value else { return "the header \(hmac.header) is missing" }
        guard value.hasPrefix(hmac.prefix) else { return "the signature is wrong" }
        let text = String(value.dropFirst(hmac.prefix.count))
        let given = hmac.encoding == .hex ? Hex.decode(text) : Data(base64Encoded: text).map { [UInt8]($0) }
        let digest: Crypto.HMAC.Digest =
            switch hmac.algorithm {
            case .sha1: .sha1
            case .sha256: .sha256
            case .sha512: .sha512
            }
        let expected = Crypto.HMAC.sign(message, key: key, digest: digest)
        guard let given, constantTimeEqual(given, expected) else { return "the signature is wrong" }
        return nil
    }
}
