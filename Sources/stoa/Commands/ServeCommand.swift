import Foundation
import Runtime
import Sandbox
import Server

/// `stoa serve`: runs the server.
struct ServeCommand: Command {
    static let listen = CommandOption<String>.text(
        "listen", "HOST:PORT", default: "127.0.0.1:8080", "Where to accept connections; port 0 picks a free one")
    static let demo = CommandOption<Bool>.flag(
        "demo", "Deploys the bots and mini-apps that ship, and makes the users alice (an operator) and bob (password: demo)")
    static let config = CommandOption<String?>.text("config", "FILE", "Reads settings from a file")
    static let certificate = CommandOption<String?>.text("tls-cert", "FILE", "The server's certificate, PEM; needs --tls-key")
    static let key = CommandOption<String?>.text("tls-key", "FILE", "The certificate's private key, PEM")
    static let publicURL = CommandOption<String?>.text(
        "public-url", "URL", "Where people open the client, such as https://chat.example.org; needs --apps-domain")
    static let appsDomain = CommandOption<String?>.text(
        "apps-domain", "DOMAIN", "Web mini-apps get hosts under it, each its own; every name under it must lead here")
    static let privateWebhooks = CommandOption<Bool>.flag(
        "allow-private-webhooks", "For development: bots' webhooks may be at loopback addresses and plain http")
    static let privateFetch = CommandOption<Bool>.flag(
        "allow-private-fetch", "For development: http.fetch may reach loopback and private networks")
    static let rateLimit = CommandOption<String?>.text(
        "rate-limit", "off|FILE", "Sets no limits on how often accounts write, or those of a file")
    static let contactSender = CommandOption<String?>.text(
        "contact-sender", "PROGRAM",
        "Sends codes that verify addresses: is run with email or phone and the address, the text on standard input")
    static let stripeKey = CommandOption<String?>.text(
        "stripe-key-file", "FILE", "Lets people top up their wallets through Stripe: the file holds the secret key")
    static let stripeSecret = CommandOption<String?>.text(
        "stripe-webhook-secret-file", "FILE", "The signing secret of the webhook at /webhooks/stripe")
    static let stripeURL = CommandOption<String?>.text("stripe-url", "URL", "Where Stripe's API is, for tests against a stand-in")
    static let openRegistration = CommandOption<Bool>.flag("open-registration", "Lets anybody make a user")

    static let spec = CommandSpec(
        path: ["serve"],
        summary: "Runs the server",
        description: """
            Runs the server until it gets SIGTERM or SIGINT: it then finishes running turns, commits and exits within 10 seconds.
            When it accepts connections it prints one line: listening on http://HOST:PORT
            """,
        options: [
            SharedOptions.data.spec, listen.spec, demo.spec, config.spec, certificate.spec, key.spec,
            publicURL.spec, appsDomain.spec,
            SharedOptions.isolation.spec,
            privateWebhooks.spec, privateFetch.spec, rateLimit.spec, openRegistration.spec, contactSender.spec,
            stripeKey.spec, stripeSecret.spec, stripeURL.spec,
        ],
        examples: [
            CommandExample("stoa serve --demo", "Tries it out at http://127.0.0.1:8080, signed in as alice with password demo."),
            CommandExample(
                "stoa serve --data /var/lib/stoa --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem",
                "Serves other machines over TLS."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard arguments.isGiven(certificate) == arguments.isGiven(key) else {
            throw CommandFailure.usage("--tls-cert and --tls-key belong together", "Give both, or neither.")
        }
        guard arguments.isGiven(stripeKey) || !(arguments.isGiven(stripeSecret) || arguments.isGiven(stripeURL)) else {
            throw CommandFailure.usage("Stripe needs its secret key", "Give --stripe-key-file too.")
        }
        let configuration = try configuration(arguments)
        guard (configuration.publicURL == nil) == (configuration.appsDomain == nil) else {
            throw CommandFailure.usage("--public-url and --apps-domain belong together", "Give both, or neither.")
        }
        // What the server keeps is for its own account, also in a folder that others may read.
        umask(0o077)
        let stopped = StopSignals()
        let server: Server
        do {
            server = try await Server.start(configuration) { console.error("stoa: \($0)") }
        } catch {
            var reason = "\(error)"
            if reason.hasSuffix(".") { reason.removeLast() }
            throw CommandFailure(
                "The server could not start: \(reason)", "See \"stoa doctor --data \(configuration.dataFolder)\".")
        }
        console.out("listening on \(server.address)")
        if configuration.demo {
            console.error(
                "Open \(server.address) and sign in as alice or bob, password demo, PIN 2580. Try the bots echo and shop.")
        }
        await stopped.wait()
        await server.stop()
        return 0
    }

    private static func configuration(_ arguments: ParsedArguments) throws -> ServerConfiguration {
        var configuration = ServerConfiguration()
        if let file = arguments[config] { try ConfigurationFile.read(file, into: &configuration) }
        if arguments.isGiven(SharedOptions.data) || configuration.dataFolder.isEmpty {
            configuration.dataFolder = arguments[SharedOptions.data]
        }
        if arguments.isGiven(listen) || arguments[config] == nil {
            (configuration.host, configuration.port) = try ListenAddress.parse(arguments[listen])
        }
        configuration.tlsCertificate = arguments[certificate] ?? configuration.tlsCertificate
        configuration.publicURL = arguments[publicURL] ?? configuration.publicURL
        configuration.appsDomain = arguments[appsDomain] ?? configuration.appsDomain
        configuration.tlsKey = arguments[key] ?? configuration.tlsKey
        if arguments.isGiven(SharedOptions.isolation) {
            configuration.isolation = SandboxIsolation(rawValue: arguments[SharedOptions.isolation].rawValue) ?? .process
        }
        if arguments[demo] { configuration.demo = true }
        if arguments[privateFetch] { configuration.allowPrivateFetch = true }
        if arguments[openRegistration] { configuration.openRegistration = true }
        configuration.contactSender = arguments[contactSender] ?? configuration.contactSender
        if let limits = arguments[rateLimit] { configuration.rateLimits = try ConfigurationFile.rateLimits(limits) }
        if let file = arguments[stripeKey] {
            var stripe = StripeConfiguration(keyFile: file)
            stripe.webhookSecretFile = arguments[stripeSecret]
            stripe.url = arguments[stripeURL] ?? stripe.url
            configuration.stripe = stripe
        }
        // For crash tests: the process ends itself in the middle of its work.
        configuration.faults.killAt = ProcessInfo.processInfo.environment["STOA_TEST_KILL_AT"].flatMap { Int($0) }
        // For tests that cannot wait a month: the admin socket takes "clock.advance".
        if ProcessInfo.processInfo.environment["STOA_TEST_CLOCK"] == "1" { configuration.testClock = TestClock() }
        return configuration
    }
}
