/// Why bytes are no value of the bridge.
package enum BridgeDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    case truncated
    case trailingBytes(Int)
    case unsupported(code: UInt8)
    case integerTooLarge
    case notFinite
    case invalidText
    case keyIsNoText
    case tooDeep
    case tooManyValues
    case notAnArray

    package var description: String {
        switch self {
        case .truncated: "The encoded value ends too early."
        case .trailingBytes(let count): "\(count) bytes follow the encoded value."
        case .unsupported(let code): "The encoded value uses the MessagePack code \(code), which the bridge does not."
        case .integerTooLarge: "The encoded value holds an integer above 2^63-1."
        case .notFinite: "The encoded value holds a number that is not finite."
        case .invalidText: "The encoded value holds a text that is not valid UTF-8."
        case .keyIsNoText: "The encoded value holds a map with a key that is not text."
        case .tooDeep: "The encoded value is nested too deeply."
        case .tooManyValues: "The encoded value has too many parts."
        case .notAnArray: "The encoded value is not an array."
        }
    }
}

extension BridgeValue {
    /// Nesting of arrays and maps that may cross the bridge.
    package static let maximumDepth = 32
    /// Values, containers included, that may cross the bridge at a time.
    package static let maximumNodes = 10_000

    /// Decodes one value, which all of `bytes` must be.
    ///
    /// The limits are those of a crossing. What the host itself wrote around crossed values may be given wider ones.
    package static func decode(
        _ bytes: [UInt8], maximumDepth: Int = maximumDepth, maximumNodes: Int = maximumNodes
    ) throws(BridgeDecodingError) -> BridgeValue {
        try bytes.withUnsafeBufferPointer { buffer throws(BridgeDecodingError) in
            try decode(UnsafeRawBufferPointer(buffer), maximumDepth: maximumDepth, maximumNodes: maximumNodes)
        }
    }

    package static func decode(
        _ bytes: ArraySlice<UInt8>, maximumDepth: Int = maximumDepth, maximumNodes: Int = maximumNodes
    ) throws(BridgeDecodingError) -> BridgeValue {
        try bytes.withUnsafeBufferPointer { buffer throws(BridgeDecodingError) in
            try decode(UnsafeRawBufferPointer(buffer), maximumDepth: maximumDepth, maximumNodes: maximumNodes)
        }
    }

    package static func decode(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = maximumDepth, maximumNodes: Int = maximumNodes
    ) throws(BridgeDecodingError) -> BridgeValue {
        var reader = MessagePackReader(bytes, nodes: maximumNodes)
        let value = try reader.value(depth: maximumDepth)
        if reader.remaining > 0 { throw .trailingBytes(reader.remaining) }
        return value
    }
}

/// Reads values from memory that it does not own. Every access is checked against the end.
struct MessagePackReader {
    private var bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var nodes: Int

    init(_ bytes: UnsafeRawBufferPointer, nodes: Int) {
        self.bytes = bytes
        self.nodes = nodes
    }

    var remaining: Int { bytes.count - offset }

    /// An array, of which each element may use the whole depth: the list of arguments or results of a crossing.
    mutating func list(depth: Int) throws(BridgeDecodingError) -> [BridgeValue] {
        let code = try byte()
        switch code {
        case 0x90...0x9f: return try elements(Int(code & 0x0f), depth: depth)
        case 0xdc: return try elements(Int(try integer(UInt16.self)), depth: depth)
        case 0xdd: return try elements(Int(try integer(UInt32.self)), depth: depth)
        default: throw .notAnArray
        }
    }

    /// - Parameter depth: how many containers may still be entered.
    mutating func value(depth: Int) throws(BridgeDecodingError) -> BridgeValue {
        nodes -= 1
        if nodes < 0 { throw .tooManyValues }
        let code = try byte()
        switch code {
        case 0x00...0x7f: return .int(Int64(code))
        case 0xe0...0xff: return .int(Int64(Int8(bitPattern: code)))
        case 0xa0...0xbf: return .string(try text(Int(code & 0x1f)))
        case 0x90...0x9f: return .array(try elements(Int(code & 0x0f), depth: depth - 1))
        case 0x80...0x8f: return .map(try entries(Int(code & 0x0f), depth: depth - 1))
        case 0xc0: return .null
        case 0xc2: return .bool(false)
        case 0xc3: return .bool(true)
        case 0xc4, 0xc5, 0xc6: return .bytes([UInt8](try span(try length(code - 0xc4))))
        case 0xcb:
            let value = Double(bitPattern: try integer(UInt64.self))
            if !value.isFinite { throw .notFinite }
            return .double(value)
        case 0xcc...0xcf, 0xd0...0xd3: return .int(try signed(code))
        case 0xd9, 0xda, 0xdb: return .string(try text(try length(code - 0xd9)))
        case 0xdc: return .array(try elements(Int(try integer(UInt16.self)), depth: depth - 1))
        case 0xdd: return .array(try elements(Int(try integer(UInt32.self)), depth: depth - 1))
        case 0xde: return .map(try entries(Int(try integer(UInt16.self)), depth: depth - 1))
        case 0xdf: return .map(try entries(Int(try integer(UInt32.self)), depth: depth - 1))
        default: throw .unsupported(code: code)
        }
    }

    /// A str, as the name in an effect.
    mutating func text() throws(BridgeDecodingError) -> String {
        let code = try byte()
        switch code {
        case 0xa0...0xbf: return try text(Int(code & 0x1f))
        case 0xd9, 0xda, 0xdb: return try text(try length(code - 0xd9))
        default: throw .keyIsNoText
        }
    }

    /// The head of an array: how many elements follow.
    mutating func arrayCount() throws(BridgeDecodingError) -> Int {
        let code = try byte()
        switch code {
        case 0x90...0x9f: return Int(code & 0x0f)
        case 0xdc: return Int(try integer(UInt16.self))
        case 0xdd: return Int(try integer(UInt32.self))
        default: throw .notAnArray
        }
    }

    /// - Parameter depth: how many containers each element may enter; negative when this one is already too deep.
    mutating func elements(_ count: Int, depth: Int) throws(BridgeDecodingError) -> [BridgeValue] {
        try enter(count, bytesEach: 1, depth: depth)
        var values: [BridgeValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try value(depth: depth)) }
        return values
    }

    private mutating func entries(_ count: Int, depth: Int) throws(BridgeDecodingError) -> BridgeMap {
        try enter(count, bytesEach: 2, depth: depth)
        var entries: [(key: String, value: BridgeValue)] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let key = try text()
            entries.append((key: key, value: try value(depth: depth)))
        }
        return BridgeMap(entries)
    }

    /// Refuses before anything is allocated for it.
    private func enter(_ count: Int, bytesEach: Int, depth: Int) throws(BridgeDecodingError) {
        if depth < 0 { throw .tooDeep }
        if count > nodes { throw .tooManyValues }
        if count > remaining / bytesEach { throw .truncated }
    }

    private mutating func signed(_ code: UInt8) throws(BridgeDecodingError) -> Int64 {
        switch code {
        case 0xcc: return Int64(try byte())
        case 0xcd: return Int64(try integer(UInt16.self))
        case 0xce: return Int64(try integer(UInt32.self))
        case 0xcf:
            guard let value = Int64(exactly: try integer(UInt64.self)) else { throw .integerTooLarge }
            return value
        case 0xd0: return Int64(Int8(bitPattern: try byte()))
        case 0xd1: return Int64(try integer(Int16.self))
        case 0xd2: return Int64(try integer(Int32.self))
        default: return try integer(Int64.self)
        }
    }

    /// - Parameter width: 0, 1, 2 for 8, 16, 32 bits.
    private mutating func length(_ width: UInt8) throws(BridgeDecodingError) -> Int {
        switch width {
        case 0: Int(try byte())
        case 1: Int(try integer(UInt16.self))
        default: Int(try integer(UInt32.self))
        }
    }

    private mutating func text(_ count: Int) throws(BridgeDecodingError) -> String {
        let utf8 = try span(count)
        guard let text = String(validating: utf8, as: UTF8.self) else { throw .invalidText }
        return text
    }

    private mutating func byte() throws(BridgeDecodingError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(BridgeDecodingError) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .truncated }
        defer { offset += MemoryLayout<T>.size }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    private mutating func span(_ count: Int) throws(BridgeDecodingError) -> UnsafeRawBufferPointer {
        guard count <= remaining else { throw .truncated }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}
