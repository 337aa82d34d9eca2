/// Takes the chunked transfer coding apart (RFC 9112 7.1), whatever the pieces it arrives in. Extensions and trailers are
/// skipped, within limits.
struct ChunkedDecoder {
    private enum State {
        case size, sizeStart, extensions, sizeEnd, data, dataEnd, dataLineFeed, trailerStart, trailer, trailerLineFeed,
            finalLineFeed
    }

    private var state = State.sizeStart
    private var remaining = 0
    private var overhead = 0
    private(set) var finished = false

    private static let malformed = ParseFailure(status: 400, message: "The chunked body is malformed.")

    /// Consumes bytes up to the body's end, appends the payload to `output`, and returns how many bytes it consumed.
    mutating func decode(_ input: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) throws(ParseFailure) -> Int {
        var at = 0
        while at < input.count, !finished {
            if state == .data {
                let count = min(remaining, input.count - at)
                output.append(contentsOf: input[at..<(at + count)])
                at += count
                remaining -= count
                if remaining == 0 { state = .dataEnd }
                continue
            }
            try step(input[at])
            at += 1
        }
        return at
    }

    private mutating func step(_ byte: UInt8) throws(ParseFailure) {
        switch state {
        case .sizeStart, .size: try size(byte)
        case .extensions:
            try countOverhead()
            if byte == 13 { state = .sizeEnd } else if byte == 10 { throw Self.malformed }
        case .sizeEnd:
            try expect(byte, 10)
            state = remaining == 0 ? .trailerStart : .data
        case .data: break
        case .dataEnd:
            try expect(byte, 13)
            state = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, 10)
            state = .sizeStart
        case .trailerStart: state = byte == 13 ? .finalLineFeed : .trailer
        case .trailer:
            try countOverhead()
            if byte == 13 { state = .trailerLineFeed } else if byte == 10 { throw Self.malformed }
        case .trailerLineFeed:
            try expect(byte, 10)
            state = .trailerStart
        case .finalLineFeed:
            try expect(byte, 10)
            finished = true
        }
    }

    private mutating func size(_ byte: UInt8) throws(ParseFailure) {
        if let digit = hexValue(byte) {
            guard remaining < 1 << 50 else { throw Self.malformed }
            remaining = remaining << 4 | Int(digit)
            state = .size
        } else {
            guard state == .size else { throw Self.malformed }
            switch byte {
            case 13: state = .sizeEnd
            case UInt8(ascii: ";"), 32, 9: state = .extensions
            default: throw Self.malformed
            }
        }
    }

    private func expect(_ byte: UInt8, _ wanted: UInt8) throws(ParseFailure) {
        if byte != wanted { throw Self.malformed }
    }

    /// Bytes that carry nothing are counted over the whole body, lest they keep a connection busy for free.
    private mutating func countOverhead() throws(ParseFailure) {
        overhead += 1
        if overhead > 16 << 10 { throw ParseFailure(status: 431, message: "The chunked body's extensions are too long.") }
    }
}
