package import Database

/// How the apps are found that people can use. Pure: it is given the apps.
package enum Catalogue {
    package struct Entry: Sendable {
        package let app: App
        package let publisher: PublisherLabel
        package let rating: Rating.Summary

        package init(app: App, publisher: PublisherLabel, rating: Rating.Summary) {
            self.app = app
            self.publisher = publisher
            self.rating = rating
        }
    }

    package struct Found: Sendable {
        /// The best match first.
        package let entries: [Entry]
        /// How many apps each category holds, whatever was searched for; those without apps are left out.
        package let categories: [(category: Manifest.Category, count: Int)]
        /// What may have been meant where nothing matched: the name or title of the one entry that is given instead.
        package let near: String?

        /// With no more than so many entries.
        package func prefix(_ most: Int) -> Found {
            Found(entries: Array(entries.prefix(most)), categories: categories, near: near)
        }
    }

    /// How well an app answers a search.
    enum Rank: Int, Comparable {
        /// Its name or title is what was typed.
        case exact
        /// Its name or title begins with that.
        case prefix
        /// A word of its title begins with that.
        case word
        /// It stands elsewhere in its name, title, description or category.
        case elsewhere

        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// Those asked about with more words are found by apps that have them all.
    package static func search(_ entries: [Entry], for query: String, category: Manifest.Category? = nil) -> Found {
        let counts = Dictionary(entries.map { ($0.app.active.manifest.category, 1) }, uniquingKeysWith: +)
        let categories = Manifest.Category.allCases.compactMap { category in counts[category].map { (category, $0) } }
        let shown = entries.filter { category == nil || $0.app.active.manifest.category == category }
        let query = folded(query)
        guard !query.isEmpty else {
            return Found(entries: inOrder(shown.map { (.exact, $0) }), categories: categories, near: nil)
        }
        let ranked = shown.compactMap { entry in rank(of: entry.app, for: query).map { ($0, entry) } }
        if ranked.isEmpty, let (entry, near) = nearest(to: query, in: shown) {
            return Found(entries: [entry], categories: categories, near: near)
        }
        return Found(entries: inOrder(ranked), categories: categories, near: nil)
    }

    /// Nil when the app is no answer at all.
    /// - Parameter query: folded.
    static func rank(of app: App, for query: String) -> Rank? {
        let manifest = app.active.manifest
        let (name, title) = (folded(app.name), folded(manifest.title))
        if name == query || title == query { return .exact }
        if name.hasPrefix(query) || title.hasPrefix(query) { return .prefix }
        let words = title.split { !($0.isLetter || $0.isNumber) }
        if words.contains(where: { $0.hasPrefix(query) }) { return .word }
        let all = [name, title, folded(manifest.description), manifest.category.rawValue].joined(separator: "\n")
        return query.split(whereSeparator: \.isWhitespace).allSatisfy { all.contains($0) } ? .elsewhere : nil
    }

    private static func nearest(to query: String, in entries: [Entry]) -> (Entry, String)? {
        let entries = inOrder(entries.map { (.exact, $0) })
        let known = entries.flatMap { entry in
            let title = entry.app.active.manifest.title
            return [(entry.app.name, entry, entry.app.name), (title, entry, title)]
                + title.split(separator: " ").map { (String($0), entry, title) }
        }
        guard let word = NearMatch.of(query, in: known.map(\.0)), let match = known.first(where: { $0.0 == word }) else {
            return nil
        }
        return (match.1, match.2)
    }

    /// By rank, then the better rated, then by name. Who has no rating comes after those with one.
    private static func inOrder(_ ranked: [(Rank, Entry)]) -> [Entry] {
        ranked.sorted { a, b in
            if a.0 != b.0 { return a.0 < b.0 }
            let (x, y) = (a.1.rating.average ?? 0, b.1.rating.average ?? 0)
            return x != y ? x > y : a.1.app.name.lowercased() < b.1.app.name.lowercased()
        }.map(\.1)
    }

    private static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// A publisher as people see it beside an app.
package struct PublisherLabel: Sendable, Equatable {
    package let name: String
    package let title: String
    package let isVerified: Bool

    package init(name: String, title: String, isVerified: Bool) {
        self.name = name
        self.title = title
        self.isVerified = isVerified
    }

    package init(_ publisher: Publisher) {
        self.init(name: publisher.name, title: publisher.title, isVerified: publisher.isVerified)
    }
}

extension Publishers {
    /// Of an app's publisher. Whose apps the operator deployed has no row of its own, and needs nobody to check who that is.
    package static func label(_ name: String, in tx: ReadTransaction) throws -> PublisherLabel {
        try publisher(named: name, in: tx).map { PublisherLabel($0) }
            ?? PublisherLabel(name: name, title: "The operator of this server", isVerified: true)
    }
}
