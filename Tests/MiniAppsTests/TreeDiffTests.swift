import Sandbox
import Testing

@testable import MiniApps

/// The invariant: what a client has, with the steps applied, is what the page is now.
struct TreeDiffTests {
    private static let types = ["row", "text", "button", "column"]

    private static func tree(_ random: inout SystemRandomNumberGenerator, depth: Int) -> Node {
        let count = depth == 0 ? 0 : Int.random(in: 0...6, using: &random)
        var keys = Set<Int64>()
        let children = (0..<count).map { _ -> Node in
            let child = tree(&random, depth: depth - 1)
            let key = Int64.random(in: 0..<8, using: &random)
            guard Bool.random(using: &random), keys.insert(key).inserted else { return child }
            return Node(
                type: child.type, key: key < 4 ? .int(key) : .string("k\(key)"), props: child.props, children: child.children)
        }
        var props = BridgeMap()
        for name in ["a", "b", "c"] where Bool.random(using: &random) {
            props[name] = Bool.random(using: &random) ? .int(Int64.random(in: 0..<3, using: &random)) : .array([.string("x")])
        }
        return Node(type: types[Int.random(in: 0..<types.count, using: &random)], props: props, children: children)
    }

    @Test func theStepsLeadFromAnyTreeToAnyOther() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let old = Self.tree(&random, depth: 3)
            let new = Self.tree(&random, depth: 3)
            let steps = TreeDiff.steps(from: old, to: new)
            #expect(old.applying(steps) == new, "from \(old) to \(new) by \(steps)")
            #expect(TreeDiff.steps(from: new, to: new).isEmpty)
        }
    }

    private static func list(_ keys: [Int64]) -> Node {
        Node(type: "list", children: keys.map { Node(type: "row", key: .int($0)) })
    }

    @Test func aMovedRowIsOneStep() {
        let steps = TreeDiff.steps(from: Self.list([1, 2, 3, 4, 5]), to: Self.list([2, 3, 4, 5, 1]))
        #expect(steps == [.move(path: [], from: 0, to: 4)])
        #expect(TreeDiff.steps(from: Self.list([1, 2, 3, 4, 5]), to: Self.list([5, 1, 2, 3, 4])).count == 1)
    }

    @Test func neighboursGoAndComeInOneStep() {
        let steps = TreeDiff.steps(from: Self.list([1, 2, 3, 4, 5, 6]), to: Self.list([1, 6, 7, 8]))
        #expect(
            steps == [
                .delete(path: [], index: 1, count: 4),
                .insert(path: [], index: 2, [Node(type: "row", key: .int(7)), Node(type: "row", key: .int(8))]),
            ])
    }

    @Test func aRowKeepsItsIdentityByItsKey() {
        let old = Node(
            type: "list", children: [Node(type: "row", key: .int(1), props: ["t": 1]), Node(type: "row", key: .int(2))])
        let new = Node(
            type: "list", children: [Node(type: "row", key: .int(2)), Node(type: "row", key: .int(1), props: ["t": 2])])
        #expect(
            TreeDiff.steps(from: old, to: new) == [
                .move(path: [], from: 0, to: 1), .props(path: [1], [.init(name: "t", value: 2)]),
            ]
                || TreeDiff.steps(from: old, to: new) == [
                    .move(path: [], from: 1, to: 0), .props(path: [1], [.init(name: "t", value: 2)]),
                ])
    }
}
