import Glibc

/// What a connection has yet to write, in order: bytes and parts of files.
struct OutputQueue {
    private enum Segment {
        case bytes([UInt8], from: Int)
        case file(OpenFile)
    }

    /// How much goes to the library at once. What the kernel does not take of it is copied.
    private static let slice = 64 << 10

    private var segments: [Segment] = []

    var isEmpty: Bool { segments.isEmpty }

    /// Whether more may be added before this is written.
    var isSmall: Bool {
        switch segments.count {
        case 0: true
        case 1: if case .bytes(let bytes, 0) = segments[0] { bytes.count < Self.slice / 2 } else { false }
        default: false
        }
    }

    mutating func clear() { segments = [] }

    /// Small pieces are joined, so that they leave in one write.
    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if case .bytes(var last, 0)? = segments.last, last.count + bytes.count <= Self.slice {
            segments.removeLast()
            last += bytes
            segments.append(.bytes(last, from: 0))
        } else {
            segments.append(.bytes(bytes, from: 0))
        }
    }

    mutating func append(_ file: OpenFile) { if file.remaining > 0 { segments.append(.file(file)) } }

    struct WriteFailed: Error {}

    /// Gives the next bytes to `write` and returns how many; 0 when there are none.
    /// Throws when `write` says no or a file gives less than it promised.
    mutating func writeSome(scratch: inout [UInt8], _ write: (UnsafeRawBufferPointer) -> Bool) throws(WriteFailed) -> Int {
        guard let first = segments.first else { return 0 }
        switch first {
        case .bytes(let bytes, let from):
            let count = min(Self.slice, bytes.count - from)
            let taken = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[from..<(from + count)])) }
            guard taken else { throw WriteFailed() }
            if from + count == bytes.count {
                segments.removeFirst()
            } else {
                segments[0] = .bytes(bytes, from: from + count)
            }
            return count
        case .file(let file):
            if scratch.count < Self.slice { scratch = [UInt8](repeating: 0, count: Self.slice) }
            let count = file.read(into: &scratch)
            guard count > 0, scratch.withUnsafeBytes({ write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }) else {
                throw WriteFailed()
            }
            if file.remaining == 0 { segments.removeFirst() }
            return count
        }
    }
}

/// A file that is being sent. Only touched by its connection's loop.
final class OpenFile {
    let size: Int
    private let descriptor: Int32
    private var offset = 0
    private(set) var remaining = 0

    /// Nil when the file cannot be opened or is no regular file.
    init?(path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Chooses the part to send, cut to the file's size.
    func select(offset: Int, length: Int?) {
        self.offset = min(max(0, offset), size)
        remaining = min(max(0, length ?? size), size - self.offset)
    }

    /// Returns 0 or less when the file ended early or cannot be read.
    func read(into buffer: inout [UInt8]) -> Int {
        let count = pread(descriptor, &buffer, min(buffer.count, remaining), off_t(offset))
        if count > 0 {
            offset += count
            remaining -= count
        }
        return count
    }
}
