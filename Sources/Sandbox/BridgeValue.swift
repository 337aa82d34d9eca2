import Glibc

/// A value that crosses between the host and Lua. It can hold what both sides have.
package enum BridgeValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Finite.
    case double(Double)
    case string(String)
    /// A Lua string that is not valid UTF-8.
    case bytes([UInt8])
    case array([BridgeValue])
    case map(BridgeMap)
}

extension BridgeValue {
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer; also that of a double with an integral value in range, since Lua code computes with both.
    package var intValue: Int64? {
        switch self {
        case .int(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    package var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    package var bytesValue: [UInt8]? {
        switch self {
        case .bytes(let value): value
        case .string(let value): Array(value.utf8)
        default: nil
        }
    }

    /// The elements. An empty Lua table crosses as an empty map and counts as an empty array too.
    package var arrayValue: [BridgeValue]? {
        switch self {
        case .array(let values): values
        case .map(let map) where map.isEmpty: []
        default: nil
        }
    }

    package var mapValue: BridgeMap? {
        switch self {
        case .map(let map): map
        case .array(let values) where values.isEmpty: BridgeMap()
        default: nil
        }
    }

    /// The entry of a map; nil for a missing one and for anything but a map.
    package subscript(key: String) -> BridgeValue? {
        if case .map(let map) = self { map[key] } else { nil }
    }
}

extension BridgeValue: Equatable {
    /// Maps are equal whatever the order of their entries: Lua gives no promise about it. An integer never equals a double.
    package static func == (a: BridgeValue, b: BridgeValue) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        default: false
        }
    }
}

extension String {
    /// Lua compares bytes; `==` takes canonically equivalent texts for one.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let answer = utf8.withContiguousStorageIfAvailable { a in
            other.utf8.withContiguousStorageIfAvailable { b in
                guard let first = a.baseAddress, let second = b.baseAddress else { return a.isEmpty }
                return memcmp(first, second, a.count) == 0
            }
        }
        return (answer ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}

extension BridgeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: BridgeValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, BridgeValue)...) {
        self = .map(BridgeMap(elements.map { (key: $0.0, value: $0.1) }))
    }
}
