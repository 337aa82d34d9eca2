import Crypto
import Foundation
package import Model

/// Stripe's webhooks: a signature over the time and the body (https://docs.stripe.com/webhooks#verify-manually).
package struct StripeWebhook: Sendable {
    /// How old a request may be, or how far ahead its clock, in seconds.
    package static let tolerance: Int64 = 300

    /// What an event is about. It is taken as a hint alone: what counts is what Stripe answers when it is asked.
    package struct Hint: Sendable, Equatable {
        package let event: String
        /// The PaymentIntent's name.
        package let intent: String?
    }

    private let secret: [UInt8]

    package init(secret: String) { self.secret = Array(secret.utf8) }

    /// - Parameters:
    ///   - header: `Stripe-Signature`: `t=…,v1=HEX[,v1=HEX…]`, several codes while a secret is being changed.
    ///   - now: seconds since 1970 UTC.
    /// - Throws: ``StoaError/Code/webhookRefused``, without a word on what would have been right.
    package func open(_ body: [UInt8], header: String?, now: Int64) throws(StoaError) -> Hint {
        let parts = (header ?? "").split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        guard let time = parts.first(where: { $0.first == "t" && $0.count == 2 })?[1], let sent = Int64(time) else {
            throw StoaError(.webhookRefused, "The header Stripe-Signature is missing, or has no time.")
        }
        guard sent > now - Self.tolerance - 1, sent < now + Self.tolerance + 1 else {
            throw StoaError(.webhookRefused, "The request is too old.")
        }
        let expected = HMAC.sign(Array("\(time).".utf8) + body, key: secret)
        let codes = parts.filter { $0.first == "v1" && $0.count == 2 }.prefix(10).compactMap { Hex.decode($0[1]) }
        guard codes.contains(where: { constantTimeEqual($0, expected) }) else {
            throw StoaError(.webhookRefused, "The signature is wrong.")
        }
        guard let event = try? JSONDecoder().decode(StripeEvent.self, from: Data(body)) else {
            throw StoaError(.webhookRefused, "The body is no event of Stripe's.")
        }
        let object = event.data.object
        return Hint(event: event.id, intent: object.object == "payment_intent" ? object.id : object.payment_intent)
    }
}
