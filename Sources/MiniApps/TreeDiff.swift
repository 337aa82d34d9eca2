package import Sandbox

/// One step from a tree to the next. A path is the list of child indexes from the root, in the tree as the steps before left it.
package enum PatchStep: Sendable, Equatable {
    /// Nil takes the prop away.
    case props(path: [Int], [Change])
    case replace(path: [Int], Node)
    case delete(path: [Int], index: Int, count: Int)
    case insert(path: [Int], index: Int, [Node])
    /// Takes a child out, and puts it in so that it is at `to` then.
    case move(path: [Int], from: Int, to: Int)

    package struct Change: Sendable, Equatable {
        package let name: String
        package let value: BridgeValue?
    }
}

/// What turns one tree into another, in few steps.
///
/// Siblings with the same key are the same component, wherever they stand; those without one are matched in their order. Of those
/// that changed places as few as can be are moved: all but a longest increasing subsequence of their former places (M. L.
/// Fredman, "On computing the length of longest increasing subsequences", 1975).
package struct TreeDiff {
    private var steps: [PatchStep] = []

    package static func steps(from old: Node, to new: Node) -> [PatchStep] {
        var diff = TreeDiff()
        diff.compare(old, new, [])
        return diff.steps
    }

    private mutating func compare(_ old: Node, _ new: Node, _ path: [Int]) {
        guard old.type == new.type, old.key == new.key else {
            steps.append(.replace(path: path, new))
            return
        }
        compareProps(old.props, new.props, path)
        guard !old.children.isEmpty || !new.children.isEmpty else { return }
        let matches = Self.match(old.children, new.children)
        arrange(old.children, new.children, matches, path)
        for (index, match) in matches.enumerated() {
            if let match { compare(old.children[match], new.children[index], path + [index]) }
        }
    }

    private mutating func compareProps(_ old: BridgeMap, _ new: BridgeMap, _ path: [Int]) {
        var changes: [PatchStep.Change] = []
        for (name, value) in new.entries where old[name] != value { changes.append(.init(name: name, value: value)) }
        for (name, _) in old.entries where new[name] == nil { changes.append(.init(name: name, value: nil)) }
        if !changes.isEmpty { steps.append(.props(path: path, changes)) }
    }

    private enum Key: Hashable {
        case text(String)
        case number(Int64)

        init?(_ node: Node) {
            switch node.key {
            case .string(let text)?: self = .text(text)
            case .int(let number)?: self = .number(number)
            default: return nil
            }
        }
    }

    /// For each new child the place of the old one that it is; nil for a child that was not there.
    private static func match(_ old: [Node], _ new: [Node]) -> [Int?] {
        var keyed: [Key: Int] = [:]
        var unkeyed: [Int] = []
        for (index, node) in old.enumerated() {
            if let key = Key(node) { keyed[key] = index } else { unkeyed.append(index) }
        }
        var next = unkeyed.makeIterator()
        return new.map { node in
            if let key = Key(node) { keyed.removeValue(forKey: key) } else { next.next() }
        }
    }

    /// Makes the list of children what the new one is, but for what is inside of them.
    private mutating func arrange(_ old: [Node], _ new: [Node], _ matches: [Int?], _ path: [Int]) {
        let kept = Set(matches.compactMap { $0 })
        delete(old.indices.filter { !kept.contains($0) }, path)
        // Former places, or -1 for what came meanwhile.
        var work = old.indices.filter(kept.contains)
        let staying = Self.longestIncreasing(matches.compactMap { $0 })
        // Where the new child before stands.
        var cursor = -1
        var index = 0
        while index < new.count {
            guard let match = matches[index] else {
                let end = matches[index...].firstIndex { $0 != nil } ?? new.count
                steps.append(.insert(path: path, index: cursor + 1, Array(new[index..<end])))
                work.insert(contentsOf: repeatElement(-1, count: end - index), at: cursor + 1)
                cursor += end - index
                index = end
                continue
            }
            if staying.contains(match) {
                cursor = work[(cursor + 1)...].firstIndex(of: match) ?? cursor + 1
            } else if let from = work.firstIndex(of: match) {
                let to = from <= cursor ? cursor : cursor + 1
                if from != to {
                    steps.append(.move(path: path, from: from, to: to))
                    work.remove(at: from)
                    work.insert(match, at: to)
                }
                cursor = to
            }
            index += 1
        }
    }

    /// Neighbours in one step, from the end, so that the places before stay what they are.
    private mutating func delete(_ places: [Int], _ path: [Int]) {
        var end = places.count
        while end > 0 {
            var start = end - 1
            while start > 0, places[start - 1] == places[start] - 1 { start -= 1 }
            steps.append(.delete(path: path, index: places[start], count: end - start))
            end = start
        }
    }

    /// The numbers of one longest increasing subsequence. All numbers are different.
    static func longestIncreasing(_ numbers: [Int]) -> Set<Int> {
        // The places of the least ends of the subsequences of each length, and what comes before each number in its own.
        var ends: [Int] = []
        var before = [Int](repeating: -1, count: numbers.count)
        for (index, number) in numbers.enumerated() {
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if numbers[ends[middle]] < number { low = middle + 1 } else { high = middle }
            }
            if low > 0 { before[index] = ends[low - 1] }
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var found: Set<Int> = []
        var next = ends.last ?? -1
        while next >= 0 {
            found.insert(numbers[next])
            next = before[next]
        }
        return found
    }
}

extension Node {
    /// The tree after these steps; nil when one does not fit. What clients do, written down once.
    package func applying(_ steps: [PatchStep]) -> Node? {
        var node = self
        for step in steps {
            guard let next = node.applying(step) else { return nil }
            node = next
        }
        return node
    }

    private func applying(_ step: PatchStep) -> Node? {
        switch step {
        case .props(let path, let changes):
            return at(path[...]) { node in
                var props = node.props
                for change in changes { props[change.name] = change.value }
                return Node(type: node.type, key: node.key, props: props, children: node.children)
            }
        case .replace(let path, let new): return at(path[...]) { _ in new }
        case .delete(let path, let index, let count):
            return at(path[...]) { node in
                guard index >= 0, count > 0, index + count <= node.children.count else { return nil }
                var children = node.children
                children.removeSubrange(index..<index + count)
                return node.with(children)
            }
        case .insert(let path, let index, let nodes):
            return at(path[...]) { node in
                guard (0...node.children.count).contains(index) else { return nil }
                var children = node.children
                children.insert(contentsOf: nodes, at: index)
                return node.with(children)
            }
        case .move(let path, let from, let to):
            return at(path[...]) { node in
                guard node.children.indices.contains(from), node.children.indices.contains(to) else { return nil }
                var children = node.children
                children.insert(children.remove(at: from), at: to)
                return node.with(children)
            }
        }
    }

    private func at(_ path: ArraySlice<Int>, _ change: (Node) -> Node?) -> Node? {
        guard let first = path.first else { return change(self) }
        guard children.indices.contains(first), let child = children[first].at(path.dropFirst(), change) else { return nil }
        var children = children
        children[first] = child
        return with(children)
    }

    private func with(_ children: [Node]) -> Node { Node(type: type, key: key, props: props, children: children) }
}
