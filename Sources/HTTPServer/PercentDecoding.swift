/// Percent-decoding of request targets. Anything doubtful is refused rather than repaired, so that two readers of one path
/// cannot disagree about it.
enum PercentDecoding {
    /// The decoded segments of a path that starts with `/`; nil for bad escapes, invalid UTF-8, NUL, and dot segments.
    /// A trailing slash adds no segment.
    static func segments(_ path: Substring.UTF8View) -> [String]? {
        var segments: [String] = []
        for part in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = decode(part, plusIsSpace: false), segment != ".", segment != ".." else { return nil }
            segments.append(segment)
        }
        if segments.last == "" { segments.removeLast() }
        return segments
    }

    /// The pairs of a query; nil when one does not decode.
    static func query(_ query: Substring.UTF8View) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for part in query.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(halves[0], plusIsSpace: true),
                let value = halves.count > 1 ? decode(halves[1], plusIsSpace: true) : ""
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func decode(_ part: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        let plain = !part.contains { byte in
            byte == UInt8(ascii: "%") || byte == 0 || byte >= 0x80 || (plusIsSpace && byte == UInt8(ascii: "+"))
        }
        if plain { return String(Substring(part)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(part.count)
        var iterator = part.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(32)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The value of a hexadecimal digit, or nil.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
}
