import Foundation
import Messaging
import Sandbox
import Server

/// The JSON file of `--config`: the names of serve's switches with underscores, and `rate_limits`.
enum ConfigurationFile {
    private struct Settings: Decodable {
        var data: String?
        var listen: String?
        var public_url: String?
        var apps_domain: String?
        var tls_cert: String?
        var tls_key: String?
        var isolation: String?
        var demo: Bool?
        var open_registration: Bool?
        var allow_private_fetch: Bool?
        var contact_sender: String?
        var rate_limits: Limits?
    }

    private struct Limits: Decodable {
        var user: RateLimits.Bucket?
        var bot: RateLimits.Bucket?
        var bot_to_group: RateLimits.Bucket?
        var bot_to_direct: RateLimits.Bucket?
    }

    static func read(_ path: String, into configuration: inout ServerConfiguration) throws {
        let settings: Settings = try decode(path)
        if let data = settings.data { configuration.dataFolder = data }
        if let listen = settings.listen { (configuration.host, configuration.port) = try ListenAddress.parse(listen) }
        configuration.publicURL = settings.public_url
        configuration.appsDomain = settings.apps_domain
        configuration.tlsCertificate = settings.tls_cert
        configuration.tlsKey = settings.tls_key
        configuration.demo = settings.demo ?? false
        configuration.openRegistration = settings.open_registration ?? false
        configuration.allowPrivateFetch = settings.allow_private_fetch ?? false
        configuration.contactSender = settings.contact_sender
        if let name = settings.isolation {
            guard let isolation = SandboxIsolation(rawValue: name) else {
                throw CommandFailure("\(path): isolation is \"\(name)\"", "Use \"process\" or \"thread\".")
            }
            configuration.isolation = isolation
        }
        if let limits = settings.rate_limits { configuration.rateLimits = try checked(limits, path) }
    }

    /// `off`, or a file with the limits.
    static func rateLimits(_ argument: String) throws -> RateLimits? {
        if argument == "off" { return nil }
        let limits: Limits = try decode(argument)
        return try checked(limits, argument)
    }

    private static func checked(_ given: Limits, _ path: String) throws -> RateLimits {
        var limits = RateLimits()
        limits.user = given.user ?? limits.user
        limits.bot = given.bot ?? limits.bot
        limits.botToGroup = given.bot_to_group ?? limits.botToGroup
        limits.botToDirect = given.bot_to_direct ?? limits.botToDirect
        for bucket in [limits.user, limits.bot, limits.botToGroup, limits.botToDirect]
        where !(bucket.perSecond > 0 && bucket.burst >= 1) {
            throw CommandFailure(
                "\(path) has a limit that lets nothing through", "Give perSecond above 0 and burst of at least 1.")
        }
        return limits
    }

    private static func decode<Value: Decodable>(_ path: String) throws -> Value {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("The file \(path) cannot be read", "Check its name and rights.")
        }
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw CommandFailure(
                "\(path) is not the JSON that is expected (\(error))",
                "See docs/operating.md for the settings.")
        }
    }
}

/// `HOST:PORT`, `:PORT`, `[::1]:PORT`.
enum ListenAddress {
    static func parse(_ text: String) throws -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else {
            throw CommandFailure.usage("--listen takes HOST:PORT, not \(text)", "For example --listen 127.0.0.1:8080.")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return (host.isEmpty ? "0.0.0.0" : host, port)
    }
}
