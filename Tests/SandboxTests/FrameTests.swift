import Testing

@testable import Sandbox

/// The types of frames, as the protocol numbers them.
private enum Type {
    static let load = 1, start = 2, resume = 3, drop = 4, unload = 5, outcome = 17, ready = 18
}

struct FrameTests {
    /// An outcome as a worker writes it.
    static func outcome(
        wireID: UInt32 = 1, conversation: UInt64 = 2, kind: UInt8 = 0, limit: UInt8 = 0, recycle: UInt8 = 0, call: String = "",
        message: String = "", traceback: String = "", effects: [BridgeValue] = [], values: [UInt8] = [0x90]
    ) -> [UInt8] {
        var body = littleEndian(wireID) + littleEndian(conversation) + [kind, limit, recycle]
        body += littleEndian(UInt64(11)) + littleEndian(UInt64(22)) + littleEndian(UInt32(33))
        for text in [call, message, traceback] { body += littleEndian(UInt16(text.utf8.count)) + Array(text.utf8) }
        let encoded = effects.flatMap(\.encoded)
        body += littleEndian(UInt32(effects.count)) + littleEndian(UInt32(encoded.count)) + encoded
        body += littleEndian(UInt32(values.count)) + values
        return frame(Type.outcome, body)
    }

    static func frame(_ type: Int, _ body: [UInt8]) -> [UInt8] { littleEndian(UInt32(body.count + 1)) + [UInt8(type)] + body }

    static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    private func decode(_ bytes: [UInt8]) throws -> OutcomeFrame? {
        try bytes.withUnsafeBytes { bytes in
            guard let frame = try Frame.first(in: bytes, maximum: 1 << 20) else { return nil }
            #expect(frame.size == bytes.count)
            guard case .outcome(let outcome) = try WorkerFrame(frame) else { return nil }
            return outcome
        }
    }

    @Test func readsAnOutcome() throws {
        let bytes = Self.outcome(
            wireID: 7, conversation: 1 << 40, kind: 1, call: "store.get", effects: [["send", 1, "x"], ["log"]],
            values: BridgeValue.array(["key", nil]).encoded)
        let outcome = try #require(try decode(bytes))
        #expect(outcome.wireID == 7)
        #expect(outcome.conversation == 1 << 40)
        #expect(!outcome.recycle)
        #expect(outcome.reply.usage == SandboxUsage(instructions: 11, memoryBytes: 22, runMicroseconds: 33))
        #expect(
            outcome.reply.effects == [
                SandboxEffect(name: "send", arguments: [1, "x"]), SandboxEffect(name: "log", arguments: []),
            ])
        guard case .called("store.get", let arguments) = outcome.reply.outcome else {
            Issue.record("\(outcome.reply.outcome)")
            return
        }
        #expect(arguments == ["key", nil])
    }

    @Test func waitsForTheRestAtEveryByte() throws {
        let bytes = Self.outcome(kind: 2, message: "main.lua:1: no", traceback: "x")
        for cut in bytes.indices { #expect(try decode(Array(bytes[..<cut])) == nil, "cut at \(cut)") }
        #expect(try decode(bytes) != nil)
    }

    /// The bytes of three frames come one by one.
    @Test func findsFramesInAStream() throws {
        let stream =
            Self.outcome(conversation: 1) + Self.frame(Type.ready, Self.littleEndian(UInt32(1))) + Self.outcome(conversation: 3)
        let buffer = ByteBuffer(capacity: 16)
        var types: [Int] = []
        for byte in stream {
            buffer.append([byte])
            while let frame = try Frame.first(in: buffer.bytes, maximum: 1 << 20) {
                types.append(frame.type)
                _ = try WorkerFrame(frame)
                buffer.consume(frame.size)
            }
        }
        #expect(types == [Type.outcome, Type.ready, Type.outcome])
        #expect(buffer.isEmpty)
    }

    @Test func refusesWhatIsNoFrame() {
        #expect(throws: FrameError.length(0, maximum: 1 << 20)) { try decode([0, 0, 0, 0]) }
        #expect(throws: FrameError.length(0xffff_ffff, maximum: 1 << 20)) { try decode([0xff, 0xff, 0xff, 0xff, 17]) }
        #expect(throws: FrameError.unknownType(99)) { try decode(Self.frame(99, [])) }
        #expect(throws: FrameError.unknownType(1)) { try decode(Self.frame(Type.load, [])) }
        #expect(throws: FrameError.field("kind")) { try decode(Self.outcome(kind: 4)) }
        #expect(throws: FrameError.field("limit")) { try decode(Self.outcome(kind: 3, limit: 0)) }
        #expect(throws: FrameError.field("recycle")) { try decode(Self.outcome(recycle: 2)) }
        #expect(throws: FrameError.value(.notAnArray)) { try decode(Self.outcome(values: [0xc0])) }
        #expect(throws: FrameError.value(.trailingBytes(1))) { try decode(Self.outcome(values: [0x90, 0x90])) }
        #expect(throws: FrameError.value(.keyIsNoText)) { try decode(Self.outcome(effects: [[1]])) }
        #expect(throws: FrameError.value(.truncated)) { try decode(Self.outcome(effects: [[]])) }
        #expect(throws: FrameError.value(.notAnArray)) { try decode(Self.outcome(effects: [1])) }
    }

    /// A body that is cut, with a length that says so, is an error and not a wait.
    @Test func refusesEveryShorterBody() {
        let bytes = Self.outcome(kind: 1, call: "a", effects: [["e"]])
        for count in 0..<bytes.count - 5 {
            let cut = Self.frame(Type.outcome, Array(bytes[5..<5 + count]))
            #expect(throws: FrameError.self, "\(count) bytes") { try decode(cut) }
        }
        #expect(throws: FrameError.trailingBytes) { try decode(Self.frame(Type.outcome, Array(bytes[5...]) + [0])) }
    }

    @Test func neverTripsOverNonsense() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            var bytes = Self.outcome(
                kind: .random(in: 0...3, using: &generator), limit: 1, call: "c", message: "m",
                effects: [["e", .random(depth: 1, using: &generator)]],
                values: BridgeValue.array([.random(depth: 1, using: &generator)]).encoded)
            for _ in 0..<2 {
                let index = Int.random(in: 4..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? decode(bytes)
        }
    }

    /// What the host writes has the documented layout: the sizes that were computed before are those that were written.
    @Test func writesRequests() throws {
        let buffer = ByteBuffer(capacity: 16)
        let files = [
            SandboxFile(name: "main.lua", text: Array("return 1".utf8)), SandboxFile(name: "é", text: [], privileged: true),
        ]
        try buffer.appendLoad(5, SandboxPackage(files: files, limits: SandboxLimits(memoryBytes: 9)))
        try buffer.appendStart(
            5, conversation: 6, module: "main.lua", arguments: ["x", 2], budget: TurnBudget(seed: 3, instructions: 4))
        try buffer.appendResume(5, conversation: 6, result: .success([true]), newTurn: nil)
        try buffer.appendResume(5, conversation: 6, result: .failure(BridgeFailure(message: "no")), newTurn: TurnBudget(seed: 1))
        try buffer.appendDrop(5, conversation: 6)
        try buffer.appendUnload(5)
        var bodies: [(Int, [UInt8])] = []
        while let frame = try Frame.first(in: buffer.bytes, maximum: 1 << 20) {
            bodies.append((frame.type, Array(frame.body)))
            buffer.consume(frame.size)
        }
        #expect(buffer.isEmpty)
        #expect(bodies.map(\.0) == [Type.load, Type.start, Type.resume, Type.resume, Type.drop, Type.unload])
        let id = Self.littleEndian(UInt32(5))
        let conversation = Self.littleEndian(UInt64(6))
        let load =
            id + Self.littleEndian(UInt64(9)) + Self.littleEndian(UInt64(50_000_000)) + Self.littleEndian(UInt32(5000))
            + Self.littleEndian(UInt32(1000)) + Self.littleEndian(UInt32(1 << 20)) + Self.littleEndian(UInt32(1 << 20))
            + Self.littleEndian(UInt32(100_000)) + Self.littleEndian(UInt32(2)) + [0, 8, 0] + Array("main.lua".utf8)
            + [8, 0, 0, 0] + Array("return 1".utf8) + [1, 2, 0] + Array("é".utf8) + [0, 0, 0, 0]
        #expect(bodies[0].1 == load)
        let start = id + conversation + Self.littleEndian(UInt64(3)) + Self.littleEndian(UInt64(4)) + [0, 0, 0, 0, 8, 0]
        #expect(bodies[1].1 == start + Array("main.lua".utf8) + [4, 0, 0, 0, 0x92, 0xa1, 0x78, 2])
        #expect(bodies[2].1 == id + conversation + [UInt8](repeating: 0, count: 21) + [1, 2, 0, 0, 0, 0x91, 0xc3])
        #expect(
            bodies[3].1 == id + conversation + [1, 1] + [UInt8](repeating: 0, count: 19) + [0, 3, 0, 0, 0, 0xa2, 0x6e, 0x6f])
        #expect(bodies[4].1 == id + conversation)
        #expect(bodies[5].1 == id)
    }

    @Test func refusesToWriteTooMuch() throws {
        let buffer = ByteBuffer()
        let long = String(repeating: "x", count: 70_000)
        #expect(throws: FrameError.field("module name")) {
            try buffer.appendStart(1, conversation: 1, module: long, arguments: [], budget: TurnBudget(seed: 0))
        }
        let huge = BridgeValue.bytes([UInt8](repeating: 0, count: 64 << 20))
        #expect(throws: FrameError.self) {
            try buffer.appendResume(1, conversation: 1, result: .success([huge]), newTurn: nil)
        }
        #expect(buffer.isEmpty)
    }
}
