import Database
import Model
import Testing

@testable import Apps

@Suite struct CatalogueTests {
    private static func entry(
        _ name: String, _ title: String, _ description: String = "", category: String = "other", average: Double? = nil
    ) throws -> Catalogue.Entry {
        let manifest = try Manifest.parse(
            Array(
                """
                {"name": "\(name)", "title": "\(title)", "kind": "bot", "version": "1", "description": "\(description)",
                 "category": "\(category)"}
                """.utf8))
        let version = AppVersion(id: AppVersionID(1), app: AppID(1), number: 1, manifest: manifest, digest: "", createdAt: 0)
        let app = App(
            id: AppID(1), name: name, account: AccountID(1), publisher: "acme", active: version, createdAt: 0)
        return Catalogue.Entry(
            app: app, publisher: PublisherLabel(name: "acme", title: "Acme", isVerified: false),
            rating: Rating.Summary(average: average, count: average == nil ? 0 : 1))
    }

    private func names(_ entries: [Catalogue.Entry], _ query: String, _ category: Manifest.Category? = nil) -> [String] {
        Catalogue.search(entries, for: query, category: category).entries.map(\.app.name)
    }

    @Test("the exact name first, then beginnings, words of the title, all else; equals by rating and name")
    func order() throws {
        let entries = try [
            Self.entry("delivery", "Fast food", "Brings pizza to you", average: 5),
            Self.entry("slices", "Order a Pizza", average: 1),
            Self.entry("pizzaiolo", "Mario", average: 2),
            Self.entry("zpizza", "Z"),
            Self.entry("pizza_b", "B", average: 4),
            Self.entry("pizza_a", "A", average: 4),
            Self.entry("Pizza", "The pizza", average: 1),
            Self.entry("tea", "Tea"),
        ]
        #expect(
            names(entries, "  PIZZA ")
                == ["Pizza", "pizza_a", "pizza_b", "pizzaiolo", "slices", "delivery", "zpizza"])
        #expect(names(entries, "pizza order") == ["slices"], "all words, in any order")
        #expect(names(entries, "order   a pizza") == ["slices"])
        #expect(names(entries, "").first == "delivery", "the best rated")
        #expect(names(entries, "").count == entries.count)
    }

    @Test("where nothing matches, what is near is shown and named")
    func near() throws {
        let entries = try [Self.entry("weather", "Погода"), Self.entry("order_bot", "Order Pizza")]
        let found = Catalogue.search(entries, for: "wether")
        #expect(found.near == "weather" && found.entries.map(\.app.name) == ["weather"])
        #expect(Catalogue.search(entries, for: "пагода").near == "Погода")
        #expect(Catalogue.search(entries, for: "pizzza").near == "Order Pizza")
        let nothing = Catalogue.search(entries, for: "unlike anything")
        #expect(nothing.near == nil && nothing.entries.isEmpty)
        #expect(Catalogue.search(entries, for: "weather").near == nil)
        #expect(Catalogue.search([], for: "x").entries.isEmpty)
    }

    @Test("categories are counted whatever is searched for")
    func categories() throws {
        let entries = try [
            Self.entry("a", "A", category: "games"), Self.entry("b", "B", category: "games"), Self.entry("c", "C"),
        ]
        let found = Catalogue.search(entries, for: "b", category: .games)
        #expect(found.entries.map(\.app.name) == ["b"])
        #expect(found.categories.map { "\($0.category) \($0.count)" } == ["games 2", "other 1"])
        #expect(names(entries, "", .other) == ["c"])
        #expect(names(entries, "games") == ["a", "b"], "by the category's name")
    }

    @Test("one rating of each person, which can be changed and taken back")
    func ratings() async throws {
        try await AppStoreTests.withDatabase { database in
            let version = try await AppStoreTests.Deployer().deploy(try AppStoreTests.package(), to: database)
            let app = version.app
            try await database.write { tx in
                #expect(try Ratings.summary(of: app, in: tx) == Rating.Summary())
                for (person, stars) in [(1, 5), (2, 4), (3, 4)] as [(Int64, Int64)] {
                    try Ratings.set(stars, text: "for \(person)", of: app, by: AccountID(person), now: person, in: tx)
                }
                #expect(try Ratings.summary(of: app, in: tx) == Rating.Summary(average: 4.33, count: 3))
                #expect(try Ratings.newest(of: app, limit: 2, in: tx).map(\.person.value) == [3, 2])
                try Ratings.set(1, text: "", of: app, by: AccountID(1), now: 9, in: tx)
                #expect(try Ratings.summaries(in: tx)[app] == Rating.Summary(average: 3, count: 3))
                #expect(try Ratings.rating(of: app, by: AccountID(1), in: tx)?.date == 9)
                try Ratings.remove(of: app, by: AccountID(1), in: tx)
                #expect(try Ratings.rating(of: app, by: AccountID(1), in: tx) == nil)
                try Ratings.remove(of: app, by: AccountID(1), in: tx)
                #expect(try Ratings.summary(of: app, in: tx) == Rating.Summary(average: 4, count: 2))
                for person in [2, 3] as [Int64] { try Ratings.remove(of: app, by: AccountID(person), in: tx) }
                #expect(try Ratings.summary(of: app, in: tx) == Rating.Summary())
                #expect(try Ratings.summaries(in: tx)[app] == nil)
                for (stars, text) in [(0, ""), (6, ""), (3, String(repeating: "x", count: 1001)), (3, "\u{0}"), (3, "\u{1B}[2J")]
                    as [(Int64, String)]
                {
                    #expect(throws: StoaError.self) {
                        try Ratings.set(stars, text: text, of: app, by: AccountID(4), now: 1, in: tx)
                    }
                }
            }
        }
    }

    @Test("whatever is rated, changed and taken back, the sums are those of the ratings")
    func sums() async throws {
        try await AppStoreTests.withDatabase { database in
            let app = try await AppStoreTests.Deployer().deploy(try AppStoreTests.package(), to: database).app
            try await database.write { tx in
                var random = SystemRandomNumberGenerator()
                for step in 0..<500 {
                    let person = AccountID(.random(in: 1...20, using: &random))
                    if Bool.random(using: &random) {
                        let stars = Int64.random(in: 1...5, using: &random)
                        try Ratings.set(stars, text: "", of: app, by: person, now: Int64(step), in: tx)
                    } else {
                        try Ratings.remove(of: app, by: person, in: tx)
                    }
                }
                let counted = try tx.first("SELECT COALESCE(sum(stars), 0), count(*) FROM ratings") {
                    [try $0.int(0), try $0.int(1)]
                }
                let kept = try tx.first("SELECT stars, count FROM rating_sums") { [try $0.int(0), try $0.int(1)] }
                #expect(kept == counted)
            }
        }
    }

    @Test("one open report of each person about an app, and so many in a day")
    func reports() async throws {
        try await AppStoreTests.withDatabase { database in
            let deployer = AppStoreTests.Deployer()
            let app = try await deployer.deploy(try AppStoreTests.package(), to: database).app
            try await database.write { tx in
                let day: Int64 = 24 * 3600 * 1000
                func report(_ id: Int64, at now: Int64, _ reason: String = "spam", by person: Int64 = 1) throws {
                    try Reports.open(reason, about: app, by: AccountID(person), id: ReportID(id), now: now, in: tx)
                }
                func code(_ body: () throws -> Void) -> StoaError.Code? {
                    do { try body() } catch { return (error as? StoaError)?.code }
                    return nil
                }
                try report(1, at: 1)
                #expect(code { try report(2, at: 2) } == .conflict)
                try report(2, at: 2, by: 2)
                #expect(try Reports.open(in: tx).map(\.id.value) == [1, 2])
                #expect(try Reports.answer(ReportID(1), text: "Done", by: "operator", now: 3, in: tx).person == AccountID(1))
                #expect(code { _ = try Reports.answer(ReportID(1), text: "Again", by: "operator", now: 3, in: tx) } == .conflict)
                #expect(code { _ = try Reports.answer(ReportID(7), text: "None", by: "operator", now: 3, in: tx) } == .notFound)
                for id in Int64(3)..<12 {
                    try report(id, at: id)
                    _ = try Reports.answer(ReportID(id), text: "Done", by: "operator", now: id, in: tx)
                }
                #expect(code { try report(20, at: 20) } == .rateLimited)
                try report(21, at: 2 + day)
                for reason in ["", "  ", String(repeating: "x", count: 1001), "a\u{202E}b"] {
                    #expect(code { try report(22, at: 3, reason, by: 3) } == .badRequest)
                }
                #expect(try Reports.countOpen(in: tx) == 2)
                #expect(try Reports.open(limit: 1, in: tx).map(\.id.value) == [2])
                let plan = try tx.query(
                    "EXPLAIN QUERY PLAN SELECT id, reason FROM reports WHERE answered_at IS NULL ORDER BY id LIMIT 500",
                    row: { try $0.text(3) })
                #expect(plan == ["SCAN reports USING INDEX reports_waiting"])
            }
        }
    }

    @Test("a quota is part of what the runtime goes by")
    func quotas() async throws {
        try await AppStoreTests.withDatabase { database in
            _ = try await AppStoreTests.Deployer().deploy(try AppStoreTests.package(), to: database)
            try await database.write { tx in
                let bot = AccountID(7)
                #expect(try AppStore.rollout(of: bot, in: tx)?.quota == Quota())
                try Quotas.set(Quota(turnsPerMinute: 6, storeMiB: 1), of: bot, in: tx)
                #expect(try AppStore.rollout(of: bot, in: tx)?.quota == Quota(turnsPerMinute: 6, storeMiB: 1))
                try Quotas.set(Quota(storeMiB: 2), of: bot, in: tx)
                #expect(try Quotas.quota(of: bot, in: tx) == Quota(turnsPerMinute: nil, storeMiB: 2))
                for bad in [Quota(turnsPerMinute: 0), Quota(turnsPerMinute: -1), Quota(storeMiB: 0), Quota(storeMiB: .max)] {
                    #expect(throws: StoaError.self) { try Quotas.set(bad, of: bot, in: tx) }
                }
            }
        }
    }
}
