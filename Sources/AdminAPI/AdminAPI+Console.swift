import Apps
import Model
import Operations

/// The catalogue, its reports, what apps may use up, and who publishers are: what the console has over the web.
extension AdminAPI {
    /// The commands that ``publish(_:_:)`` does not know itself.
    func oversee(_ request: AdminRequest, _ reply: inout AdminReply) async throws {
        switch request.command {
        case .verifyPublisher:
            try await publishing.setVerified(try publisher(request), request.verified ?? true, by: .console)
        case .setMember:
            let user = try required(request.value, "a user")
            try await publishing.setMember(user, to: try role(request.role), of: try publisher(request), by: .console)
        case .reports: reply.reports = try await console.reports(by: .console).map(Self.line)
        case .answerReport:
            guard let report = request.report else { throw StoaError(.badRequest, "The command needs a report's number.") }
            try await console.answer(ReportID(report), text: try required(request.value, "an answer"), by: .console)
        case .quota: reply.quota = try await quota(request)
        case .catalogue:
            let category = try request.category.map(category)
            let found = try await storefront.search(request.value ?? "", category: category)
            reply.catalogue = AdminReply.Catalogue(apps: found.entries.map(Self.line), near: found.near)
        default: throw StoaError(.badRequest, "The request is not one that this server knows.")
        }
    }

    /// Nil for none.
    private func role(_ name: String?) throws -> Publisher.Role? {
        if name == "none" { return nil }
        guard let role = Publisher.Role(rawValue: name ?? "") else {
            throw StoaError(.badRequest, "The role must be owner, developer or none.")
        }
        return role
    }

    private func category(_ name: String) throws -> Manifest.Category {
        guard let category = Manifest.Category(rawValue: name) else {
            let all = Manifest.Category.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoaError(.badRequest, "There is no category \(name.prefix(64)). There are \(all).")
        }
        return category
    }

    /// Changes what the request names, and tells what holds then.
    private func quota(_ request: AdminRequest) async throws -> AdminReply.QuotaLine {
        let name = try required(request.name, "an app")
        var quota = try await console.quota(of: name, by: .console)
        if request.turns != nil || request.store != nil {
            // 0 on the wire stands for the default.
            let turns = request.turns.map { $0 == 0 ? nil : $0 } ?? quota.turnsPerMinute
            let store = request.store.map { $0 == 0 ? nil : $0 } ?? quota.storeMiB
            quota = Quota(turnsPerMinute: turns, storeMiB: store)
            try await console.setQuota(quota, of: name, by: .console)
        }
        let defaults = console.defaults
        return AdminReply.QuotaLine(
            app: name, turnsPerMinute: quota.turnsPerMinute, storeMiB: quota.storeMiB,
            defaultTurnsPerMinute: defaults.turnsPerMinute, defaultStoreMiB: defaults.storeMiB ?? 0)
    }

    private static func line(_ known: Console.KnownReport) -> AdminReply.ReportLine {
        AdminReply.ReportLine(
            report: known.report.id.value, app: known.app.name, by: known.by, date: known.report.date,
            reason: known.report.reason)
    }

    private static func line(_ entry: Catalogue.Entry) -> AdminReply.Catalogue.Entry {
        let manifest = entry.app.active.manifest
        return .init(
            app: entry.app.name, title: manifest.title, description: manifest.description, category: manifest.category.rawValue,
            publisher: entry.publisher.name, verified: entry.publisher.isVerified, version: entry.app.active.version,
            average: entry.rating.average, ratings: entry.rating.count)
    }
}
