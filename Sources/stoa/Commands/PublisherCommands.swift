import AdminAPI
import Model

/// `stoa publisher new`: makes an organisation that sends apps in.
struct PublisherNewCommand: Command {
    static let title = CommandOption<String?>.text("title", "TEXT", "What people see; the name when not given")
    static let owner = CommandOption<String?>.text("owner", "USER", "A user who decides for it")
    static let key = CommandOption<String?>.text("key", "KEY", "What \"stoa key show\" prints: signs its packages")

    static let spec = CommandSpec(
        path: ["publisher", "new"],
        summary: "Makes a publisher: who sends apps in",
        description: """
            A publisher is an organisation with people in it and keys that sign its packages. Its name never changes, since \
            packages are signed for it.
            """,
        positionals: [PositionalSpec(name: "NAME", help: "letters, digits and underscores")],
        options: [title.spec, owner.spec, key.spec, SharedOptions.data.spec],
        examples: [
            CommandExample("stoa publisher new acme --title \"Acme Ltd\" --key \"$(stoa key show)\"", "Makes the publisher acme.")
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(
            .foundPublisher, name: arguments.value("NAME"), display: arguments[title] ?? arguments.value("NAME"))
        request.value = arguments[owner]
        request.key = arguments[key]
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}

/// `stoa publisher list`: all publishers, their people and keys.
struct PublisherListCommand: Command {
    static let spec = CommandSpec(
        path: ["publisher", "list"],
        summary: "Lists the publishers, their people and their keys",
        description: "Lists all publishers by name. A key that waits has to be admitted before it signs.",
        positionals: [], options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa publisher list", "Lists them.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        for known in try await ServerConnection.ask(AdminRequest(.publishers), arguments).publishers ?? [] {
            if arguments[SharedOptions.json] {
                let keys = known.keys.map { key -> JSONText in ["key": .string(key.key), "state": .string(key.state)] }
                console.out(
                    json: [
                        "name": .string(known.name), "title": .string(known.title), "verified": .bool(known.verified),
                        "members": .array(known.members.map { .string($0) }), "keys": .array(keys),
                    ])
            } else {
                let people = known.members.isEmpty ? "" : ", \(known.members.joined(separator: ", "))"
                console.out("\(known.name): \(known.title.visible)\(people)")
                for key in known.keys { console.out("    \(key.key) \(key.state)") }
            }
        }
        return 0
    }
}

/// `stoa publisher key`: adds, admits or revokes a key.
struct PublisherKeyCommand: Command {
    static let revoke = CommandOption<Bool>.flag("revoke", "The key signs nothing any more, for good")
    static let admit = CommandOption<Bool>.flag("admit", "A key that its owner added may sign from now on")

    static let spec = CommandSpec(
        path: ["publisher", "key"],
        summary: "Adds a key to a publisher, admits or revokes one",
        description: """
            Adds a key that may sign the publisher's packages. With --admit, one that an owner added and that waits; with \
            --revoke, one that is lost or in wrong hands. What was admitted before stays.
            """,
        positionals: [
            PositionalSpec(name: "NAME", help: "the publisher's name"), PositionalSpec(name: "KEY", help: "ed25519:…"),
        ],
        options: [admit.spec, revoke.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa publisher key acme ed25519:… --revoke", "The key signs nothing any more.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard !(arguments[admit] && arguments[revoke]) else {
            throw CommandFailure.usage("--admit and --revoke exclude each other", "Give one of them.")
        }
        let command: AdminRequest.Command = arguments[admit] ? .admitKey : arguments[revoke] ? .revokeKey : .addKey
        var request = AdminRequest(command, name: arguments.value("NAME"))
        request.key = arguments.value("KEY")
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
