import SandboxCore

/// Why bytes on a worker's socket are no frames.
enum FrameError: Error, Equatable, CustomStringConvertible {
    case length(Int, maximum: Int)
    case truncated
    case trailingBytes
    case unknownType(UInt8)
    case value(BridgeDecodingError)
    case field(String)

    var description: String {
        switch self {
        case .length(let count, let maximum): "a frame of \(count) bytes (1 to \(maximum) are possible)"
        case .truncated: "a frame that ends too early"
        case .trailingBytes: "a frame with bytes behind its end"
        case .unknownType(let type): "a frame of the unknown type \(type)"
        case .value(let error): "a frame with a bad value: \(error)"
        case .field(let name): "a frame with a bad \(name)"
        }
    }
}

/// One frame: `length:u32 type:u8 body`, little-endian.
struct Frame {
    let type: Int
    /// Points into what it was read from.
    let body: UnsafeRawBufferPointer
    /// Bytes with the head.
    let size: Int

    static let head = 5

    /// The frame that `bytes` begins with; nil when it is not complete yet.
    static func first(in bytes: UnsafeRawBufferPointer, maximum: Int) throws(FrameError) -> Frame? {
        guard bytes.count >= 4 else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard length >= 1, length <= maximum else { throw .length(length, maximum: maximum) }
        guard bytes.count >= 4 + length else { return nil }
        return Frame(
            type: Int(bytes[4]), body: UnsafeRawBufferPointer(rebasing: bytes[head..<4 + length]), size: 4 + length)
    }
}

/// Reads the fields of a frame's body.
struct FieldReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(FrameError) -> T {
        guard bytes.count - offset >= MemoryLayout<T>.size else { throw .truncated }
        defer { offset += MemoryLayout<T>.size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    mutating func bool(_ name: String) throws(FrameError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw .field(name)
        }
    }

    mutating func text16() throws(FrameError) -> UnsafeRawBufferPointer { try span(Int(try integer(UInt16.self))) }

    mutating func bytes32() throws(FrameError) -> UnsafeRawBufferPointer { try span(Int(try integer(UInt32.self))) }

    func end() throws(FrameError) {
        if offset != bytes.count { throw .trailingBytes }
    }

    private mutating func span(_ count: Int) throws(FrameError) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - offset else { throw .truncated }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

/// What a worker says.
enum WorkerFrame {
    case ready(version: UInt32)
    case loaded(wireID: UInt32, error: String?)
    case outcome(OutcomeFrame)

    static let version = UInt32(SCF_VERSION)

    init(_ frame: Frame) throws(FrameError) {
        var fields = FieldReader(frame.body)
        switch frame.type {
        case SCF_READY:
            self = .ready(version: try fields.integer())
        case SCF_LOADED:
            let id: UInt32 = try fields.integer()
            let ok = try fields.bool("ok")
            _ = try fields.integer(UInt64.self)
            let error = String(decoding: try fields.text16(), as: UTF8.self)
            self = .loaded(wireID: id, error: ok ? nil : error)
        case SCF_OUTCOME:
            self = .outcome(try OutcomeFrame(&fields))
        default:
            throw .unknownType(UInt8(truncatingIfNeeded: frame.type))
        }
        try fields.end()
    }
}

struct OutcomeFrame {
    let wireID: UInt32
    let conversation: UInt64
    /// The program must not be used any more.
    let recycle: Bool
    let reply: SandboxReply

    init(_ fields: inout FieldReader) throws(FrameError) {
        wireID = try fields.integer()
        conversation = try fields.integer()
        let kind = try fields.integer(UInt8.self)
        let limit = try fields.integer(UInt8.self)
        recycle = try fields.bool("recycle")
        let instructions: UInt64 = try fields.integer()
        let memory: UInt64 = try fields.integer()
        let microseconds: UInt32 = try fields.integer()
        let call = try fields.text16()
        let message = try fields.text16()
        let traceback = try fields.text16()
        let effectCount = Int(try fields.integer(UInt32.self))
        let effectBytes = try fields.bytes32()
        let bytes = try fields.bytes32()
        let effects = try Self.effects(effectBytes, count: effectCount)
        let outcome: SandboxOutcome
        switch UInt32(kind) {
        case SC_FINISHED.rawValue:
            outcome = .finished(try Self.list(bytes))
        case SC_CALLED.rawValue:
            guard let name = String(validating: call, as: UTF8.self) else { throw .field("call") }
            outcome = .called(name: name, arguments: try Self.list(bytes))
        case SC_FAILED.rawValue:
            outcome = .failed(message: Self.text(message), traceback: Self.text(traceback))
        case SC_STOPPED.rawValue:
            guard let limit = SandboxLimitKind(rawValue: limit) else { throw .field("limit") }
            outcome = .stopped(limit, message: Self.text(message))
        default:
            throw .field("kind")
        }
        reply = SandboxReply(
            outcome: outcome, effects: effects,
            usage: SandboxUsage(instructions: instructions, memoryBytes: memory, runMicroseconds: microseconds))
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func list(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> [BridgeValue] {
        do throws(BridgeDecodingError) {
            var reader = MessagePackReader(bytes, nodes: BridgeValue.maximumNodes)
            let values = try reader.list(depth: BridgeValue.maximumDepth)
            if reader.remaining > 0 { throw BridgeDecodingError.trailingBytes(reader.remaining) }
            return values
        } catch {
            throw .value(error)
        }
    }

    /// The frame's size bounds what all effects together can hold, so their nodes are not counted.
    private static func effects(_ bytes: UnsafeRawBufferPointer, count: Int) throws(FrameError) -> [SandboxEffect] {
        guard count <= bytes.count else { throw .field("effects count") }
        if count == 0 && bytes.isEmpty { return [] }
        do throws(BridgeDecodingError) {
            var reader = MessagePackReader(bytes, nodes: .max)
            var effects: [SandboxEffect] = []
            effects.reserveCapacity(count)
            for _ in 0..<count {
                let parts = try reader.arrayCount()
                guard parts >= 1 else { throw BridgeDecodingError.truncated }
                let name = try reader.text()
                effects.append(
                    SandboxEffect(name: name, arguments: try reader.elements(parts - 1, depth: BridgeValue.maximumDepth)))
            }
            if reader.remaining > 0 { throw BridgeDecodingError.trailingBytes(reader.remaining) }
            return effects
        } catch {
            throw .value(error)
        }
    }
}
