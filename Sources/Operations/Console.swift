package import Apps
package import Bridge
package import Database
package import Messaging
package import Model
package import Runtime

/// What operators see and decide besides releases: how the server does, what apps use up, what people report.
package struct Console: Sendable {
    let database: Database
    let messaging: Messaging
    let deployments: Deployments
    let runtime: Runtime
    let audit: Audit
    private let listening: @Sendable () -> String
    private let startedAt: Int64

    /// - Parameter listening: the address that the server listens on.
    package init(
        database: Database, messaging: Messaging, deployments: Deployments, runtime: Runtime, audit: Audit,
        listening: @escaping @Sendable () -> String
    ) {
        self.database = database
        self.messaging = messaging
        self.deployments = deployments
        self.runtime = runtime
        self.audit = audit
        self.listening = listening
        startedAt = messaging.clock.now()
    }

    package struct Health: Sendable {
        package let listening: String
        /// Milliseconds since the start.
        package let uptime: Int64
        package let users: Int64
        /// Live ones.
        package let apps: Int
        package let turns: Int64
        package let queued: Int
        package let inFlight: Int
        package let waitingConversations: Int
        package let deadLetters: Int64
        package let openReleases: Int64
        package let openReports: Int64
        package let databaseBytes: Int64
    }

    package func health(by actor: Actor) async throws -> Health {
        try actor.requireOperator()
        let (users, dead, releases, reports, bytes) = try await database.read { [messaging] tx in
            (
                try messaging.countUsers(in: tx), try messaging.countDeadLetters(in: tx), try Releases.countOpen(in: tx),
                try Reports.countOpen(in: tx),
                try tx.first("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()") { try $0.int(0) } ?? 0
            )
        }
        return Health(
            listening: listening(), uptime: messaging.clock.now() - startedAt, users: users, apps: deployments.apps.count,
            turns: runtime.statistics.turns, queued: runtime.queued, inFlight: runtime.inFlight,
            waitingConversations: runtime.waitingConversations, deadLetters: dead, openReleases: releases,
            openReports: reports, databaseBytes: bytes)
    }

    // MARK: Apps and what they use up

    package struct KnownApp: Sendable {
        package let standing: AppStanding
        package let deadLetters: Int64
        package let storeBytes: Int64
        package let quota: Quota
    }

    /// All but trials, by name.
    package func apps(by actor: Actor) async throws -> [KnownApp] {
        try actor.requireOperator()
        return try await database.read { [messaging] tx in
            try AppStore.everyApp(in: tx).filter { $0.state != .trial }.map { app in
                KnownApp(
                    standing: try AppStanding(app, in: tx), deadLetters: try messaging.countDeadLetters(of: app.account, in: tx),
                    storeBytes: try StoreView.bytes(of: app.account, in: tx),
                    quota: try Quotas.quota(of: app.account, in: tx))
            }
        }
    }

    /// What holds for apps without a quota of their own.
    package var defaults: Quota {
        Quota(turnsPerMinute: runtime.limits.turnsPerMinute.map { Int64($0) }, storeMiB: StoreView.maxBytes >> 20)
    }

    package func quota(of name: String, by actor: Actor) async throws -> Quota {
        try actor.requireOperator()
        return try await database.read { tx in
            try Quotas.quota(of: try Publishing.requireApp(name, in: tx).account, in: tx)
        }
    }

    /// Holds for the turns that begin and the values that are stored from now on.
    package func setQuota(_ quota: Quota, of name: String, by actor: Actor) async throws {
        try actor.requireOperator()
        func text(_ number: Int64?, _ unit: String) -> String { number.map { "\($0) \(unit)" } ?? "the default of \(unit)" }
        let details = "\(text(quota.turnsPerMinute, "turns a minute")), \(text(quota.storeMiB, "MiB of store"))"
        try await database.write { [deployments] tx in
            let app = try Publishing.requireApp(name, in: tx)
            try Quotas.set(quota, of: app.account, in: tx)
            try note(.quotaChanged, app, details, by: actor, in: tx)
            try deployments.apply(app.account, in: tx)
        }
    }

    // MARK: Reports

    package struct KnownReport: Sendable {
        package let report: Report
        package let app: App
        package let by: String
    }

    /// Those that are open, the oldest first; so many that no more fit on a page (``Reports/mostShown``).
    package func reports(by actor: Actor) async throws -> [KnownReport] {
        try actor.requireOperator()
        return try await database.read { [messaging] tx in
            try Reports.open(in: tx).compactMap { report in
                guard let app = try AppStore.app(report.app, in: tx) else { return nil }
                let by = try messaging.account(report.person, in: tx)?.name ?? ""
                return KnownReport(report: report, app: app, by: by)
            }
        }
    }

    package func answer(_ id: ReportID, text: String, by actor: Actor) async throws {
        try actor.requireOperator()
        try await database.write { [messaging, audit] tx in
            let now = messaging.clock.now()
            let report = try Reports.answer(id, text: text, by: actor.name, now: now, in: tx)
            let app = try AppStore.app(report.app, in: tx)
            try audit.append(
                Audit.Entry(
                    .reportAnswered, by: actor.name, person: report.person, bot: app?.account,
                    "\(app?.name ?? "an app"), report \(id): \(text)"), now: now, in: tx)
        }
    }

    // MARK: The audit

    /// The newest entries before one, the newest first.
    package func auditEntries(before seq: Int64?, limit: Int, by actor: Actor) async throws -> [Audit.Row] {
        try actor.requireOperator()
        return try await database.read { try Audit.rows(before: seq, limit: limit, in: $0) }
    }

    func note(_ kind: Audit.Kind, _ app: App, _ details: String, by actor: Actor, in tx: Transaction) throws {
        try audit.append(
            Audit.Entry(kind, by: actor.name, bot: app.account, "\(app.name): \(details)"), now: messaging.clock.now(), in: tx)
    }
}
