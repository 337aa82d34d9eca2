/// Works out what a response's body comes to: its length, an opened file, a byte range.
struct PreparedBody {
    /// Nil where the status allows no body.
    private(set) var contentLength: Int?
    private(set) var file: OpenFile?
    /// How many bytes will be joined to the head.
    private(set) var inlineCount = 0

    init(_ response: inout HTTPResponse, request: HTTPRequest?) {
        if response.status == 204 || response.status == 304 || response.status < 200 {
            response.body = .empty
            return
        }
        if case .file(let path, let offset, let length) = response.body {
            if let opened = OpenFile(path: path) {
                opened.select(offset: offset, length: length)
                if offset == 0, length == nil { Self.applyRange(&response, opened, request) }
                if response.status != 416 { file = opened }
                contentLength = response.status == 416 ? 0 : opened.remaining
                return
            }
            response = .text(404, "There is nothing here.")
        }
        if case .bytes(let bytes) = response.body {
            contentLength = bytes.count
            inlineCount = min(bytes.count, 32 << 10)
        } else {
            contentLength = 0
        }
    }

    /// One byte range of a whole file (RFC 9110 14.2). Several ranges, or one that cannot be read, give the whole.
    private static func applyRange(_ response: inout HTTPResponse, _ file: OpenFile, _ request: HTTPRequest?) {
        guard response.status == 200, let request, request.method == .get || request.method == .head else { return }
        response.headers.append(("Accept-Ranges", "bytes"))
        guard let range = request.headers.first("range") else { return }
        if let condition = request.headers.first("if-range") {
            let tag = response.headers.first { asciiLowercased($0.name) == "etag" }?.value
            if condition != tag { return }
        }
        switch ByteRange.parse(range, size: file.size) {
        case .whole: return
        case .unsatisfiable:
            response.status = 416
            response.headers.append(("Content-Range", "bytes */\(file.size)"))
        case .part(let offset, let length):
            file.select(offset: offset, length: length)
            response.status = 206
            response.headers.append(("Content-Range", "bytes \(offset)-\(offset + length - 1)/\(file.size)"))
        }
    }
}

/// A `Range` header's meaning for a file.
enum ByteRange: Equatable {
    case whole
    case part(offset: Int, length: Int)
    case unsatisfiable

    static func parse(_ header: String, size: Int) -> ByteRange {
        guard header.utf8.starts(with: "bytes=".utf8) else { return .whole }
        let range = header.dropFirst(6)
        guard !range.utf8.contains(UInt8(ascii: ",")), let dash = range.utf8.firstIndex(of: UInt8(ascii: "-")) else {
            return .whole
        }
        let (from, to) = (trimmed(range[..<dash]), trimmed(range[range.utf8.index(after: dash)...]))
        guard (from + to).utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return .whole }
        if from.isEmpty {
            guard let count = Int(to) else { return .whole }
            if count == 0 || size == 0 { return .unsatisfiable }
            return .part(offset: max(0, size - count), length: min(count, size))
        }
        guard let first = Int(from) else { return .whole }
        let last = to.isEmpty ? Int.max : Int(to) ?? Int.max
        if last < first { return .whole }
        if first >= size { return .unsatisfiable }
        return .part(offset: first, length: min(last, size - 1) - first + 1)
    }
}
