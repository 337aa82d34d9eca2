import MiniApps
import Model
import Sandbox
import Testing

@testable import Simulation

/// What a simulated device makes of what the host sends it.
struct DeviceTests {
    private static let tree = Node(type: "page", children: [Node(type: "text", props: ["text": "one"])])

    private static func opened() -> OpenPage {
        var page = OpenPage(app: "shop", asked: nil, place: .home)
        page.take(.tree(tree, version: 1, page: "home", app: "shop", chat: ChatID(1), language: nil))
        return page
    }

    @Test func aDifferenceIsFollowed() {
        var page = Self.opened()
        let next = Node(type: "page", children: [Node(type: "text", props: ["text": "two"])])
        page.take(.patch(TreeDiff.steps(from: Self.tree, to: next), from: 1, version: 2))
        #expect(page.tree == next && page.mistake == nil)
    }

    @Test func aDifferenceThatDoesNotFitIsAMistake() {
        var page = Self.opened()
        page.take(.patch([.delete(path: [], index: 1, count: 1)], from: 1, version: 2))
        #expect(page.mistake?.contains("does not fit version 1") == true)
        page = Self.opened()
        page.take(.patch([], from: 2, version: 3))
        #expect(page.mistake != nil)
        page = Self.opened()
        page.take(.tree(Self.tree, version: 2, page: "other", app: "shop", chat: ChatID(1), language: nil))
        #expect(page.mistake != nil)
    }

    @Test func aPageThatCouldNotBeDrawnComesAnew() {
        var page = Self.opened()
        page.take(.failed(StoaError(.appFailed, "It failed.")))
        #expect(page.tree == nil && page.error?.code == .appFailed)
        page.take(.tree(Self.tree, version: 3, page: "home", app: "shop", chat: ChatID(1), language: nil))
        #expect(page.tree == Self.tree && page.error == nil)
    }

    @Test func textsAreWhatAPersonReads() throws {
        func texts(_ type: String, _ props: BridgeMap) -> [String] { Node(type: type, props: props).texts }
        #expect(texts("text", ["text": "**Tea** [here](https://a.b)", "markup": true]).contains("Tea here"))
        #expect(texts("money", ["amount": 49900, "currency": "RUB"]) == ["499.00 RUB"])
        #expect(texts("date", ["at": 1_767_603_600_000]) == ["2026-01-05 09:00"])
        #expect(texts("date", ["at": -1000, "style": "time"]) == ["23:59"])
        #expect(
            texts("table", ["columns": ["Thing", ["title": "Price"]], "rows": [["Tea", 3]]]) == ["Thing", "Price", "Tea", "3"])
        #expect(texts("select", ["name": "size", "options": [["value": "s", "label": "Small"]]]) == ["Small"])
        #expect(texts("checkbox", ["name": "news", "label": "News", "value": true]) == ["News"])
        #expect(texts("number_field", ["name": "count", "value": 3]) == ["3"])
        #expect(!Node(type: "text", props: ["text": "Tea", "hidden": true]).says("Tea"))
    }
}
