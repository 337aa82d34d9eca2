import AdminAPI
import Foundation
import Glibc
import Model

/// `stoa secret set`: gives an app a value that it may use in requests and never read.
struct SecretSetCommand: Command {
    static let hosts = CommandOption<[String]>.texts(
        "host", "HOST", "A server that it may be sent to; all that the manifest lists when not given. May be repeated")

    static let spec = CommandSpec(
        path: ["secret", "set"],
        summary: "Gives an app a secret for its requests and webhooks",
        description: """
            Sets a secret of an app, from the first line of standard input. The app uses it in a header of http.fetch by its \
            name, or in "inbound" of its manifest; its Lua never gets the value. It is kept sealed in the data folder.
            Needs the running server of the data folder.
            """,
        positionals: [
            PositionalSpec(name: "APP", help: "the app's name"),
            PositionalSpec(name: "NAME", help: "the secret's name, in capitals, such as API_KEY"),
        ],
        options: [hosts.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa secret set shop API_KEY", "Asks for the value, or takes it from a pipe."),
            CommandExample(
                "stoa secret set shop API_KEY --host api.example.com", "It is sent to that server only."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        if isatty(0) == 1 { console.error("Value, then Return (it is not shown):") }
        guard let value = try await Blocking.run({ readSecret() }), !value.isEmpty else {
            throw CommandFailure.usage("There is no value on standard input", "Write it, or pipe it in.")
        }
        var request = AdminRequest(.setSecret, name: arguments.value("APP"))
        request.secret = arguments.value("NAME")
        request.value = value
        request.hosts = arguments[hosts]
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }

    /// A terminal does not show what is typed.
    private static func readSecret() -> String? {
        var settings = termios()
        let isTerminal = tcgetattr(0, &settings) == 0
        if isTerminal {
            var hidden = settings
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(0, TCSANOW, &hidden)
        }
        defer { if isTerminal { tcsetattr(0, TCSANOW, &settings) } }
        return readLine(strippingNewline: true)
    }
}

/// `stoa secret list`: names, never values.
struct SecretListCommand: Command {
    static let spec = CommandSpec(
        path: ["secret", "list"],
        summary: "Lists an app's secrets, without their values",
        description:
            "Lists the names of an app's secrets, where they may be sent and when they were set. Values are never shown.",
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa secret list shop", "Lists the secrets of the app shop.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let reply = try await ServerConnection.ask(AdminRequest(.secrets, name: arguments.value("APP")), arguments)
        for secret in reply.secrets ?? [] {
            if arguments[SharedOptions.json] {
                console.out(
                    json: [
                        "name": .string(secret.name), "hosts": .array(secret.hosts.map { .string($0) }),
                        "date": .integer(secret.date),
                    ])
            } else {
                let hosts = secret.hosts.isEmpty ? "any host of the manifest" : secret.hosts.joined(separator: ", ")
                console.out("\(secret.name)  \(UTCTime.text(secret.date))  \(hosts)")
            }
        }
        return 0
    }
}

/// `stoa secret remove`.
struct SecretRemoveCommand: Command {
    static let spec = CommandSpec(
        path: ["secret", "remove"],
        summary: "Takes a secret from an app",
        description: "Removes a secret of an app. Requests that use it fail from then on, with an error that names it.",
        positionals: [
            PositionalSpec(name: "APP", help: "the app's name"), PositionalSpec(name: "NAME", help: "the secret's name"),
        ],
        options: [SharedOptions.data.spec],
        examples: [CommandExample("stoa secret remove shop API_KEY", "Takes the key from the app shop.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.removeSecret, name: arguments.value("APP"))
        request.secret = arguments.value("NAME")
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
