package import Apps
import Bridge
import Database
import Messaging
package import Model

/// All that an operator decides by.
package struct Review: Sendable {
    package let release: Release
    package let app: App
    package let label: PublisherLabel
    package let version: AppVersion
    /// What people have now; nil for an app's first version.
    package let before: AppVersion?
    package let diff: PackageDiff

    package var entry: Publishing.QueueEntry { Publishing.QueueEntry(release: release, app: app, version: version) }
}

extension Publishing {
    package struct QueueEntry: Sendable {
        package let release: Release
        package let app: App
        package let version: AppVersion
    }

    /// What an operator has to decide on: releases that wait or are staged, and takedowns with an appeal.
    package func queue(
        by actor: Actor
    ) async throws -> (releases: [QueueEntry], appeals: [(app: App, takedown: Takedown)]) {
        try actor.requireOperator()
        return try await database.read { tx in
            let apps = Dictionary(try AppStore.everyApp(in: tx).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            let releases = try Releases.open(in: tx).compactMap { release in
                try Self.entry(release, apps[release.app], in: tx)
            }
            let appeals = try apps.values.compactMap { app -> (App, Takedown)? in
                guard app.state == .takenDown, let takedown = try Takedowns.last(of: app.id, in: tx), takedown.isAppealed
                else { return nil }
                return (app, takedown)
            }
            return (releases, appeals.sorted { $0.1.at < $1.1.at })
        }
    }

    static func entry(_ release: Release, _ app: App?, in tx: ReadTransaction) throws -> QueueEntry? {
        guard let app, let version = try AppStore.version(release.version, in: tx) else { return nil }
        return QueueEntry(release: release, app: app, version: version)
    }

    /// - Throws: ``StoaError/Code/notFound``; ``StoaError/Code/forbidden`` for who is neither operator nor of its publisher.
    package func review(_ id: ReleaseID, by actor: Actor) async throws -> Review {
        try await database.read { tx in
            let (release, app, version, before) = try Self.versions(of: id, actor, in: tx)
            let old = try before.map { ($0.manifest, try AppStore.files(of: $0.id, in: tx)) }
            return Review(
                release: release, app: app, label: try Publishers.label(app.publisher, in: tx), version: version,
                before: before,
                diff: PackageDiff(before: old, now: (version.manifest, try AppStore.files(of: version.id, in: tx))))
        }
    }

    /// How one file of the release differs from what people have.
    package func lines(of path: String, in id: ReleaseID, by actor: Actor) async throws -> [PackageDiff.Line] {
        let (before, now) = try await database.read { tx in
            let (_, _, version, before) = try Self.versions(of: id, actor, in: tx)
            let old = try before.flatMap { try AppStore.file(path, of: $0.id, in: tx)?.content }
            return (old, try AppStore.file(path, of: version.id, in: tx)?.content)
        }
        guard before != nil || now != nil else { throw StoaError(.fileNotFound, "The release has no file \(path.prefix(200)).") }
        return PackageDiff.lines(before: before, now: now)
    }

    private static func versions(
        of id: ReleaseID, _ actor: Actor, in tx: ReadTransaction
    ) throws -> (Release, App, now: AppVersion, before: AppVersion?) {
        let release = try Releases.require(id, in: tx)
        guard let app = try AppStore.app(release.app, in: tx), let version = try AppStore.version(release.version, in: tx) else {
            throw StoaError(.notFound, "There is no release \(id).")
        }
        try requireMember(of: app.publisher, by: actor, in: tx)
        guard try AppStore.hasFiles(version.id, in: tx) else {
            let days = Releases.keptFor / (24 * 3600 * 1000)
            throw StoaError(
                .fileNotFound,
                "The files of the release \(id) are gone: it has been \(release.state.rawValue) for more than \(days) days.")
        }
        let isBefore = app.state != .unreleased && app.active.number < version.number
        return (release, app, version, isBefore ? app.active : try AppStore.versionLive(before: version, in: tx))
    }
}
