import Crypto
package import Model

/// What a web mini-app is told at its start of who opened it and where, signed so that its server can believe it.
///
/// The form is that of Telegram's mini-apps: `key=value` pairs as in a query. `hash` is an HMAC over all others, whose key is
/// made of the app's token; `signature` is by the server's Ed25519 key, for who is not to have the token.
package struct InitData: Sendable {
    /// In this order, all but `signature` and `hash`. No value is empty.
    package let fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)]) { self.fields = fields }

    /// - Parameters:
    ///   - bot: the account of the app.
    ///   - token: the app's.
    ///   - key: the 32 bytes of the server's private key.
    /// - Throws: ``StoaError/Code/internal``.
    package func signed(for bot: AccountID, token: String, key: [UInt8]) throws(StoaError) -> String {
        guard let signer = Ed25519.PrivateKey(seed: key),
            let signature = signer.sign(Array("\(bot):WebAppData\n\(Self.lines(fields))".utf8))
        else { throw StoaError(.internal, "The launch data could not be signed.") }
        let all = fields + [("signature", Base64URL.encode(signature))]
        return (all + [("hash", Self.hash(all, token: token))]).map { "\($0.name)=\(Self.escaped($0.value))" }.joined(
            separator: "&")
    }

    /// Of fields in any order.
    package static func hash(_ fields: [(name: String, value: String)], token: String) -> String {
        let key = HMAC.sign(Array(token.utf8), key: Array("WebAppData".utf8))
        return Hex.encode(HMAC.sign(Array(lines(fields).utf8), key: key))
    }

    /// Sorted by name, one a line.
    private static func lines(_ fields: [(name: String, value: String)]) -> String {
        fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { "\($0.name)=\($0.value)" }
            .joined(separator: "\n")
    }

    /// Percent-encoded but for letters, digits and `-._~` (RFC 3986, section 2.3).
    private static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            default: result += "%\(Hex.encode([byte]).uppercased())".utf8
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
