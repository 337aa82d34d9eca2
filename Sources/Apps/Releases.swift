package import Database
package import Model

/// The tables of releases. Every function takes the transaction it is part of and opens none.
package enum Releases {
    /// Releases of one publisher that wait for an operator.
    private static let maxWaiting = 5
    private static let maxNotes = 2000
    /// Releases that a publisher sends in within a day: for each, its tests are run and its files kept.
    package static let maxDaily = 20
    /// Apps of a publisher that people never had: each takes a name, and the account under it, for good.
    package static let maxUnreleased = 5
    private static let day: Int64 = 24 * 3600 * 1000

    /// Stores a checked package as a version that waits for an operator; one of the same app that waited before is withdrawn.
    /// - Parameters:
    ///   - publisher: whose key signed it.
    ///   - actor: who sent it in.
    ///   - account: the bot's account, if the app is new.
    /// - Throws: ``StoaError`` with `forbidden` for somebody else's app, `conflict` when there is nothing new in it.
    package static func submit(
        _ package: AppPackage, signature: PackageSignature, notes: String, findings: String, publisher: Publisher,
        by actor: String, account: (Transaction) throws -> AccountID, now: Int64, newID: () -> Int64, in tx: Transaction
    ) throws -> Release {
        let manifest = package.manifest
        guard notes.isProse(upTo: maxNotes) else {
            throw StoaError(.badRequest, "The notes can have \(maxNotes) characters, \(ShownText.rule).")
        }
        try requireRoom(for: manifest.name, of: publisher, now: now, in: tx)
        let app = try AppStore.app(named: manifest.name, in: tx)
        if let app {
            guard app.publisher == publisher.name else {
                throw StoaError(.forbidden, "The app \(app.name) belongs to another publisher. Choose another name.")
            }
            guard app.state != .takenDown else {
                throw StoaError(
                    .forbidden, "The app \(app.name) was taken down. Appeal against that first, on the page where you publish.")
            }
            try withdrawWaiting(app.id, by: actor, now: now, in: tx)
            for version in try AppStore.versions(app.id, in: tx) {
                try refuseRepetition(of: version, by: package, app, in: tx)
            }
        }
        guard try waiting(of: publisher, in: tx) < maxWaiting else {
            throw StoaError(.quotaExceeded, "\(maxWaiting) releases of \(publisher.name) wait for review. Wait, or withdraw one.")
        }
        let version = try AppStore.add(
            package, to: app?.id, publisher: publisher.name, account: try app?.account ?? account(tx), now: now, newID: newID,
            in: tx)
        let id = ReleaseID(newID())
        try tx.execute(
            """
            INSERT INTO releases
              (id, app_id, version_id, key, signature, notes, findings, state, percent, submitted_by, submitted_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'in_review', 0, ?, ?)
            """,
            .int(id.value), .int(version.app.value), .int(version.id.value), .text(signature.key.description),
            .blob(signature.signature), .text(notes), .text(findings), .text(actor), .int(now))
        return try require(id, in: tx)
    }

    /// Anybody can found a publisher, so what one of them takes of the server has bounds. Asked before any work is spent on a
    /// package, and again where it is stored.
    /// - Throws: ``StoaError/Code/rateLimited``, ``StoaError/Code/quotaExceeded``.
    package static func requireRoom(
        for name: String, of publisher: Publisher, now: Int64, in tx: ReadTransaction
    ) throws {
        let today = try tx.query(
            """
            SELECT r.submitted_at FROM apps a JOIN releases r ON r.app_id = a.id
            WHERE a.publisher = ? AND r.submitted_at > ? ORDER BY r.submitted_at DESC LIMIT ?
            """, .text(publisher.name), .int(now - day), .int(Int64(maxDaily)), row: { try $0.int(0) })
        if today.count >= maxDaily, let oldest = today.last {
            throw StoaError(
                .rateLimited,
                "\(publisher.name) has sent in \(maxDaily) releases within a day, the most there can be. Try later.",
                retryAfter: max(1, oldest + day - now))
        }
        guard try AppStore.app(named: name, in: tx) == nil else { return }
        let unreleased = try tx.first(
            "SELECT count(*) FROM apps WHERE publisher = ? AND active_version_id IS NULL AND trial_of IS NULL",
            .text(publisher.name), row: { try $0.int(0) })
        guard unreleased ?? 0 < maxUnreleased else {
            throw StoaError(
                .quotaExceeded,
                "\(publisher.name) has \(maxUnreleased) apps that no operator has admitted, the most there can be. Have one of them admitted."
            )
        }
    }

    private static func refuseRepetition(
        of version: AppVersion, by package: AppPackage, _ app: App, in tx: Transaction
    ) throws {
        guard let state = try release(of: version.id, in: tx)?.state, [.live, .staged].contains(state) else { return }
        if version.digest == package.digest {
            throw StoaError(.conflict, "This very package of \(app.name) is \(state.rawValue) already.")
        }
        if version.version == package.manifest.version {
            throw StoaError(
                .conflict, "\(app.name) \(version.version) is \(state.rawValue) already. Raise \"version\" in manifest.json.")
        }
    }

    private static func withdrawWaiting(_ app: AppID, by actor: String, now: Int64, in tx: Transaction) throws {
        for release in try all(of: app, in: tx) where release.state == .inReview {
            try move(release, .withdraw, percent: 0, by: actor, reason: "Another version took its place.", now: now, in: tx)
        }
    }

    private static func waiting(of publisher: Publisher, in tx: ReadTransaction) throws -> Int64 {
        try tx.first(
            """
            SELECT count(*) FROM releases r JOIN apps a ON a.id = r.app_id WHERE r.state = 'in_review' AND a.publisher = ?
            """, .text(publisher.name), row: { try $0.int(0) }) ?? 0
    }
}

// MARK: Decisions

extension Releases {
    /// Lets a release run in this share of the chats; 100 makes it the app's active version.
    /// - Throws: ``StoaError/Code/badRequest``, ``StoaError/Code/conflict``, ``StoaError/Code/notFound``.
    package static func admit(_ id: ReleaseID, percent: Int, by actor: String, now: Int64, in tx: Transaction) throws -> Release {
        guard (1...100).contains(percent) else { throw StoaError(.badRequest, "A stage is 1 to 100 percent of the chats.") }
        let release = try require(id, in: tx)
        guard try Publishers.owner(of: release.key, in: tx)?.state == .active else {
            throw StoaError(.forbidden, "The key \(release.key) that signed it may not sign any more. Have it published again.")
        }
        guard percent == 100 else {
            try refuseUnlessStageable(release, percent, in: tx)
            try tx.execute(
                "UPDATE apps SET candidate_version_id = ?, candidate_percent = ? WHERE id = ?",
                .int(release.version.value), .int(Int64(percent)), .int(release.app.value))
            return try move(release, .stage, percent: percent, by: actor, now: now, in: tx)
        }
        let admitted = try move(release, .admit, percent: 100, by: actor, now: now, in: tx)
        for other in try all(of: release.app, in: tx) where other.id != id {
            if other.state == .live { try move(other, .supersede, percent: 0, now: now, in: tx) }
            if other.state == .staged {
                try move(other, .rollBack, percent: 0, by: actor, reason: "Another version went live.", now: now, in: tx)
            }
        }
        try AppStore.activate(release.version, of: release.app, now: now, in: tx)
        return admitted
    }

    private static func refuseUnlessStageable(_ release: Release, _ percent: Int, in tx: Transaction) throws {
        let active = try tx.first(
            "SELECT active_version_id, candidate_version_id FROM apps WHERE id = ?", .int(release.app.value)
        ) { (try $0.intOrNil(0), try $0.intOrNil(1)) }
        guard active?.0 != nil else {
            throw StoaError(.conflict, "The app's first version has none to stand beside. Admit it to 100 percent.")
        }
        guard active?.1 == nil || active?.1 == release.version.value else {
            throw StoaError(.conflict, "Another version of the app is staged. Admit it to 100 percent, or roll it back first.")
        }
        guard percent >= release.percent else {
            throw StoaError(
                .conflict, "It runs in \(release.percent) percent of the chats. A stage only grows; roll it back instead.")
        }
    }

    package static func reject(
        _ id: ReleaseID, reason: String, by actor: String, now: Int64, in tx: Transaction
    ) throws -> Release {
        try move(try require(id, in: tx), .reject, percent: 0, by: actor, reason: try checked(reason), now: now, in: tx)
    }

    package static func withdraw(_ id: ReleaseID, by actor: String, now: Int64, in tx: Transaction) throws -> Release {
        try move(try require(id, in: tx), .withdraw, percent: 0, by: actor, now: now, in: tx)
    }

    /// One step back: a staged version is withdrawn from the chats it has; else the one that was live before is live again.
    /// - Returns: the version that new conversations run from now on.
    package static func rollBack(_ name: String, by actor: String, now: Int64, in tx: Transaction) throws -> AppVersion {
        guard let app = try AppStore.app(named: name, in: tx) else {
            throw StoaError(.appNotFound, "No app is named \(name.prefix(64)). \"stoa apps\" lists those there are.")
        }
        let releases = try all(of: app.id, in: tx)
        if let staged = releases.first(where: { $0.state == .staged }) {
            try tx.execute(
                "UPDATE apps SET candidate_version_id = NULL, candidate_percent = NULL WHERE id = ?", .int(app.id.value))
            try move(staged, .rollBack, percent: 0, by: actor, now: now, in: tx)
            return app.active
        }
        let before = try AppStore.rollback(app: name, now: now, in: tx)
        if let live = releases.first(where: { $0.version == app.active.id && $0.state == .live }) {
            try move(live, .rollBack, percent: 0, by: actor, now: now, in: tx)
        }
        if let revived = releases.first(where: { $0.version == before.id }), revived.state.after(.revive) != nil {
            try move(revived, .revive, percent: 100, now: now, in: tx)
        }
        return before
    }

    /// 1 to 1000 characters that show as they are: an operator reads them in a terminal.
    package static func checked(_ reason: String) throws -> String {
        guard reason.isProse(upTo: 1000, mayBeBlank: false) else {
            throw StoaError(.badRequest, "Give a text of 1 to 1000 characters, \(ShownText.rule): the other side reads it.")
        }
        return reason
    }

    @discardableResult
    private static func move(
        _ release: Release, _ step: Release.State.Step, percent: Int, by actor: String? = nil, reason: String? = nil,
        now: Int64, in tx: Transaction
    ) throws -> Release {
        guard let next = release.state.after(step) else {
            throw StoaError(.conflict, "The release \(release.id) is \(release.state.rawValue), so that cannot be done with it.")
        }
        try tx.execute(
            """
            UPDATE releases SET state = ?, percent = ?, decided_by = COALESCE(?, decided_by), decided_at = ?,
              reason = COALESCE(?, reason) WHERE id = ?
            """,
            .text(next.rawValue), .int(Int64(percent)), .optional(actor), .int(now), .optional(reason), .int(release.id.value))
        return try require(release.id, in: tx)
    }
}

// MARK: Reading

extension Releases {
    /// - Throws: ``StoaError/Code/notFound``.
    package static func require(_ id: ReleaseID, in tx: ReadTransaction) throws -> Release {
        let release = try tx.first(
            """
            SELECT id, app_id, version_id, key, notes, findings, state, percent, submitted_by, submitted_at, decided_by,
              decided_at, reason
            FROM releases WHERE id = ?
            """, .int(id.value), row: { try Release(row: $0) })
        guard let release else {
            throw StoaError(.notFound, "There is no release \(id).")
        }
        return release
    }

    package static func release(of version: AppVersionID, in tx: ReadTransaction) throws -> Release? {
        try tx.first(
            """
            SELECT id, app_id, version_id, key, notes, findings, state, percent, submitted_by, submitted_at, decided_by,
              decided_at, reason
            FROM releases WHERE version_id = ?
            """, .int(version.value), row: { try Release(row: $0) })
    }

    /// Of one app, the newest first.
    package static func all(of app: AppID, in tx: ReadTransaction) throws -> [Release] {
        try tx.query(
            """
            SELECT id, app_id, version_id, key, notes, findings, state, percent, submitted_by, submitted_at, decided_by,
              decided_at, reason
            FROM releases WHERE app_id = ? ORDER BY id DESC
            """, .int(app.value), row: { try Release(row: $0) })
    }

    package static func countOpen(in tx: ReadTransaction) throws -> Int64 {
        try tx.first("SELECT count(*) FROM releases WHERE state IN ('in_review', 'staged')", row: { try $0.int(0) }) ?? 0
    }

    /// Those that wait for an operator or run in some of the chats, the oldest first.
    package static func open(in tx: ReadTransaction) throws -> [Release] {
        try tx.query(
            """
            SELECT id, app_id, version_id, key, notes, findings, state, percent, submitted_by, submitted_at, decided_by,
              decided_at, reason
            FROM releases WHERE state IN ('in_review', 'staged') ORDER BY id
            """, row: { try Release(row: $0) })
    }
}

extension Release {
    /// From the columns as the queries above list them.
    fileprivate init(row: borrowing Row) throws {
        guard let key = PublisherKey(try row.text(3)), let state = State(rawValue: try row.text(6)) else {
            throw StoaError(.internal, "The release \(try row.int(0)) cannot be read.")
        }
        self.init(
            id: ReleaseID(try row.int(0)), app: AppID(try row.int(1)), version: AppVersionID(try row.int(2)), key: key,
            notes: try row.text(4), findings: try row.text(5), state: state, percent: Int(try row.int(7)),
            submittedBy: try row.text(8), submittedAt: try row.int(9), decidedBy: try row.textOrNil(10),
            decidedAt: try row.intOrNil(11), reason: try row.textOrNil(12))
    }
}
