import Foundation
import HTTPClient
import Model
import PaymentProviders

/// Reads Stripe's keys from their files: on a command line everybody could read them.
enum StripeSetup {
    /// Nil where Stripe is not set up. Blocks.
    /// - Throws: ``StoaError`` for a file that cannot be read or is empty.
    static func make(
        _ configuration: StripeConfiguration?
    ) throws -> (provider: StripeProvider, webhook: StripeWebhook?)? {
        guard let configuration else { return nil }
        var options = HTTPClientOptions()
        // A stand-in may be on this machine; Stripe itself never is.
        options.allowsPrivateAddresses = configuration.url != "https://api.stripe.com"
        let provider = StripeProvider(
            client: try HTTPClient(options: options), key: try secret(configuration.keyFile), base: configuration.url)
        return (provider, try configuration.webhookSecretFile.map { StripeWebhook(secret: try secret($0)) })
    }

    private static func secret(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoaError(.internal, "\(path) cannot be read. Name the file that holds Stripe's key.")
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw StoaError(.internal, "\(path) does not hold a key of Stripe.")
        }
        return text
    }
}
