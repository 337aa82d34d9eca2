/// A table with string keys, in the order in which the entries came. Lookups are linear: these are small.
package struct BridgeMap: Sendable {
    package private(set) var entries: [(key: String, value: BridgeValue)]

    package init() { entries = [] }

    /// With keys that are all different; of equal ones the first counts.
    package init(_ entries: [(key: String, value: BridgeValue)]) { self.entries = entries }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    package subscript(key: String) -> BridgeValue? {
        get { entries.first { $0.key.hasSameBytes(as: key) }?.value }
        set {
            let index = entries.firstIndex { $0.key.hasSameBytes(as: key) }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (let index?, nil): entries.remove(at: index)
            case (nil, let value?): entries.append((key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension BridgeMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, BridgeValue)...) {
        entries = elements.map { (key: $0.0, value: $0.1) }
    }
}

extension BridgeMap: Equatable {
    package static func == (a: BridgeMap, b: BridgeMap) -> Bool {
        guard a.count == b.count else { return false }
        let sameOrder = zip(a.entries, b.entries).allSatisfy { $0.key.hasSameBytes(as: $1.key) }
        if sameOrder { return zip(a.entries, b.entries).allSatisfy { $0.value == $1.value } }
        // Keys are ordered by their bytes: String's own order takes canonically equivalent texts for one.
        let order: ((key: String, value: BridgeValue), (key: String, value: BridgeValue)) -> Bool = {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        return zip(a.entries.sorted(by: order), b.entries.sorted(by: order)).allSatisfy {
            $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value
        }
    }
}
