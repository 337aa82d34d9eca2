import SandboxCore

/// What `stoa-sandbox` does with frames, done in this process. Belongs to one thread.
final class CoreRunner {
    private var programs: [UInt32: OpaquePointer] = [:]
    private let inspector: SandboxInspector?
    /// For the inspector: the names of the files of each program.
    private var fileNames: [UInt32: [String]] = [:]
    /// Told which vm runs now, nil after each step.
    private let running: (OpaquePointer?) -> Void

    init(inspector: SandboxInspector? = nil, running: @escaping (OpaquePointer?) -> Void) {
        self.inspector = inspector
        self.running = running
    }

    deinit {
        for program in programs.values { sc_destroy(program) }
    }

    /// Does what a frame of the host asks and appends the answer.
    func handle(_ frame: Frame, replies: ByteBuffer) throws(FrameError) {
        var fields = FieldReader(frame.body)
        let id: UInt32 = try fields.integer()
        switch frame.type {
        case SCF_LOAD: try load(id, &fields, replies)
        case SCF_START: try start(id, &fields, replies)
        case SCF_RESUME: try resume(id, &fields, replies)
        case SCF_DROP:
            let conversation: UInt64 = try fields.integer()
            if let program = programs[id] { sc_drop(program, conversation) }
        case SCF_UNLOAD:
            fileNames[id] = nil
            if let program = programs.removeValue(forKey: id) { sc_destroy(program) }
        default: throw .unknownType(UInt8(truncatingIfNeeded: frame.type))
        }
    }

    private func load(_ id: UInt32, _ fields: inout FieldReader, _ replies: ByteBuffer) throws(FrameError) {
        var limits = sc_limits()
        limits.memory_bytes = try fields.integer()
        limits.instructions = try fields.integer()
        limits.wall_ms = try fields.integer()
        limits.effects = try fields.integer()
        limits.effect_bytes = try fields.integer()
        limits.value_bytes = try fields.integer()
        limits.conversations = try fields.integer()
        let count: UInt32 = try fields.integer()
        var files: [sc_file] = []
        for _ in 0..<count {
            let privileged = try fields.bool("privileged")
            let name = try fields.text16()
            let text = try fields.bytes32()
            files.append(
                sc_file(
                    name: name.nonNull(as: CChar.self), name_len: name.count, text: text.nonNull(as: UInt8.self),
                    text_len: text.count, privileged: privileged))
        }
        try fields.end()
        if let old = programs.removeValue(forKey: id) { sc_destroy(old) }
        if inspector?.onLines != nil {
            limits.lines = true
            fileNames[id] = files.map { file in
                String(decoding: UnsafeRawBufferPointer(start: file.name, count: file.name_len), as: UTF8.self)
            }
        }
        var error = [CChar](repeating: 0, count: 8192)
        let program = sc_create(&limits, files, files.count, &error, error.count)
        programs[id] = program
        let message = program == nil ? error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) } : []
        try replies.appendFrame(SCF_LOADED, bodyCount: 15 + message.count) { cursor in
            cursor.putLittleEndian(id)
            cursor.put(program == nil ? 0 : 1)
            cursor.putLittleEndian(program.map { sc_memory($0) } ?? 0)
            cursor.putLittleEndian(UInt16(message.count))
            message.withUnsafeBytes { cursor.put($0) }
        }
    }

    private func start(_ id: UInt32, _ fields: inout FieldReader, _ replies: ByteBuffer) throws(FrameError) {
        let conversation: UInt64 = try fields.integer()
        var turn = try Self.turn(&fields)
        let module = String(decoding: try fields.text16(), as: UTF8.self)
        let arguments = try fields.bytes32()
        try fields.end()
        try run(id, conversation, replies) { program, outcome in
            sc_start(
                program, conversation, module, arguments.nonNull(as: UInt8.self), arguments.count, &turn, &outcome)
        }
    }

    private func resume(_ id: UInt32, _ fields: inout FieldReader, _ replies: ByteBuffer) throws(FrameError) {
        let conversation: UInt64 = try fields.integer()
        let isNewTurn = try fields.bool("new turn")
        var turn = try Self.turn(&fields)
        let ok = try fields.bool("ok")
        let values = try fields.bytes32()
        try fields.end()
        try run(id, conversation, replies) { program, outcome in
            withUnsafePointer(to: &turn) { turn in
                sc_resume(
                    program, conversation, ok, values.nonNull(as: UInt8.self), values.count, isNewTurn ? turn : nil, &outcome)
            }
        }
    }

    private static func turn(_ fields: inout FieldReader) throws(FrameError) -> sc_turn {
        sc_turn(
            seed: try fields.integer(), instructions: try fields.integer(), wall_ms: try fields.integer())
    }

    private func run(
        _ id: UInt32, _ conversation: UInt64, _ replies: ByteBuffer, _ body: (OpaquePointer, inout sc_outcome) -> Void
    ) throws(FrameError) {
        var outcome = sc_outcome()
        let begun = monotonicNanoseconds()
        guard let program = programs[id] else {
            outcome.kind = SC_FAILED
            outcome.recycle = true
            try replies.appendOutcome(id, conversation, outcome, microseconds: 0)
            return
        }
        running(program)
        body(program, &outcome)
        running(nil)
        let microseconds = UInt32(clamping: (monotonicNanoseconds() - begun) / 1000)
        try replies.appendOutcome(id, conversation, outcome, microseconds: microseconds)
        if let inspector { inspect(program, id, conversation, outcome.kind, inspector) }
    }

    /// After the outcome was written: looking ends what it points to.
    private func inspect(
        _ program: OpaquePointer, _ id: UInt32, _ conversation: UInt64, _ kind: sc_kind, _ inspector: SandboxInspector
    ) {
        if let onLines = inspector.onLines {
            for (index, name) in (fileNames[id] ?? []).enumerated() {
                var count = 0
                guard let bits = sc_new_lines(program, index, &count) else { continue }
                onLines(name, (0..<count * 8).filter { bits[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 })
            }
        }
        if let onFrames = inspector.onFrames, kind == SC_CALLED {
            var count = 0
            let bytes = UnsafeRawBufferPointer(start: sc_frames(program, conversation, &count), count: count)
            let frames = (try? BridgeValue.decode(bytes))?.arrayValue ?? []
            onFrames(conversation, frames.compactMap(StackFrame.init))
        }
    }
}

extension ByteBuffer {
    /// Texts are cut to what their length field can say, as the core already does.
    fileprivate func appendOutcome(
        _ id: UInt32, _ conversation: UInt64, _ outcome: sc_outcome, microseconds: UInt32
    ) throws(FrameError) {
        let texts = [outcome.call, outcome.message, outcome.traceback].map(UnsafeRawBufferPointer.init(text16:))
        let effects = UnsafeRawBufferPointer(start: outcome.effects, count: outcome.effects_len)
        let bytes = UnsafeRawBufferPointer(start: outcome.bytes, count: outcome.bytes_len)
        let size = 53 + texts.reduce(0) { $0 + $1.count } + effects.count + bytes.count
        try appendFrame(SCF_OUTCOME, bodyCount: size) { cursor in
            cursor.putLittleEndian(id)
            cursor.putLittleEndian(conversation)
            cursor.put(UInt8(truncatingIfNeeded: outcome.kind.rawValue))
            cursor.put(UInt8(truncatingIfNeeded: outcome.limit.rawValue))
            cursor.put(outcome.recycle ? 1 : 0)
            cursor.putLittleEndian(outcome.instructions)
            cursor.putLittleEndian(outcome.memory_bytes)
            cursor.putLittleEndian(microseconds)
            for text in texts {
                cursor.putLittleEndian(UInt16(text.count))
                cursor.put(text)
            }
            cursor.putLittleEndian(outcome.effects_count)
            cursor.putLittleEndian(UInt32(effects.count))
            cursor.put(effects)
            cursor.putLittleEndian(UInt32(bytes.count))
            cursor.put(bytes)
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate init(text16 text: UnsafePointer<CChar>?) {
        guard let text else {
            self.init(start: nil, count: 0)
            return
        }
        var count = 0
        while count < Int(UInt16.max) && text[count] != 0 { count += 1 }
        self.init(start: text, count: count)
    }

    /// C does not like a null pointer for nothing.
    fileprivate func nonNull<T>(as type: T.Type) -> UnsafePointer<T> {
        (baseAddress ?? emptyBytes).assumingMemoryBound(to: type)
    }
}

/// Never written, never read.
nonisolated(unsafe) private let emptyBytes = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16))
