import AdminAPI
import Apps
import Model

/// `stoa catalogue`: finds apps as people find them.
struct CatalogueCommand: Command {
    static let category = CommandOption<String?>.text("category", "NAME", "Only apps of this category")

    static let spec = CommandSpec(
        path: ["catalogue"],
        summary: "Finds apps as people find them",
        description: """
            Lists the apps that people can use, the best match first, then the better rated. Without QUERY all of them. Where \
            nothing matches, an app is shown whose name is close to what was typed.
            """,
        positionals: [PositionalSpec(name: "QUERY", arity: .optional, help: "words of the name, title or description")],
        options: [category.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa catalogue pizza", "Finds what has to do with pizza."),
            CommandExample("stoa catalogue --category games", "Lists the games."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.catalogue)
        request.value = arguments.values("QUERY").first
        request.category = arguments[category]
        guard let found = try await ServerConnection.ask(request, arguments).catalogue else { return 1 }
        if arguments[SharedOptions.json] {
            console.out(json: ["apps": .array(found.apps.map(json)), "near": found.near.map { .string($0) } ?? .null])
            return 0
        }
        if let near = found.near { console.error("Nothing matches. \(near) is close to it:") }
        for app in found.apps {
            let stars = app.average.map { "  \($0) of 5 (\(app.ratings))" } ?? ""
            console.out("\(app.app)  \(app.version)  \(app.category)  \(app.title.visible), by \(app.publisher)\(stars)")
        }
        return 0
    }

    private static func json(_ app: AdminReply.Catalogue.Entry) -> JSONText {
        [
            "app": .string(app.app), "title": .string(app.title), "description": .string(app.description),
            "category": .string(app.category), "publisher": .string(app.publisher), "verified": .bool(app.verified),
            "version": .string(app.version), "average": app.average.map { .number($0) } ?? .null,
            "ratings": .integer(app.ratings),
        ]
    }
}

/// `stoa report list`: what people report.
struct ReportListCommand: Command {
    static let spec = CommandSpec(
        path: ["report", "list"],
        summary: "Lists what people report about apps",
        description: "Lists the reports that nobody has answered, the oldest first.",
        options: [SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [CommandExample("stoa report list", "Lists them.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        for report in try await ServerConnection.ask(AdminRequest(.reports), arguments).reports ?? [] {
            if arguments[SharedOptions.json] {
                console.out(
                    json: [
                        "report": .integer(report.report), "app": .string(report.app), "by": .string(report.by),
                        "date": .integer(report.date), "reason": .string(report.reason),
                    ])
            } else {
                console.out("\(report.report)  \(UTCTime.text(report.date))  \(report.app), by \(report.by)")
                for line in report.reason.visibleLines { console.out("    \(line)") }
            }
        }
        return 0
    }
}

/// `stoa report answer`: closes a report.
struct ReportAnswerCommand: Command {
    static let spec = CommandSpec(
        path: ["report", "answer"],
        summary: "Closes a report",
        description: "Notes what was done about a report, which is then no longer listed.",
        positionals: [
            PositionalSpec(name: "REPORT", help: "the report's number, from \"stoa report list\""),
            PositionalSpec(name: "TEXT", help: "what was done about it"),
        ],
        options: [SharedOptions.data.spec],
        examples: [CommandExample("stoa report answer 42 \"Taken down\"", "Closes the report 42.")])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard let number = Int64(arguments.value("REPORT")), number > 0 else {
            throw CommandFailure.usage(
                "\"\(arguments.value("REPORT"))\" is no report", "\"stoa report list\" shows their numbers.")
        }
        var request = AdminRequest(.answerReport)
        request.report = number
        request.value = arguments.value("TEXT")
        _ = try await ServerConnection.ask(request, arguments)
        return 0
    }
}

/// `stoa quota`: what an app may use up.
struct QuotaCommand: Command {
    static let turns = CommandOption<Int64?>.quota(
        "turns", Quota.turnsAllowed, "Turns that may begin in a minute; more wait")
    static let store = CommandOption<Int64?>.quota("store", Quota.storeAllowed, "MiB that its values may take in the store")

    static let spec = CommandSpec(
        path: ["quota"],
        summary: "Shows or changes what an app may use up",
        description: """
            Without --turns and --store shows what holds for the app. What is changed holds at once; "default" stands for what \
            holds for all apps.
            """,
        positionals: [PositionalSpec(name: "APP", help: "the app's name")],
        options: [turns.spec, store.spec, SharedOptions.data.spec, SharedOptions.json.spec],
        examples: [
            CommandExample("stoa quota shop --turns 600 --store 64", "The app shop has 10 turns a second and 64 MiB."),
            CommandExample("stoa quota shop --turns default", "It has as many turns as any other app."),
        ])

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var request = AdminRequest(.quota, name: arguments.value("APP"))
        request.turns = arguments[turns]
        request.store = arguments[store]
        guard let quota = try await ServerConnection.ask(request, arguments).quota else { return 1 }
        if arguments[SharedOptions.json] {
            func number(_ value: Int64?) -> JSONText { value.map { .integer($0) } ?? .null }
            console.out(
                json: [
                    "app": .string(quota.app), "turns_per_minute": number(quota.turnsPerMinute),
                    "store_mib": number(quota.storeMiB),
                    "defaults": [
                        "turns_per_minute": number(quota.defaultTurnsPerMinute), "store_mib": .integer(quota.defaultStoreMiB),
                    ],
                ])
            return 0
        }
        let turns = quota.turnsPerMinute.map { "\($0)" } ?? quota.defaultTurnsPerMinute.map { "\($0), the default" }
        console.out("turns a minute  \(turns ?? "no limit, the default")")
        console.out("store           \(quota.storeMiB.map { "\($0) MiB" } ?? "\(quota.defaultStoreMiB) MiB, the default")")
        return 0
    }
}

extension CommandOption where Value == Int64? {
    /// A number, or `default`, which is 0 in a request.
    fileprivate static func quota(_ name: String, _ range: ClosedRange<Int64>, _ help: String) -> Self {
        var spec = OptionSpec(name: name, placeholder: "N|default", help: help)
        spec.accepts = { $0 == "default" || Int64($0).map(range.contains) ?? false }
        spec.expected = "\"default\", or a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Self(spec: spec, read: { $0.last.map { Int64($0) ?? 0 } })
    }
}
