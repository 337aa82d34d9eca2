package import Apps
package import Bridge
import Crypto
package import Database
package import Identity
package import Messaging
import Model
package import Operations
package import Runtime

/// The operator's door: what the command line does through the admin socket.
package struct AdminAPI: Sendable {
    /// Whose the apps are that the operator deploys.
    package static let operatorPublisher = "operator"

    let database: Database
    let messaging: Messaging
    private let sessions: Sessions
    let secrets: Secrets
    let audit: Audit
    let deployments: Deployments
    let publishing: Publishing
    package let people: People
    let storefront: Storefront
    let console: Console
    let wallets: Wallets
    private let launches: WebLaunches
    let advance: (@Sendable (Int64) -> Void)?
    private let runtime: Runtime
    private let listening: @Sendable () -> String

    package init(
        database: Database, messaging: Messaging, sessions: Sessions, secrets: Secrets, audit: Audit,
        deployments: Deployments, publishing: Publishing, storefront: Storefront, console: Console, people: People,
        wallets: Wallets, launches: WebLaunches, runtime: Runtime,
        listening: @escaping @Sendable () -> String, advance: (@Sendable (Int64) -> Void)? = nil
    ) {
        self.database = database
        self.messaging = messaging
        self.sessions = sessions
        self.secrets = secrets
        self.audit = audit
        self.deployments = deployments
        self.publishing = publishing
        self.people = people
        self.storefront = storefront
        self.console = console
        self.wallets = wallets
        self.launches = launches
        self.advance = advance
        self.runtime = runtime
        self.listening = listening
    }

    /// For ``AdminSocket``: blocks its thread until the answer is sent.
    package func handle(_ request: AdminRequest, send: @escaping AdminSocket.Send) {
        let finished = BlockingWait()
        Task {
            defer { finished.signal() }
            do {
                var reply = try await answer(request, send: send)
                reply.done = true
                _ = send(reply)
            } catch {
                var reply = AdminReply()
                let known = error as? StoaError
                reply.error = .init(
                    code: known?.code.rawValue ?? StoaError.Code.badRequest.rawValue,
                    message: known?.message ?? String(describing: error))
                _ = send(reply)
            }
        }
        finished.wait()
    }

    private func answer(_ request: AdminRequest, send: AdminSocket.Send) async throws -> AdminReply {
        var reply = AdminReply()
        switch request.command {
        case .createUser:
            reply.account = try await createUser(
                try required(request.name, "a name"), password: request.password, display: request.display)
        case .setAttribute: try await setAttribute(request)
        case .setRole, .suspendUser, .reinstateUser, .resetUser: try await changePerson(request, &reply)
        case .issueBalance, .withdrawBalance, .wallet, .statement, .fee, .reconcile, .decide, .advanceClock:
            try await changeMoney(request, &reply)
        case .disputes: try await listDisputes(send: send)
        case .users: try await listUsers(send: send)
        case .createBot: reply.account = try await createBot(try required(request.name, "a name"), display: request.display)
        case .deploy:
            let folder = try required(request.path, "a folder")
            reply.deployment = try await deploy(folder: folder, migrate: request.migrate ?? false)
        case .rollback:
            reply.deployment = Self.line(
                try await publishing.rollBack(try required(request.name, "an app"), by: .console), warnings: [])
        case .apps: reply.apps = deployments.apps.map(Self.line)
        case .logs: try await logs(request, send: send)
        case .status: reply.status = try await status()
        case .setSecret: try await setSecret(request)
        case .secrets: reply.secrets = try await listSecrets(request)
        case .removeSecret: try await removeSecret(request)
        case .dead: try await deadLetters(request, send: send)
        case .retryDead: reply.count = try await retryDead(request)
        case .dropDead: reply.count = try await dropDead(request)
        case .noteRead: try await noteRead(request)
        case .webAppToken:
            let name = try required(request.name, "an app")
            reply.token = try await launches.token(of: name, renews: request.value == "new", by: .console)
        default: try await publish(request, &reply)
        }
        return reply
    }

    /// Makes a user with a session. Without a password nobody can sign in as them, only the token works.
    package func createUser(_ name: String, password: String?, display: String?) async throws -> AdminReply.Account {
        if let password, !(1...1024).contains(password.utf8.count) {
            throw StoaError(.badRequest, "The password must have 1 to 1024 bytes.")
        }
        let hash = try await Blocking.run { try password.map { try Password.hash($0) } }
        return try await database.write { [messaging, sessions, audit] tx in
            let account = try messaging.createAccount(.user, name: name, display: display ?? name, in: tx)
            try audit.append(
                Audit.Entry(
                    .userCreated, by: Self.operatorPublisher, person: account.id,
                    "\(account.name), with a session that the operator holds"),
                now: messaging.clock.now(), in: tx)
            if let hash { try sessions.setPassword(hash: hash, of: account.id, in: tx) }
            let token = try sessions.open(for: account.id, in: tx).token
            return AdminReply.Account(id: account.id.value, name: account.name, token: token)
        }
    }

    private func setAttribute(_ request: AdminRequest) async throws {
        let name = try required(request.name, "a name")
        let given = try required(request.attribute, "an attribute")
        guard let attribute = Attributes.Name(rawValue: given) else {
            let names = Attributes.Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoaError(.badRequest, "There is no attribute \(given.prefix(64)). There are \(names).")
        }
        try await setAttribute(attribute, of: name, to: request.value)
    }

    /// - Parameter value: nil removes it.
    package func setAttribute(_ attribute: Attributes.Name, of name: String, to value: String?) async throws {
        try await database.write { [messaging, audit] tx in
            let user = try messaging.requireAccount(named: name, in: tx)
            guard user.kind == .user else { throw StoaError(.badRequest, "\(user.name) is no user.") }
            let now = messaging.clock.now()
            if let value {
                try Attributes.set(attribute, to: value, of: user.id, now: now, in: tx)
            } else {
                try Attributes.remove(attribute, of: user.id, in: tx)
            }
            let details = "\(attribute.rawValue) \(value == nil ? "removed" : "set")"
            try audit.append(
                Audit.Entry(.attributeSet, by: Self.operatorPublisher, person: user.id, details), now: now, in: tx)
        }
    }

    private func createBot(_ name: String, display: String?) async throws -> AdminReply.Account {
        try await database.write { [messaging] tx in
            let account = try messaging.createAccount(.bot, name: name, display: display ?? name, in: tx)
            let token = try BotTokens.issue(for: account.id, now: messaging.clock.now(), in: tx)
            return AdminReply.Account(id: account.id.value, name: account.name, token: token)
        }
    }

    package func deploy(folder: String, migrate: Bool = false) async throws -> AdminReply.Deployment {
        let package = try await Blocking.run { try AppPackage.read(folder: folder) }
        let deployed = try await deployments.deploy(package, publisher: Self.operatorPublisher, migrate: migrate)
        return Self.line(deployed, warnings: deployed.warnings.rendered(files: package.files))
    }

    private func logs(_ request: AdminRequest, send: AdminSocket.Send) async throws {
        let app = try app(request)
        try await database.write { try note(.read, app, "its log", in: $0) }
        var last = request.after
        let limit = min(max(request.limit ?? 100, 1), 1000)
        while true {
            let after = last
            let lines = try await database.read { try Logs.read(app.account, after: after, limit: limit, in: $0) }
            for line in lines {
                var reply = AdminReply()
                reply.log = .init(
                    id: line.id, turn: line.turn.value, level: line.level, text: line.text, date: line.date)
                guard send(reply) else { return }
                last = line.id
            }
            guard request.follow == true else { return }
            last = last ?? 0
            // A line without content is how a client that went away is noticed.
            guard send(AdminReply()) else { return }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private func status() async throws -> AdminReply.Status {
        let dead = try await database.read { [messaging] in try messaging.countDeadLetters(in: $0) }
        return AdminReply.Status(
            turns: runtime.statistics.turns, queued: runtime.queued, inFlight: runtime.inFlight,
            waitingConversations: runtime.waitingConversations, deadLetters: dead, listening: listening())
    }

    func app(_ request: AdminRequest) throws -> App {
        let name = try required(request.name, "an app")
        guard let app = deployments.apps.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw StoaError(.appNotFound, "No app is named \(name.prefix(64)). \"stoa apps\" lists those there are.")
        }
        return app
    }

    func required(_ value: String?, _ what: String) throws -> String {
        guard let value, !value.isEmpty else { throw StoaError(.badRequest, "The command needs \(what).") }
        return value
    }

    private static func line(_ app: App) -> AdminReply.AppLine {
        let manifest = app.active.manifest
        return AdminReply.AppLine(
            name: app.name, title: manifest.title, kind: manifest.kind.rawValue, version: manifest.version,
            number: app.active.number, bot: app.account.value, publisher: app.publisher)
    }

    private static func line(_ deployed: Deployments.Deployed, warnings: [String]) -> AdminReply.Deployment {
        AdminReply.Deployment(
            app: deployed.app.name, version: deployed.version.version, number: deployed.version.number,
            warnings: warnings,
            olderVersions: deployed.olderVersions.map {
                .init(version: $0.version.version, number: $0.version.number, conversations: $0.conversations)
            },
            migration: deployed.migration.map {
                .init(moved: $0.moved, upgraded: $0.upgraded, kept: $0.kept, firstProblem: $0.firstProblem)
            })
    }
}
