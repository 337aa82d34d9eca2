package import Messaging
package import Runtime
package import Sandbox

/// All that `stoa serve` can be told.
package struct ServerConfiguration: Sendable {
    package var dataFolder = "./data"
    package var host = "127.0.0.1"
    /// 0 picks a free one.
    package var port = 8080
    /// Where people open the client, such as `https://chat.example.org`; only with ``appsDomain``.
    package var publicURL: String?
    /// The domain under which each web mini-app has a host of its own; nil: only a server at a loopback address has them.
    package var appsDomain: String?
    package var tlsCertificate: String?
    package var tlsKey: String?
    package var isolation = SandboxIsolation.process
    /// Nil switches limits off.
    package var rateLimits: RateLimits? = RateLimits()
    package var openRegistration = false
    /// Lets `http.fetch` reach loopback and private networks: for development.
    package var allowPrivateFetch = false
    /// A program that sends people the codes which verify their addresses; nil: only the demo shows codes, in its log.
    package var contactSender: String?
    /// Stripe's keys and address; nil: money comes in through the operator alone.
    package var stripe: StripeConfiguration?
    /// For tests alone.
    package var faults = Faults.Plan()
    /// For tests that cannot wait a month; nil: the machine's clock.
    package var testClock: TestClock?
    /// Deploys what ships and makes alice and bob.
    package var demo = false
    /// Where the web client's built files are; nil looks beside the program and in the working directory.
    package var webFolder: String?
    /// Where `bots` and `miniapps` that ship are; nil looks in the same way.
    package var shipFolder: String?

    package init() {}
}

/// How the server reaches Stripe.
package struct StripeConfiguration: Sendable {
    /// A file with the secret key.
    package var keyFile: String
    /// A file with the webhook's signing secret; nil: Stripe is asked, and tells nothing by itself.
    package var webhookSecretFile: String?
    package var url = "https://api.stripe.com"

    package init(keyFile: String) { self.keyFile = keyFile }
}
