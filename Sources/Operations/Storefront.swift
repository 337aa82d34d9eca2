package import Apps
package import Bridge
package import Database
package import Messaging
package import Model

/// The catalogue of the apps that people can use, and what people say about them.
package struct Storefront: Sendable {
    /// More than these are not shown at once: who searches types more.
    private static let mostShown = 500

    private let database: Database
    private let messaging: Messaging
    private let deployments: Deployments

    package init(database: Database, messaging: Messaging, deployments: Deployments) {
        self.database = database
        self.messaging = messaging
        self.deployments = deployments
    }

    /// - Parameter query: empty for all.
    package func search(_ query: String, category: Manifest.Category? = nil) async throws -> Catalogue.Found {
        let apps = deployments.apps
        let entries = try await database.read { tx in
            let ratings = try Ratings.summaries(in: tx)
            let names = Set(apps.map(\.publisher))
            let labels = try names.reduce(into: [String: PublisherLabel]()) { $0[$1] = try Publishers.label($1, in: tx) }
            return apps.compactMap { app in
                labels[app.publisher].map {
                    Catalogue.Entry(app: app, publisher: $0, rating: ratings[app.id] ?? Rating.Summary())
                }
            }
        }
        return Catalogue.search(entries, for: String(query.prefix(200)), category: category).prefix(Self.mostShown)
    }

    /// All that the catalogue tells of one app.
    package struct Page: Sendable {
        package let entry: Catalogue.Entry
        package let versions: [(version: AppVersion, notes: String, liveAt: Int64)]
        package let mayRate: Bool
        package let mine: Rating?
        /// With the name of who gave them, the newest first.
        package let ratings: [(by: String, rating: Rating)]
    }

    /// - Throws: ``StoaError/Code/appNotFound`` for an app that people cannot use, as for one that is not there.
    package func page(_ name: String, for person: Account) async throws -> Page {
        try await database.read { [messaging] tx in
            let app = try Self.require(name, in: tx)
            let versions = try AppStore.versionsLive(of: app.id, limit: 20, in: tx).map { version, liveAt in
                (version, try Releases.release(of: version.id, in: tx)?.notes ?? "", liveAt)
            }
            let ratings = try Ratings.newest(of: app.id, limit: 20, in: tx).compactMap { rating in
                try messaging.account(rating.person, in: tx).map { ($0.name, rating) }
            }
            return Page(
                entry: Catalogue.Entry(
                    app: app, publisher: try Publishers.label(app.publisher, in: tx),
                    rating: try Ratings.summary(of: app.id, in: tx)),
                versions: versions, mayRate: try Self.mayRate(app, person, messaging, in: tx),
                mine: try Ratings.rating(of: app.id, by: person.id, in: tx), ratings: ratings)
        }
    }

    package struct Picture: Sendable {
        package let type: PictureType
        package let content: [UInt8]
        /// Another one for any other picture.
        package let tag: String
    }

    /// - Parameter known: tags of pictures that the asker has already.
    /// - Returns: the picture's tag, and the picture itself unless it is known.
    /// - Throws: ``StoaError/Code/notFound``.
    package func picture(
        _ number: Int, of name: String, unless known: @escaping @Sendable (String) -> Bool
    ) async throws -> (tag: String, picture: Picture?) {
        try await database.read { tx in
            let app = try Self.require(name, in: tx)
            let pictures = app.active.manifest.pictures
            // The version's digest stands for all of its files.
            let tag = "\(app.active.digest.prefix(32))-\(number)"
            guard pictures.indices.contains(number) else {
                throw StoaError(.notFound, "\(app.name) has no picture \(number): it has \(pictures.count), counted from 0.")
            }
            if known(tag) { return (tag, nil) }
            guard let file = try AppStore.file(pictures[number].path, of: app.active.id, in: tx),
                let type = PictureType(file.content)
            else { throw StoaError(.notFound, "The picture \(number) of \(app.name) is not there.") }
            return (tag, Picture(type: type, content: file.content, tag: tag))
        }
    }

    /// A picture that the pages of an app show: a file of its assets folder.
    /// - Parameter known: tags of pictures that the asker has already.
    /// - Returns: the picture's tag, and the picture itself unless it is known.
    /// - Throws: ``StoaError/Code/notFound``, also for a file that is no picture.
    package func asset(
        _ path: String, of name: String, unless known: @escaping @Sendable (String) -> Bool
    ) async throws -> (tag: String, picture: Picture?) {
        try await database.read { tx in
            let app = try Self.require(name, in: tx)
            let file = try AppStore.file("assets/" + path, of: app.active.id, in: tx)
            guard let file, let type = PictureType(file.content) else {
                throw StoaError(.notFound, "\(app.name) has no picture assets/\(path.prefix(256)).")
            }
            // The version's digest stands for all of its files.
            let tag = "\(app.active.digest.prefix(32))"
            if known(tag) { return (tag, nil) }
            return (tag, Picture(type: type, content: file.content, tag: tag))
        }
    }

    /// - Throws: ``StoaError/Code/forbidden`` for who has not used the app.
    package func rate(_ name: String, stars: Int64, text: String, by person: Account) async throws {
        try await database.write { [messaging] tx in
            let app = try Self.require(name, in: tx)
            guard try Self.mayRate(app, person, messaging, in: tx) else {
                throw StoaError(.forbidden, "Only who has used \(app.name) can rate it. Write to it first.")
            }
            try Ratings.set(stars, text: text, of: app.id, by: person.id, now: messaging.clock.now(), in: tx)
        }
    }

    package func removeRating(of name: String, by person: Account) async throws {
        try await database.write { tx in
            try Ratings.remove(of: try Self.require(name, in: tx).id, by: person.id, in: tx)
        }
    }

    /// - Throws: ``StoaError/Code/conflict`` while another of the person's about the app is open;
    ///   ``StoaError/Code/rateLimited``.
    package func report(_ name: String, reason: String, by person: Account) async throws -> ReportID {
        try await database.write { [messaging] tx in
            let app = try Self.require(name, in: tx)
            let id = ReportID(messaging.ids.next())
            try Reports.open(reason, about: app.id, by: person.id, id: id, now: messaging.clock.now(), in: tx)
            return id
        }
    }

    private static func mayRate(
        _ app: App, _ person: Account, _ messaging: Messaging, in tx: ReadTransaction
    ) throws -> Bool {
        try messaging.hasUsed(Account(id: app.account, kind: .bot, name: app.name, display: app.name), person.id, in: tx)
    }

    private static func require(_ name: String, in tx: ReadTransaction) throws -> App {
        guard let app = try AppStore.app(named: name, in: tx), app.state == .live else {
            throw StoaError(.appNotFound, "There is no app named \(name.prefix(64)) in the catalogue.")
        }
        return app
    }
}
