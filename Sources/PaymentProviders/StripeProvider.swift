import Foundation
package import HTTPClient
package import Ledger
package import Model

/// Stripe's HTTP API: PaymentIntents and refunds (https://docs.stripe.com/api).
///
/// An intent is made unconfirmed, so making it twice takes no money; confirming takes money, and an intent can succeed only once,
/// so who lost an answer looks the intent up and confirms it only where it still waits for that. Each POST carries an
/// `Idempotency-Key` that is made of our own number.
package struct StripeProvider: PaymentProvider {
    package let kind = TopUp.Provider.stripe

    /// Stripe counts these without decimals, as ISO 4217 does or not (https://docs.stripe.com/currencies#zero-decimal); the rest
    /// of what ISO counts otherwise than in hundredths is not taken here.
    private static let odd: Set<String> = ["ISK", "UGX", "UYI", "CLF", "UYW", "HUF", "TWD", "MGA"]
    /// Stripe's own limit: eight digits.
    private static let largest: Int64 = 99_999_999

    private let client: HTTPClient
    private let key: String
    private let base: String
    private let host: String

    /// - Parameters:
    ///   - key: the secret key.
    ///   - base: `https://api.stripe.com`, or where its stand-in is.
    package init(client: HTTPClient, key: String, base: String) {
        self.client = client
        self.key = key
        self.base = base
        host = ClientRequest(url: base).target?.host ?? ""
    }

    package func check(_ money: Money) throws(StoaError) {
        try money.checkPayable()
        guard !Self.odd.contains(money.currency.code), money.amount <= Self.largest else {
            throw StoaError(.invalidAmount, "Stripe takes at most \(Self.largest) minor units, and no \(money.currency) here.")
        }
    }

    package func prepare(_ topUp: TopUp) async throws(ProviderFailure) -> ProviderReference {
        var form = [
            ("amount", String(topUp.money.amount)), ("currency", topUp.money.currency.code.lowercased()),
            ("payment_method_types[0]", "card"), ("metadata[stoa_top_up]", String(topUp.id.value)),
        ]
        if let method = topUp.method { form.append(("payment_method", method)) }
        let intent = try await post("/v1/payment_intents", form, key: "stoa-topup-\(topUp.id)", StripeIntent.self)
        return ProviderReference(name: intent.id, clientSecret: intent.client_secret)
    }

    package func pay(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word {
        let known = try await get("/v1/payment_intents/\(reference)", StripeIntent.self)
        guard known.status == "requires_confirmation", topUp.method != nil else { return known.word }
        do throws(ProviderFailure) {
            return try await post(
                "/v1/payment_intents/\(reference)/confirm", [], key: "stoa-confirm-\(topUp.id)", StripeIntent.self
            ).word
        } catch .refused(let failure) {
            // A card that is declined, or an intent that somebody else confirmed meanwhile: the intent says which.
            let now = try await get("/v1/payment_intents/\(reference)", StripeIntent.self)
            return now.word == .waiting && now.status == "requires_confirmation" ? .failed(failure) : now.word
        }
    }

    package func cancel(_ topUp: TopUp, _ reference: String) async throws(ProviderFailure) -> TopUps.Word {
        // A key of its own for each try: Stripe would answer an old one with what it said a day ago.
        let key = "stoa-cancel-\(topUp.id)-\(topUp.tries)"
        do throws(ProviderFailure) {
            return try await post("/v1/payment_intents/\(reference)/cancel", [], key: key, StripeIntent.self).word
        } catch .refused {
            // It was paid or cancelled meanwhile, or the bank has not decided: the intent says which.
            return try await get("/v1/payment_intents/\(reference)", StripeIntent.self).word
        }
    }

    package func refund(
        _ refund: TopUpRefund, of topUp: TopUp, _ reference: String
    ) async throws(ProviderFailure) -> Bool? {
        let number = String(refund.id.value)
        let known = try await get("/v1/refunds?payment_intent=\(reference)&limit=100", StripeList<StripeRefund>.self).data
        if let made = known.first(where: { $0.metadata?["stoa_refund"] == number }) { return Self.isDone(made) }
        // A question that is still on its way must not be overtaken by a second one: the first would be answered within a minute.
        guard refund.tries == 0 || refund.tries >= 3 else { throw .silent("the refund is not known there yet") }
        do throws(ProviderFailure) {
            return Self.isDone(
                try await post(
                    "/v1/refunds",
                    [
                        ("payment_intent", reference), ("amount", String(refund.amount)), ("metadata[stoa_refund]", number),
                    ], key: "stoa-refund-\(number)", StripeRefund.self))
        } catch .refused { return false }
    }

    private static func isDone(_ refund: StripeRefund) -> Bool? {
        switch refund.status {
        case "succeeded", nil: true
        case "failed", "canceled": false
        default: nil
        }
    }

    package func list(since time: Int64) async throws(ProviderFailure) -> [ProviderEntry] {
        var refunds: [String: Int64] = [:]
        // What was paid since then was given back since then.
        for refund in try await all("/v1/refunds", since: time, StripeRefund.self) where Self.isDone(refund) == true {
            if let intent = refund.payment_intent { refunds[intent, default: 0] += refund.amount }
        }
        return try await all("/v1/payment_intents", since: time, StripeIntent.self).map { intent in
            let currency = try? Currency(intent.currency.uppercased())
            return ProviderEntry(
                reference: intent.id, topUp: intent.metadata?["stoa_top_up"].flatMap { Int64($0) }.map { TopUpID($0) },
                isPaid: intent.status == "succeeded",
                money: currency.map { Money(intent.amount_received ?? intent.amount, $0) }, refunded: refunds[intent.id] ?? 0)
        }
    }

    /// Page after page. What is older than wanted ends it, as Stripe lists the newest first.
    private func all<Entry: StripeEntry>(
        _ path: String, since time: Int64, _ type: Entry.Type
    ) async throws(ProviderFailure) -> [Entry] {
        var found: [Entry] = []
        var after = ""
        for _ in 0..<1000 {
            let page = try await get("\(path)?limit=100\(after)", StripeList<Entry>.self)
            found += page.data.filter { $0.isMade(since: time) }
            guard page.has_more == true, let last = page.data.last, last.isMade(since: time) else { return found }
            after = "&starting_after=\(last.id)"
        }
        throw .silent("\(path) has more pages than are read")
    }

    // MARK: Requests

    private func get<Answer: Decodable>(_ path: String, _ type: Answer.Type) async throws(ProviderFailure) -> Answer {
        try await send(ClientRequest(method: "GET", url: base + path), type)
    }

    private func post<Answer: Decodable>(
        _ path: String, _ form: [(String, String)], key: String, _ type: Answer.Type
    ) async throws(ProviderFailure) -> Answer {
        var request = ClientRequest(method: "POST", url: base + path)
        request.headers = [
            .init("Content-Type", "application/x-www-form-urlencoded"), .init("Idempotency-Key", key),
        ]
        request.body = Array(form.map { "\(Self.escape($0))=\(Self.escape($1))" }.joined(separator: "&").utf8)
        return try await send(request, type)
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            let isPlain =
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2D
            escaped +=
                isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return escaped
    }

    private func send<Answer: Decodable>(
        _ request: ClientRequest, _ type: Answer.Type
    ) async throws(ProviderFailure) -> Answer {
        var request = request
        request.headers += [.init("Authorization", "Bearer \(key)", isSecret: true), .init("Stripe-Version", "2023-10-16")]
        request.timeoutMilliseconds = 15_000
        request.maxRedirects = 0
        let (asked, allowed) = (request, host)
        let result = await withCheckedContinuation { continuation in
            client.send(asked, permit: { $0.host == allowed ? nil : "Stripe is at \(allowed)." }) {
                continuation.resume(returning: $0)
            }
        }
        switch result {
        case .failure(let failure): throw .silent(failure.message)
        case .success(let response):
            let body = Data(response.body)
            switch response.status {
            case 200..<300:
                do { return try JSONDecoder().decode(type, from: body) } catch {
                    throw .silent("Stripe's answer could not be read: \(error)")
                }
            // 401, 403: the key is not taken; 409: another request has the object; 429: too many. None says what became of it.
            case 401, 403, 409, 429, 500...: throw .silent("Stripe answered \(response.status).")
            // What was not found or not shown may well have happened.
            case _ where request.method == "GET": throw .silent("Stripe answered a look-up with \(response.status).")
            default:
                let problem = (try? JSONDecoder().decode(StripeErrorBody.self, from: body))?.error
                throw .refused(
                    TopUp.Failure(
                        code: problem?.decline_code ?? problem?.code ?? "http_\(response.status)",
                        message: problem?.message ?? "Stripe refuses: \(response.status)."))
            }
        }
    }
}
