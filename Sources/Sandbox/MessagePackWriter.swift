// The encoding is MessagePack: nil, bool, int64, float64, str (text), bin (other bytes), array, map with str keys.
// Writing takes two passes: the size first, so that the second one writes through a plain pointer.

extension BridgeValue {
    /// Bytes that the encoding takes.
    package var encodedCount: Int {
        switch self {
        case .null, .bool: 1
        case .int(let value): MessagePack.count(of: value)
        case .double: 9
        case .string(let value): MessagePack.textCount(value.utf8.count)
        case .bytes(let value): MessagePack.bytesCount(value.count)
        case .array(let values): MessagePack.count(ofArray: values)
        case .map(let map):
            map.entries.reduce(MessagePack.containerHead(map.count)) {
                $0 + MessagePack.textCount($1.key.utf8.count) + $1.value.encodedCount
            }
        }
    }

    /// Appends the encoding.
    package func encode(into out: inout [UInt8]) {
        if out.isEmpty { out = encoded } else { out += encoded }
    }

    package var encoded: [UInt8] {
        let count = encodedCount
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress {
                var cursor = UnsafeMutableRawPointer(base)
                write(to: &cursor)
            }
            initialized = count
        }
    }

    /// Writes `encodedCount` bytes and moves the cursor behind them.
    func write(to cursor: inout UnsafeMutableRawPointer) {
        switch self {
        case .null: cursor.put(0xc0)
        case .bool(let value): cursor.put(value ? 0xc3 : 0xc2)
        case .int(let value): MessagePack.write(value, to: &cursor)
        case .double(let value):
            cursor.put(0xcb)
            cursor.putBigEndian(value.bitPattern)
        case .string(let value): MessagePack.write(value, to: &cursor)
        case .bytes(let value):
            MessagePack.head(value.count, short: 0xc4, to: &cursor)
            value.withUnsafeBytes { cursor.put($0) }
        case .array(let values): MessagePack.write(values, to: &cursor)
        case .map(let map):
            MessagePack.containerHead(map.count, fixed: 0x80, wide: 0xde, to: &cursor)
            for (key, value) in map.entries {
                MessagePack.write(key, to: &cursor)
                value.write(to: &cursor)
            }
        }
    }
}

enum MessagePack {
    // MARK: Sizes

    static func count(of value: Int64) -> Int {
        switch value {
        case -32...127: 1
        case -128...255: 2
        case -0x8000...0xffff: 3
        case -0x8000_0000...0xffff_ffff: 5
        default: 9
        }
    }

    static func textCount(_ count: Int) -> Int {
        count + (count < 32 ? 1 : count < 0x100 ? 2 : count < 0x1_0000 ? 3 : 5)
    }

    static func bytesCount(_ count: Int) -> Int { count + (count < 0x100 ? 2 : count < 0x1_0000 ? 3 : 5) }

    static func containerHead(_ count: Int) -> Int { count < 16 ? 1 : count < 0x1_0000 ? 3 : 5 }

    static func count(ofArray values: [BridgeValue]) -> Int {
        values.reduce(containerHead(values.count)) { $0 + $1.encodedCount }
    }

    // MARK: Writing

    static func write(_ values: [BridgeValue], to cursor: inout UnsafeMutableRawPointer) {
        containerHead(values.count, fixed: 0x90, wide: 0xdc, to: &cursor)
        for value in values { value.write(to: &cursor) }
    }

    static func write(_ value: Int64, to cursor: inout UnsafeMutableRawPointer) {
        switch value {
        case -32...127: cursor.put(UInt8(truncatingIfNeeded: value))
        case 128...255:
            cursor.put(0xcc)
            cursor.put(UInt8(truncatingIfNeeded: value))
        case 256...0xffff:
            cursor.put(0xcd)
            cursor.putBigEndian(UInt16(truncatingIfNeeded: value))
        case 0x1_0000...0xffff_ffff:
            cursor.put(0xce)
            cursor.putBigEndian(UInt32(truncatingIfNeeded: value))
        case -128 ..< -32:
            cursor.put(0xd0)
            cursor.put(UInt8(truncatingIfNeeded: value))
        case -0x8000 ..< -128:
            cursor.put(0xd1)
            cursor.putBigEndian(UInt16(truncatingIfNeeded: value))
        case -0x8000_0000 ..< -0x8000:
            cursor.put(0xd2)
            cursor.putBigEndian(UInt32(truncatingIfNeeded: value))
        default:
            cursor.put(0xd3)
            cursor.putBigEndian(UInt64(bitPattern: value))
        }
    }

    static func write(_ text: String, to cursor: inout UnsafeMutableRawPointer) {
        var text = text
        text.withUTF8 { utf8 in
            if utf8.count < 32 {
                cursor.put(0xa0 | UInt8(utf8.count))
            } else {
                head(utf8.count, short: 0xd9, to: &cursor)
            }
            cursor.put(UnsafeRawBufferPointer(utf8))
        }
    }

    /// A length of 8, 16 or 32 bits; the codes follow one another.
    static func head(_ count: Int, short code: UInt8, to cursor: inout UnsafeMutableRawPointer) {
        if count < 0x100 {
            cursor.put(code)
            cursor.put(UInt8(count))
        } else if count < 0x1_0000 {
            cursor.put(code + 1)
            cursor.putBigEndian(UInt16(count))
        } else {
            cursor.put(code + 2)
            cursor.putBigEndian(UInt32(truncatingIfNeeded: count))
        }
    }

    static func containerHead(_ count: Int, fixed: UInt8, wide: UInt8, to cursor: inout UnsafeMutableRawPointer) {
        if count < 16 {
            cursor.put(fixed | UInt8(count))
        } else if count < 0x1_0000 {
            cursor.put(wide)
            cursor.putBigEndian(UInt16(count))
        } else {
            cursor.put(wide + 1)
            cursor.putBigEndian(UInt32(truncatingIfNeeded: count))
        }
    }
}

extension UnsafeMutableRawPointer {
    mutating func put(_ byte: UInt8) {
        storeBytes(of: byte, as: UInt8.self)
        self += 1
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress { copyMemory(from: base, byteCount: bytes.count) }
        self += bytes.count
    }

    mutating func putBigEndian<T: FixedWidthInteger>(_ value: T) {
        storeBytes(of: value.bigEndian, as: T.self)
        self += MemoryLayout<T>.size
    }

    mutating func putLittleEndian<T: FixedWidthInteger>(_ value: T) {
        storeBytes(of: value.littleEndian, as: T.self)
        self += MemoryLayout<T>.size
    }
}
