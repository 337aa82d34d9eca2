/// Bytes that are appended at the end and consumed at the front. Not thread-safe: it belongs to a thread or is under a lock.
final class ByteBuffer {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0

    /// What an emptied buffer may keep allocated.
    private static let keptCapacity = 256 << 10

    init(capacity: Int = 4096) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var count: Int { end - start }
    var isEmpty: Bool { end == start }

    /// Valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + start, count: count) }

    /// Room for `count` more bytes, behind those that are there. Valid until the next change.
    func reserve(_ count: Int) -> UnsafeMutableRawPointer {
        if capacity - end < count { makeRoom(count) }
        return base + end
    }

    var freeSpace: Int { capacity - end }

    /// So many bytes were written into reserved room.
    func commit(_ count: Int) { end += count }

    /// Forgets bytes at the front.
    func consume(_ count: Int) {
        start += count
        guard start == end else { return }
        start = 0
        end = 0
        if capacity > Self.keptCapacity {
            base.deallocate()
            capacity = 4096
            base = .allocate(byteCount: capacity, alignment: 16)
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count).copyMemory(from: source, byteCount: bytes.count)
        commit(bytes.count)
    }

    func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    func removeAll() { consume(count) }

    private func makeRoom(_ more: Int) {
        let count = count
        // Moving is cheaper than growing while at least half of the room is free.
        if count + more <= capacity / 2 {
            base.copyMemory(from: base + start, byteCount: count)
        } else {
            let size = max(capacity * 2, count + more)
            let new = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            new.copyMemory(from: base + start, byteCount: count)
            base.deallocate()
            base = new
            capacity = size
        }
        start = 0
        end = count
    }
}
