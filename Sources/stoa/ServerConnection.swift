import AdminAPI
import Glibc
import Model

/// The running server of a data folder, asked through its admin socket.
enum ServerConnection {
    static func ask(_ request: AdminRequest, _ arguments: ParsedArguments) async throws -> AdminReply {
        let client = AdminClient(folder: arguments[SharedOptions.data])
        return try await translating { try client.ask(request) }
    }

    static func ask(
        _ request: AdminRequest, _ arguments: ParsedArguments, each: @escaping @Sendable (AdminReply) -> Void
    ) async throws {
        let client = AdminClient(folder: arguments[SharedOptions.data])
        try await translating { try client.ask(request, each: each) }
    }

    /// The server's sentences say what to do already.
    private static func translating<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        do {
            return try await Blocking.run(body)
        } catch let error as StoaError {
            throw ServerRefusal(description: error.message)
        }
    }
}

/// An error whose text is complete.
struct ServerRefusal: Error, CustomStringConvertible {
    let description: String
}

/// The server has another working directory than who calls it.
enum AbsolutePath {
    static func of(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// What `deploy` and `rollback` print.
enum Deployment {
    static func report(_ reply: AdminReply, _ arguments: ParsedArguments, _ console: Console) throws -> Int32 {
        guard let deployment = reply.deployment else {
            throw CommandFailure("The server's answer lacks the deployment", "Is it of another version?")
        }
        for warning in deployment.warnings { console.error(warning) }
        if let migration = deployment.migration {
            console.error(
                "\(migration.moved) conversations moved to this version, \(migration.upgraded) handed to on_upgrade, \(migration.kept) kept on theirs."
            )
            if let problem = migration.firstProblem { console.error("The first that could not move: \(problem)") }
        }
        for older in deployment.olderVersions {
            console.error(
                "\(older.conversations) \(older.conversations == 1 ? "conversation goes" : "conversations go") on on version \(older.version) (number \(older.number))."
            )
        }
        var answer: [(String, JSONText)] = [
            ("app", .string(deployment.app)), ("version", .string(deployment.version)),
            ("number", .integer(deployment.number)),
            (
                "older",
                .array(
                    deployment.olderVersions.map {
                        [
                            "version": .string($0.version), "number": .integer($0.number),
                            "conversations": .integer(Int64($0.conversations)),
                        ]
                    })
            ),
        ]
        if let migration = deployment.migration {
            answer.append(
                (
                    "migration",
                    [
                        "moved": .integer(Int64(migration.moved)), "upgraded": .integer(Int64(migration.upgraded)),
                        "kept": .integer(Int64(migration.kept)),
                        "problem": migration.firstProblem.map { .string($0) } ?? .null,
                    ]
                ))
        }
        console.out(json: .object(answer))
        return 0
    }
}

/// What `user create` and `bot create` print.
enum CreatedAccount {
    static func report(_ reply: AdminReply, _ console: Console) throws -> Int32 {
        guard let account = reply.account else {
            throw CommandFailure("The server's answer lacks the account", "Is it of another version?")
        }
        console.out(
            json: ["id": .integer(account.id), "name": .string(account.name), "token": .string(account.token)])
        return 0
    }
}
