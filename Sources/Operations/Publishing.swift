package import Apps
package import Bridge
package import Database
package import Messaging
package import Model

/// An app's way to the people: a signed package is checked, an operator looks at it, and it goes live in stages.
///
/// Every step is one transaction with its entry in the audit; then the runtime goes by it.
package final class Publishing: Sendable {
    let database: Database
    let messaging: Messaging
    let deployments: Deployments
    let audit: Audit
    private let checks: PackageChecks
    private let queue = WorkQueue(most: 4)

    package init(
        database: Database, messaging: Messaging, deployments: Deployments, audit: Audit, checks: PackageChecks
    ) {
        self.database = database
        self.messaging = messaging
        self.deployments = deployments
        self.audit = audit
        self.checks = checks
    }

    /// Takes a package in. What is refused leaves nothing behind.
    /// - Throws: ``PackageError`` with what is wrong in it, ``StoaError`` when this actor may not send it, or not now.
    package func submit(_ archive: [UInt8], notes: String, by actor: Actor) async throws -> Release {
        let (package, signature, found) = try await queue.run { try await self.check(archive, by: actor) }
        let findings = found.inOrder().rendered(files: package.files, atMost: 200).joined(separator: "\n")
        return try await database.write { [messaging, audit] tx in
            let publisher = try Self.publisher(of: signature, actor, in: tx)
            let now = messaging.clock.now()
            let release = try Releases.submit(
                package, signature: signature, notes: notes, findings: findings, publisher: publisher, by: actor.name,
                account: { try Deployments.account(for: package.manifest, messaging, in: $0) }, now: now,
                newID: { messaging.ids.next() }, in: tx)
            try audit.append(
                Audit.Entry(
                    .submitted, by: actor.name,
                    "\(package.manifest.name) \(package.manifest.version) of \(publisher.name), SHA-256 \(package.digest)"),
                now: now, in: tx)
            return release
        }
    }

    /// Reads and tries a package; a large one takes seconds of a core.
    private func check(
        _ archive: [UInt8], by actor: Actor
    ) async throws -> (AppPackage, PackageSignature, found: [Diagnostic]) {
        let (package, signature) = try await Blocking.run {
            let (files, signature) = try PackageArchive.read(archive)
            let package = try AppPackage(files: files)
            try signature.check(package)
            return (package, signature)
        }
        // Before its code is run.
        try await database.read { [messaging] tx in
            let publisher = try Self.publisher(of: signature, actor, in: tx)
            try Releases.requireRoom(for: package.manifest.name, of: publisher, now: messaging.clock.now(), in: tx)
        }
        return (package, signature, try await checks.run(package, publisher: signature.publisher))
    }

    /// ``submit(_:notes:by:)``, with what is needed to show the release.
    package func submitted(_ archive: [UInt8], notes: String, by actor: Actor) async throws -> QueueEntry {
        try await entry(of: try await submit(archive, notes: notes, by: actor))
    }

    package func entry(of release: Release) async throws -> QueueEntry {
        let entry = try await database.read { try Self.entry(release, try AppStore.app(release.app, in: $0), in: $0) }
        guard let entry else { throw StoaError(.notFound, "There is no release \(release.id).") }
        return entry
    }

    /// The publisher that the package names, if its key may sign for it and the actor belongs to it.
    private static func publisher(
        of signature: PackageSignature, _ actor: Actor, in tx: ReadTransaction
    ) throws -> Publisher {
        let known = try Publishers.owner(of: signature.key, in: tx)
        guard let known, known.publisher.name.lowercased() == signature.publisher.lowercased() else {
            throw StoaError(
                .forbidden,
                "The key \(signature.key) is not one of \(signature.publisher.prefix(32))'s. An owner adds it: \"stoa publisher key\"."
            )
        }
        switch known.state {
        case .active: break
        case .waiting: throw StoaError(.forbidden, "The key \(signature.key) waits for an operator to admit it.")
        case .revoked: throw StoaError(.forbidden, "The key \(signature.key) is revoked. Sign with another.")
        }
        try requireOwnMember(of: known.publisher.name, by: actor, in: tx)
        return known.publisher
    }

    /// Lets operators and the publisher's people pass.
    /// - Throws: ``StoaError/Code/notFound``, ``StoaError/Code/forbidden``, as ``Publishers/require(_:atLeast:in:_:)``.
    static func requireMember(
        of publisher: String, by actor: Actor, atLeast role: Publisher.Role = .developer, in tx: ReadTransaction
    ) throws {
        if case .person(let account) = actor { _ = try Publishers.require(account.id, atLeast: role, in: publisher, tx) }
    }

    /// Lets the publisher's people pass, whom operators are not by being operators; and the console, which acts for anybody.
    static func requireOwnMember(of publisher: String, by actor: Actor, in tx: ReadTransaction) throws {
        if let account = actor.account { _ = try Publishers.require(account.id, atLeast: .developer, in: publisher, tx) }
    }

    // MARK: An operator's steps

    /// Lets a release run in this share of the chats. By an operator who does not belong to its publisher, so that two people
    /// look at what reaches others; the console is bound by nothing.
    /// - Throws: ``StoaError/Code/forbidden`` and what ``Releases/admit(_:percent:by:now:in:)`` throws.
    package func admit(_ id: ReleaseID, percent: Int, by actor: Actor) async throws -> Release {
        try actor.requireOperator()
        return try await step(id, .admitted, "to \(percent) percent of the chats", by: actor) { [messaging] app, now, tx in
            if let account = actor.account,
                try Publishers.roles(of: account.id, in: tx).contains(where: { $0.publisher.name == app.publisher })
            {
                throw StoaError(
                    .forbidden,
                    "You belong to \(app.publisher), so another operator has to admit it; or the console: \"stoa review admit \(id)\"."
                )
            }
            let release = try Releases.admit(id, percent: percent, by: actor.name, now: now, in: tx)
            if release.state == .live, let version = try AppStore.version(release.version, in: tx) {
                let manifest = version.manifest
                try messaging.updateBot(
                    app.account, display: manifest.title, groupMessages: manifest.groupMessages, in: tx)
            }
            return release
        }
    }

    package func reject(_ id: ReleaseID, reason: String, by actor: Actor) async throws -> Release {
        try actor.requireOperator()
        return try await step(id, .rejected, "because: \(reason)", by: actor) { _, now, tx in
            try Releases.reject(id, reason: reason, by: actor.name, now: now, in: tx)
        }
    }

    /// By somebody of its publisher, or an operator.
    package func withdraw(_ id: ReleaseID, by actor: Actor) async throws -> Release {
        try await step(id, .releaseWithdrawn, "", by: actor) { app, now, tx in
            try Self.requireMember(of: app.publisher, by: actor, in: tx)
            return try Releases.withdraw(id, by: actor.name, now: now, in: tx)
        }
    }

    /// By an operator, or somebody of the app's publisher: going back is always safe.
    package func rollBack(_ name: String, by actor: Actor) async throws -> Deployments.Deployed {
        try await deployments.rollback(name, by: actor.name) { app, tx in
            _ = try Self.requireApp(app.name, in: tx)
            try Self.requireMember(of: app.publisher, by: actor, in: tx)
        }
    }

    private func step(
        _ id: ReleaseID, _ kind: Audit.Kind, _ details: String, by actor: Actor,
        _ body: @escaping @Sendable (App, Int64, Transaction) throws -> Release
    ) async throws -> Release {
        try await database.write { [messaging, audit, deployments] tx in
            let now = messaging.clock.now()
            let before = try Releases.require(id, in: tx)
            guard let version = try AppStore.version(before.version, in: tx), let app = try AppStore.app(version.app, in: tx)
            else {
                throw StoaError(.notFound, "There is no release \(id).")
            }
            let release = try body(app, now, tx)
            let trial = release.state == .staged ? nil : try Trials.end(of: app.id, in: tx)
            try audit.append(
                Audit.Entry(
                    kind, by: actor.name, bot: app.account, "\(app.name) \(version.version) \(details)".trimmingEnd), now: now,
                in: tx)
            try deployments.apply(app.account, in: tx)
            if let trial { try deployments.apply(trial, in: tx) }
            return release
        }
    }

    /// Starts the release as an app of its own, in a chat with the operator.
    /// - Throws: ``StoaError/Code/conflict`` for one that is decided on.
    package func tryOut(_ id: ReleaseID, by actor: Actor) async throws -> ChatID {
        guard case .operator(let account) = actor else {
            throw StoaError(.forbidden, "Only an operator who is signed in can try a release: the trial is a chat with them.")
        }
        return try await database.write { [messaging, audit, deployments] tx in
            let now = messaging.clock.now()
            let release = try Releases.require(id, in: tx)
            guard [.inReview, .staged].contains(release.state) else {
                throw StoaError(.conflict, "The release \(id) is \(release.state.rawValue), so there is nothing to try.")
            }
            guard let app = try AppStore.app(release.app, in: tx) else {
                throw StoaError(.notFound, "There is no release \(id).")
            }
            let package = try AppPackage(files: try AppStore.files(of: release.version, in: tx))
            let bot = try Trials.begin(
                package, of: app,
                account: { name, tx in
                    let title = String(("Trial: " + package.manifest.title).unicodeScalars.prefix(64))
                    return try messaging.createAccount(.bot, name: name, display: title, mayBeReserved: true, in: tx).id
                }, now: now, newID: { messaging.ids.next() }, in: tx)
            guard let other = try messaging.account(bot, in: tx) else {
                throw StoaError(.internal, "The trial has no account. Try again.")
            }
            let chat = try messaging.directChat(account, with: other, in: tx).chat.id
            try audit.append(
                Audit.Entry(
                    .tried, by: actor.name, bot: app.account, "\(app.name) \(package.manifest.version)"),
                now: now, in: tx)
            try deployments.apply(bot, in: tx)
            return chat
        }
    }

    static func requireApp(_ name: String, in tx: ReadTransaction) throws -> App {
        guard let app = try AppStore.app(named: name, in: tx), app.state != .trial else {
            throw StoaError(.appNotFound, "No app is named \(name.prefix(64)).")
        }
        return app
    }
}

extension String {
    fileprivate var trimmingEnd: String { String(reversed().drop(while: \.isWhitespace).reversed()) }
}
