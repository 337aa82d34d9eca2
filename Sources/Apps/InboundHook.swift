/// A path at which another service tells the app something, and how such a request proves where it comes from.
package struct InboundHook: Sendable, Equatable {
    /// How the other service signs what it sends.
    package enum Scheme: Sendable, Equatable {
        /// `X-Hub-Signature-256: sha256=HEX` over the body.
        case github
        /// `Stripe-Signature: t=…,v1=HEX` over the time and the body.
        case stripe
        /// `X-Slack-Signature: v0=HEX` over version, time and body.
        case slack
        case hmac(HMAC)
    }

    /// An HMAC of the body in a header of the service's own.
    package struct HMAC: Sendable, Equatable {
        package enum Algorithm: String, Sendable, CaseIterable { case sha256, sha1, sha512 }
        package enum Encoding: String, Sendable, CaseIterable { case hex, base64 }

        /// The header's name in small letters, 1 to 64 bytes.
        package let header: String
        package let algorithm: Algorithm
        package let encoding: Encoding
        /// What stands in the header before the code, such as `sha256=`; at most 32 bytes of printable ASCII.
        package let prefix: String

        package init(header: String, algorithm: Algorithm = .sha256, encoding: Encoding = .hex, prefix: String = "") {
            self.header = header
            self.algorithm = algorithm
            self.encoding = encoding
            self.prefix = prefix
        }
    }

    /// The last part of the address: 1 to 64 of a-z, 0-9, `_` and `-`, the first a letter or digit.
    package let path: String
    package let scheme: Scheme
    /// The name of the app's secret that the key is kept under.
    package let secret: String
    /// Where the manifest declares it.
    package let position: SourcePosition

    package init(path: String, scheme: Scheme, secret: String, position: SourcePosition) {
        self.path = path
        self.scheme = scheme
        self.secret = secret
        self.position = position
    }
}
