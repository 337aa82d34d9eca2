import Model

/// Takes a `multipart/form-data` body apart (RFC 7578, RFC 2046) as it comes, in pieces of any size.
///
/// Pure: bytes in, events out. It keeps at most one part's header and one delimiter's length of bytes.
struct MultipartParser {
    enum Event: Equatable {
        case begin(name: String, filename: String?)
        case data(ArraySlice<UInt8>)
        case end
    }

    private enum State {
        /// Before the first delimiter; what stands here is skipped.
        case preamble
        /// Right after a delimiter: `--` ends the body, a line end begins a part.
        case afterDelimiter
        case header
        case body
        /// After the last delimiter; what stands here is skipped.
        case epilogue
    }

    private static let maxHeader = 8 * 1024
    private static let maxParts = 64
    private static let maxPadding = 128

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8]
    private var parts = 0

    /// - Throws: ``StoaError/Code/badRequest`` when `contentType` is not `multipart/form-data` with a boundary.
    init(contentType: String?) throws(StoaError) {
        guard let contentType, let header = HeaderValue(contentType), header.value == "multipart/form-data",
            let boundary = header.parameter("boundary"), (1...70).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else {
            throw StoaError(
                .badRequest, "The Content-Type must be multipart/form-data with a boundary. Send the file as a form.")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand at the very beginning, without the line end that belongs to all others.
        buffer = [0x0D, 0x0A]
    }

    /// - Throws: ``StoaError/Code/badRequest`` or ``StoaError/Code/tooLarge``; nothing may be pushed after that.
    mutating func push(_ bytes: some Collection<UInt8>) throws(StoaError) -> [Event] {
        guard state != .epilogue else { return [] }
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        var at = 0
        while try step(&at, &events) {}
        buffer.removeFirst(at)
        return events
    }

    /// - Throws: ``StoaError/Code/badRequest`` when the body ended too early.
    func finish() throws(StoaError) {
        guard state == .epilogue else { throw Self.malformed("it ended before its last boundary") }
    }

    /// Does one thing with what is buffered from `at` on; false when more bytes are needed.
    private mutating func step(_ at: inout Int, _ events: inout [Event]) throws(StoaError) -> Bool {
        switch state {
        case .preamble, .body: return scan(&at, &events)
        case .afterDelimiter: return try delimiterEnd(&at)
        case .header: return try header(&at, &events)
        case .epilogue:
            at = buffer.count
            return false
        }
    }

    private mutating func scan(_ at: inout Int, _ events: inout [Event]) -> Bool {
        let (found, safe) = delimiterPosition(from: at)
        if state == .body, safe > at { events.append(.data(buffer[at..<safe])) }
        at = safe
        guard found else { return false }
        if state == .body { events.append(.end) }
        at += delimiter.count
        state = .afterDelimiter
        return true
    }

    /// Where the delimiter begins, or else how far no byte can be part of one.
    private func delimiterPosition(from start: Int) -> (found: Bool, at: Int) {
        var at = start
        while at < buffer.count {
            guard buffer[at] == 0x0D else {
                at += 1
                continue
            }
            let length = min(delimiter.count, buffer.count - at)
            if buffer[at..<at + length].elementsEqual(delimiter[..<length]) {
                return (length == delimiter.count, at)
            }
            at += 1
        }
        return (false, at)
    }

    private mutating func delimiterEnd(_ at: inout Int) throws(StoaError) -> Bool {
        guard buffer.count - at >= 2 else { return false }
        if buffer[at] == 0x2D, buffer[at + 1] == 0x2D {
            state = .epilogue
            return true
        }
        var end = at
        // Blanks may follow a delimiter: RFC 2046, "transport padding".
        while end < buffer.count, buffer[end] == 0x20 || buffer[end] == 0x09 { end += 1 }
        guard end - at <= Self.maxPadding else { throw Self.malformed("too many blanks follow a boundary") }
        guard buffer.count - end >= 2 else { return false }
        guard buffer[end] == 0x0D, buffer[end + 1] == 0x0A else {
            throw Self.malformed("a boundary is not followed by a line end")
        }
        parts += 1
        guard parts <= Self.maxParts else { throw StoaError(.tooLarge, "A form has at most \(Self.maxParts) parts.") }
        // The line end stays: with it, an empty header too ends in an empty line.
        at = end
        state = .header
        return true
    }

    private mutating func header(_ at: inout Int, _ events: inout [Event]) throws(StoaError) -> Bool {
        var end = at
        while end + 4 <= buffer.count, !buffer[end..<end + 4].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) {
            end += 1
            guard end - at <= Self.maxHeader else { throw StoaError(.tooLarge, "A form part's header is too long.") }
        }
        guard end + 4 <= buffer.count else { return false }
        events.append(try Self.begin(buffer[at..<end]))
        at = end + 4
        state = .body
        return true
    }

    private static func begin(_ header: ArraySlice<UInt8>) throws(StoaError) -> Event {
        for line in String(decoding: header, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            guard let value = HeaderValue(line[line.index(after: colon)...]), value.value == "form-data",
                let name = value.parameter("name")
            else { break }
            return .begin(
                name: name, filename: value.parameter("filename*").flatMap(extendedValue) ?? value.parameter("filename"))
        }
        throw malformed("a part has no Content-Disposition: form-data with a name")
    }

    /// `UTF-8''na%C3%AFve.txt`: RFC 8187.
    private static func extendedValue(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentCoding.decode(parts[2])
    }

    private static func malformed(_ how: String) -> StoaError {
        StoaError(.badRequest, "The form is malformed: \(how).")
    }
}
