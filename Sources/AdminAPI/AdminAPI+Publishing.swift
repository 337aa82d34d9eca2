import Apps
import Database
import Messaging
import Model
import Operations

/// Publishers, their releases, and the operator's decisions on them.
extension AdminAPI {
    /// The commands that ``answer(_:send:)`` does not know itself.
    func publish(_ request: AdminRequest, _ reply: inout AdminReply) async throws {
        switch request.command {
        case .foundPublisher:
            try await publishing.found(
                try required(request.name, "a publisher's name"), title: try required(request.display, "a title"),
                owner: try await owner(request.value), key: try request.key.map(key), by: .console)
        case .publishers: reply.publishers = try await publishing.publishers(by: .console).map(Self.line)
        case .addKey: try await publishing.add(try key(request.key), to: try publisher(request), by: .console)
        case .admitKey: try await publishing.set(try key(request.key), to: .active, of: try publisher(request), by: .console)
        case .revokeKey: try await publishing.set(try key(request.key), to: .revoked, of: try publisher(request), by: .console)
        case .publish:
            let path = try required(request.path, "a package")
            let archive = try await Blocking.run { try PackageFile.read(path) }
            let release = try await publishing.submit(archive, notes: request.value ?? "", by: .console)
            reply.releases = [try await line(release)]
        case .releases:
            let queue = try await publishing.queue(by: .console)
            reply.releases = queue.releases.map { Self.line($0.release, $0.app, $0.version) }
            reply.waiting = try await waiting(queue.appeals)
        case .review: reply.difference = try await difference(try release(request))
        case .admit:
            let percent = request.percent ?? 100
            reply.releases = [try await line(publishing.admit(try release(request), percent: percent, by: .console))]
        case .reject:
            let reason = try required(request.value, "a reason")
            reply.releases = [try await line(publishing.reject(try release(request), reason: reason, by: .console))]
        case .withdraw: reply.releases = [try await line(publishing.withdraw(try release(request), by: .console))]
        case .takeDown:
            try await publishing.takeDown(
                try required(request.name, "an app"), reason: try required(request.value, "a reason"), by: .console)
        case .appeal:
            try await publishing.appeal(
                try required(request.name, "an app"), text: try required(request.value, "a text"), by: .console)
        case .answerAppeal:
            try await publishing.answer(
                try required(request.name, "an app"), text: try required(request.value, "a text"),
                lifts: request.lifts ?? false, by: .console)
        default: try await oversee(request, &reply)
        }
    }

    /// What waits besides releases, a line each.
    private func waiting(_ appeals: [(app: App, takedown: Takedown)]) async throws -> [String] {
        let appeals = appeals.map { app, takedown in
            "appeal: \(app.name), taken down because \"\(takedown.reason)\": \(takedown.appeal ?? "")"
        }
        let reports = try await console.reports(by: .console).map { known in
            "report \(known.report.id): \(known.app.name), by \(known.by): \(known.report.reason)"
        }
        let keys = try await publishing.waitingKeys(by: .console).map { publisher, key in
            "key: \(publisher.name) \(key.key), added by \(key.addedBy)"
        }
        return appeals + reports + keys
    }

    private func owner(_ name: String?) async throws -> Account? {
        guard let name else { return nil }
        return try await database.read { [messaging] tx in
            let account = try messaging.requireAccount(named: name, in: tx)
            guard account.kind == .user else { throw StoaError(.badRequest, "\(account.name) is no user.") }
            return account
        }
    }

    func publisher(_ request: AdminRequest) throws -> String { try required(request.name, "a publisher's name") }

    private func release(_ request: AdminRequest) throws -> ReleaseID {
        guard let id = request.release else { throw StoaError(.badRequest, "The command needs a release's number.") }
        return ReleaseID(id)
    }

    private func key(_ text: String?) throws -> PublisherKey {
        guard let key = PublisherKey(text ?? "") else {
            throw StoaError(.badRequest, "That is no key. \"stoa key show\" prints one: ed25519: and 43 characters.")
        }
        return key
    }

    // MARK: Answers

    private func line(_ release: Release) async throws -> AdminReply.ReleaseLine {
        let entry = try await publishing.entry(of: release)
        return Self.line(entry.release, entry.app, entry.version)
    }

    private func difference(_ id: ReleaseID) async throws -> AdminReply.Difference {
        let review = try await publishing.review(id, by: .console)
        var files: [AdminReply.Difference.File] = []
        for file in review.diff.files {
            let lines = try await publishing.lines(of: file.path, in: id, by: .console)
            files.append(
                .init(path: file.path, change: file.change.rawValue, size: file.size, lines: lines.map(Self.text)))
        }
        return AdminReply.Difference(
            release: Self.line(review.release, review.app, review.version), before: review.before?.version,
            statements: review.diff.statements.map { .init(what: $0.what, before: $0.before, now: $0.now) }, files: files)
    }

    private static func text(_ line: PackageDiff.Line) -> String {
        switch line {
        case .same(let text): " \(text)"
        case .removed(let text): "-\(text)"
        case .added(let text): "+\(text)"
        case .skipped(let count): "@ \(count) lines as before"
        }
    }

    private static func line(_ release: Release, _ app: App, _ version: AppVersion) -> AdminReply.ReleaseLine {
        AdminReply.ReleaseLine(
            release: release.id.value, app: app.name, version: version.version, publisher: app.publisher,
            state: release.state.rawValue, percent: release.percent, by: release.submittedBy, date: release.submittedAt,
            notes: release.notes, findings: release.findings, reason: release.reason)
    }

    private static func line(_ known: Publishing.Known) -> AdminReply.PublisherLine {
        AdminReply.PublisherLine(
            name: known.publisher.name, title: known.publisher.title, verified: known.publisher.isVerified,
            members: known.members.map { "\($0.account.name) (\($0.role.rawValue))" },
            keys: known.keys.map { .init(key: $0.key.description, state: $0.state.rawValue) })
    }
}
