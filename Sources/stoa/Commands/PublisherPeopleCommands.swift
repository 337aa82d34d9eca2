import AdminAPI

/// `stoa publisher verify`: says that somebody has checked who a publisher is.
struct PublisherVerifyCommand: Command {
    static let not = CommandOption<Bool>.flag("not", "Takes that back")

    static let spec = CommandSpec(
        path: ["publisher", "verify"],
        summary: "Says that you have checked who a publisher is",
        description: "People see it beside the publisher's apps, in the catalogue and where an app asks for their consent.",
        positionals: [PositionalSpec(name: "NAME", help: "the publisher's name")],
        options: [not.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa publisher verify acme", "Marks the publisher acme as verified.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.verifyPublisher, name: arguments.value("NAME"))
        request.verified = !arguments[not]
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}

/// `stoa publisher member`: who belongs to a publisher.
struct PublisherMemberCommand: Command {
    enum Role: String, CaseIterable, Sendable { case owner, developer, none }

    static let role = CommandOption<Role>.choice(
        "role", default: .developer, "Owners also decide who belongs to it and which keys sign; none takes the person out")

    static let spec = CommandSpec(
        path: ["publisher", "member"],
        summary: "Adds a person to a publisher, or takes one out",
        description: "A publisher that has owners keeps at least one.",
        positionals: [
            PositionalSpec(name: "NAME", help: "the publisher's name"), PositionalSpec(name: "USER", help: "the user's name"),
        ],
        options: [role.spec, SharedOptions.data.spec],
        examples: [CommandExample("stoa publisher member acme alice --role owner", "Makes alice an owner of acme.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.setMember, name: arguments.value("NAME"))
        request.value = arguments.value("USER")
        request.role = arguments[role].rawValue
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}
