/// What the command line asks of a running server: one JSON object on a line.
package struct AdminRequest: Codable, Sendable {
    package enum Command: String, Codable, Sendable {
        case createUser = "user.create"
        case createBot = "bot.create"
        case deploy
        case rollback
        case apps
        case logs
        case status
    }

    package let command: Command
    package var name: String?
    package var password: String?
    package var display: String?
    /// An app's folder, as the server sees it.
    package var path: String?
    /// Logs: lines after this one.
    package var after: Int64?
    package var follow: Bool?
    package var limit: Int?

    package init(_ command: Command, name: String? = nil, password: String? = nil, display: String? = nil, path: String? = nil) {
        self.command = command
        self.name = name
        self.password = password
        self.display = display
        self.path = path
    }
}

/// One line of the server's answer. A command answers with one line; following logs, with one for each log line.
package struct AdminReply: Codable, Sendable {
    package struct Failure: Codable, Sendable {
        package let code: String
        package let message: String
    }

    package struct Account: Codable, Sendable {
        package let id: Int64
        package let name: String
        package let token: String
    }

    package struct AppLine: Codable, Sendable {
        package let name: String
        package let title: String
        package let kind: String
        package let version: String
        package let number: Int64
        package let bot: Int64
        package let publisher: String
    }

    package struct Deployment: Codable, Sendable {
        package let app: String
        package let version: String
        package let number: Int64
        package let warnings: [String]
    }

    package struct LogLine: Codable, Sendable {
        package let id: Int64
        package let turn: Int64
        package let level: String
        package let text: String
        package let date: Int64
    }

    package struct Status: Codable, Sendable {
        package let turns: Int64
        package let queued: Int
        package let inFlight: Int
        package let waitingConversations: Int
        package let deadLetters: Int64
        package let listening: String
    }

    package var error: Failure?
    package var account: Account?
    package var deployment: Deployment?
    package var apps: [AppLine]?
    package var log: LogLine?
    package var status: Status?
    /// The last line of this answer.
    package var done: Bool?

    package init() {}
}
