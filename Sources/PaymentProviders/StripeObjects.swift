import Ledger
import Model

/// What Stripe's API answers, as far as it is needed (https://docs.stripe.com/api, version 2023-10-16).
struct StripeIntent: StripeEntry {
    struct Problem: Decodable {
        let code: String?
        let message: String?
    }

    let id: String
    let amount: Int64
    let amount_received: Int64?
    let currency: String
    let status: String
    let client_secret: String?
    let last_payment_error: Problem?
    let metadata: [String: String]?
    let created: Int64?

    /// Stripe's word, in ours.
    var word: TopUps.Word {
        switch status {
        case "succeeded":
            guard let currency = try? Currency(self.currency.uppercased()) else { return .silent }
            return .succeeded(Money(amount_received ?? amount, currency))
        case "canceled":
            return .failed(TopUp.Failure(code: "canceled", message: "The payment was cancelled at the provider."))
        case "requires_payment_method" where last_payment_error != nil:
            return .failed(
                TopUp.Failure(
                    code: last_payment_error?.code ?? "declined",
                    message: last_payment_error?.message ?? "The card was declined."))
        default: return .waiting
        }
    }
}

struct StripeRefund: StripeEntry {
    let id: String
    let amount: Int64
    let status: String?
    let payment_intent: String?
    let metadata: [String: String]?
    let created: Int64?
}

/// What Stripe lists, newest first.
protocol StripeEntry: Decodable, Sendable {
    var id: String { get }
    /// Seconds since 1970 UTC.
    var created: Int64? { get }
}

extension StripeEntry {
    /// - Parameter time: milliseconds since 1970 UTC.
    func isMade(since time: Int64) -> Bool { created.map { $0 * 1000 >= time } ?? true }
}

struct StripeList<Element: Decodable>: Decodable {
    let data: [Element]
    let has_more: Bool?
}

struct StripeErrorBody: Decodable {
    struct Problem: Decodable {
        let code: String?
        let decline_code: String?
        let message: String?
    }

    let error: Problem
}

struct StripeEvent: Decodable {
    struct Content: Decodable { let object: Object }

    struct Object: Decodable {
        let id: String?
        let object: String?
        let payment_intent: String?
    }

    let id: String
    let type: String
    let data: Content
}
