/// What the command line asks of a running server: one JSON object on a line.
package struct AdminRequest: Codable, Sendable {
    package enum Command: String, Codable, Sendable {
        case createUser = "user.create"
        case setAttribute = "user.attribute"
        case setRole = "user.role"
        case suspendUser = "user.suspend"
        case reinstateUser = "user.reinstate"
        case resetUser = "user.reset"
        case users = "user.list"
        case createBot = "bot.create"
        case deploy
        case rollback
        case apps
        case logs
        case status
        case setSecret = "secret.set"
        case secrets
        case removeSecret = "secret.remove"
        case dead
        case retryDead = "dead.retry"
        case dropDead = "dead.drop"
        /// The operator is about to look at an app's messages in the data folder itself.
        case noteRead = "read"
        case foundPublisher = "publisher.found"
        case publishers
        case addKey = "key.add"
        case admitKey = "key.admit"
        case revokeKey = "key.revoke"
        case publish
        case releases
        case review
        case admit
        case reject
        case withdraw
        case takeDown = "takedown"
        case appeal
        case answerAppeal = "appeal.answer"
        case verifyPublisher = "publisher.verify"
        case setMember = "publisher.member"
        case reports
        case answerReport = "report.answer"
        case quota
        case catalogue
        case issueBalance = "wallet.issue"
        case withdrawBalance = "wallet.withdraw"
        case wallet = "wallet.show"
        case statement
        case fee = "fee.set"
        case reconcile
        case disputes
        case decide = "dispute.decide"
        /// Only on a server whose clock tests move.
        case advanceClock = "clock.advance"
        /// The token of a web mini-app; another one with the value "new".
        case webAppToken = "webapp.token"
    }

    package let command: Command
    package var name: String?
    /// What a command about money is about.
    package var money: MoneyArguments?
    package var password: String?
    package var display: String?
    /// An app's folder, as the server sees it.
    package var path: String?
    /// Logs: lines after this one.
    package var after: Int64?
    package var follow: Bool?
    package var limit: Int?
    /// A secret's name, and what it is set to; what is looked at.
    package var secret: String?
    package var value: String?
    /// What was verified about a user; the value is nil to remove it.
    package var attribute: String?
    /// The hosts that a secret may be sent to.
    package var hosts: [String]?
    /// Dead letters by their ids; nil for all of the app.
    package var ids: [Int64]?
    /// Deploying: whether waiting conversations of older versions go over to the new one.
    package var migrate: Bool?

    /// A release's id, and in how many of 100 chats it is to run.
    package var release: Int64?
    package var percent: Int?
    /// A publisher's key, as ``PublisherKey`` writes it.
    package var key: String?
    /// Whether the user is to be an operator.
    package var isOperator: Bool?
    /// Whether an answer to an appeal lets the app run again.
    package var lifts: Bool?
    /// Whether somebody has checked who a publisher is.
    package var verified: Bool?
    /// A person's in a publisher: `owner`, `developer` or `none`.
    package var role: String?
    /// A report's id.
    package var report: Int64?
    /// Turns a minute, and MiB of the store; 0 for the default, nil to leave it as it is.
    package var turns: Int64?
    package var store: Int64?
    package var category: String?

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

    package struct UserLine: Codable, Sendable {
        package let id: Int64
        package let name: String
        package let display: String
        package let created: Int64
        package let isOperator: Bool
        /// Why the user is suspended; nil when they are not.
        package let suspended: String?
        package let sessions: Int64
    }

    /// With what a user sets a new password.
    package struct Reset: Codable, Sendable {
        package let code: String
        package let expires: Int64
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
        /// Conversations that still run on older versions.
        package let olderVersions: [OlderVersion]
        package var migration: Migration?
    }

    package struct OlderVersion: Codable, Sendable {
        package let version: String
        package let number: Int64
        package let conversations: Int
    }

    /// What became of the waiting conversations of older versions.
    package struct Migration: Codable, Sendable {
        /// They go on on the new version where they wait.
        package let moved: Int
        /// Handed to the app's `stoa.on_upgrade`.
        package let upgraded: Int
        /// They took another path on the new version and stay on theirs.
        package let kept: Int
        /// Why the first of those could not be moved.
        package let firstProblem: String?
    }

    package struct SecretLine: Codable, Sendable {
        package let name: String
        package let hosts: [String]
        package let date: Int64
    }

    package struct DeadLine: Codable, Sendable {
        package let id: Int64
        package let kind: String
        package let date: Int64
        package let attempts: Int
        package let person: String?
        package let chat: Int64?
        package let reason: String
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

    package struct PublisherLine: Codable, Sendable {
        package struct Key: Codable, Sendable {
            package let key: String
            package let state: String
        }

        package let name: String
        package let title: String
        package let verified: Bool
        package let members: [String]
        package let keys: [Key]
    }

    package struct ReleaseLine: Codable, Sendable {
        package let release: Int64
        package let app: String
        package let version: String
        package let publisher: String
        package let state: String
        package let percent: Int
        package let by: String
        package let date: Int64
        package let notes: String
        package let findings: String
        package let reason: String?
    }

    /// How a release differs from what people have.
    package struct Difference: Codable, Sendable {
        package struct Statement: Codable, Sendable {
            package let what: String
            package let before: String?
            package let now: String?
        }

        package struct File: Codable, Sendable {
            package let path: String
            package let change: String
            package let size: Int
            /// Each with its sign in front: a blank, `-`, `+`, or `@` for lines left out.
            package let lines: [String]
        }

        package let release: ReleaseLine
        /// What people have; nil for a first version.
        package let before: String?
        package let statements: [Statement]
        package let files: [File]
    }

    package struct ReportLine: Codable, Sendable {
        package let report: Int64
        package let app: String
        package let by: String
        package let date: Int64
        package let reason: String
    }

    /// What an app may use up; nil for the default, which stands beside it.
    package struct QuotaLine: Codable, Sendable {
        package let app: String
        package let turnsPerMinute: Int64?
        package let storeMiB: Int64?
        /// Nil for no limit.
        package let defaultTurnsPerMinute: Int64?
        package let defaultStoreMiB: Int64
    }

    package struct Catalogue: Codable, Sendable {
        package struct Entry: Codable, Sendable {
            package let app: String
            package let title: String
            package let description: String
            package let category: String
            package let publisher: String
            package let verified: Bool
            package let version: String
            package let average: Double?
            package let ratings: Int64
        }

        package let apps: [Entry]
        /// What may have been meant where nothing matched.
        package let near: String?
    }

    /// Of a web mini-app.
    package var token: String?
    package var reports: [ReportLine]?
    package var quota: QuotaLine?
    package var catalogue: Catalogue?
    /// A line each of what else waits for the operator: appeals, reports, keys.
    package var waiting: [String]?
    package var publishers: [PublisherLine]?
    package var releases: [ReleaseLine]?
    package var difference: Difference?
    package var error: Failure?
    package var account: Account?
    package var user: UserLine?
    package var reset: Reset?
    package var deployment: Deployment?
    package var apps: [AppLine]?
    package var log: LogLine?
    package var status: Status?
    package var secrets: [SecretLine]?
    package var dead: DeadLine?
    /// How many a command changed.
    package var count: Int?
    package var balances: [BalanceLine]?
    package var dispute: DisputeLine?
    package var differences: [DifferenceLine]?
    /// A statement, whole.
    package var file: String?
    /// The last line of this answer.
    package var done: Bool?

    package init() {}
}
