import Apps
import Bridge
import Database
import Model
import Operations
import Testing

@Suite struct PublishingTests {
    @Test("an appeal is the publisher's, or the console's in its name: no operator uses it up")
    func appeal() async throws {
        try await OperationsFixture.with { fixture in
            let publishing = fixture.publishing
            let code = OperationsFixture.code
            _ = try await publishing.admit(try await fixture.submit("parcel").id, percent: 100, by: .console)
            try await publishing.takeDown("parcel", reason: "Sells bread", by: .operator(fixture.olga))
            #expect(await code { try await publishing.appeal("parcel", text: "x", by: .operator(fixture.olga)) } == .notFound)
            #expect(await code { try await publishing.appeal("parcel", text: "x", by: .person(fixture.olga)) } == .notFound)
            try await publishing.appeal("parcel", text: "It does not", by: .person(fixture.ann))
            #expect(await code { try await publishing.appeal("parcel", text: "x", by: .console) } == .conflict)
            #expect(try await publishing.queue(by: .operator(fixture.olga)).appeals.map(\.takedown.appeal) == ["It does not"])
        }
    }

    @Test("what is for operators asks for one, whoever calls it")
    func operators() async throws {
        try await OperationsFixture.with { fixture in
            let publishing = fixture.publishing
            let ann = Actor.person(fixture.ann)
            let code = OperationsFixture.code
            #expect(await code { _ = try await publishing.queue(by: ann) } == .forbidden)
            #expect(await code { _ = try await publishing.waitingKeys(by: ann) } == .forbidden)
            #expect(await code { _ = try await publishing.publishers(by: ann) } == .forbidden)
            let known = try await publishing.publishers(by: .console)
            #expect(known.map(\.publisher.name) == ["acme"])
        }
    }

    @Test("no operator admits a release of their own publisher; others and the console do")
    func fourEyes() async throws {
        try await OperationsFixture.with { fixture in
            let publishing = fixture.publishing
            let release = try await fixture.submit("parcel").id
            for percent in [10, 100] {
                let code = await OperationsFixture.code {
                    _ = try await publishing.admit(release, percent: percent, by: .operator(fixture.ann))
                }
                #expect(code == .forbidden)
            }
            #expect(try await publishing.admit(release, percent: 100, by: .operator(fixture.olga)).state == .live)
            let next = try await fixture.submit("parcel", "2").id
            #expect(try await publishing.admit(next, percent: 100, by: .console).state == .live)
        }
    }

    @Test("a rollback is the publisher's and the operators'; a refused one changes nothing")
    func rollBack() async throws {
        try await OperationsFixture.with { fixture in
            let publishing = fixture.publishing
            for version in ["1", "2"] {
                _ = try await publishing.admit(try await fixture.submit("parcel", version).id, percent: 100, by: .console)
            }
            let stranger = Actor.person(fixture.olga)
            #expect(await OperationsFixture.code { _ = try await publishing.rollBack("parcel", by: stranger) } == .notFound)
            #expect(try await fixture.database.read { try AppStore.app(named: "parcel", in: $0) }?.active.version == "2")
            #expect(try await publishing.rollBack("parcel", by: .person(fixture.ann)).version.version == "1")
        }
    }
}
