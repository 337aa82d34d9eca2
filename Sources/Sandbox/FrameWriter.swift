import SandboxCore

/// Writes the host's frames. Each size is known before the first byte is written, so a frame is written in one go.
extension ByteBuffer {
    /// - Throws: ``FrameError/length(_:maximum:)`` when the frame would be too large; nothing is written then.
    func appendFrame(
        _ type: Int, bodyCount: Int, _ body: (inout UnsafeMutableRawPointer) -> Void
    ) throws(FrameError) {
        guard bodyCount < SCF_MAX_FRAME else { throw .length(bodyCount + 1, maximum: SCF_MAX_FRAME) }
        var cursor = reserve(Frame.head + bodyCount)
        cursor.putLittleEndian(UInt32(bodyCount + 1))
        cursor.put(UInt8(type))
        body(&cursor)
        commit(Frame.head + bodyCount)
    }

    func appendLoad(_ wireID: UInt32, _ package: SandboxPackage) throws(FrameError) {
        for file in package.files where file.name.utf8.count > Int(UInt16.max) { throw .field("file name") }
        let limits = package.limits
        let files = package.files.reduce(0) { $0 + 7 + $1.name.utf8.count + $1.text.count }
        try appendFrame(SCF_LOAD, bodyCount: 44 + files) { cursor in
            cursor.putLittleEndian(wireID)
            cursor.putLittleEndian(limits.memoryBytes)
            cursor.putLittleEndian(limits.instructions)
            cursor.putLittleEndian(limits.wallMilliseconds)
            cursor.putLittleEndian(limits.effects)
            cursor.putLittleEndian(limits.effectBytes)
            cursor.putLittleEndian(limits.valueBytes)
            cursor.putLittleEndian(limits.conversations)
            cursor.putLittleEndian(UInt32(package.files.count))
            for file in package.files {
                cursor.put(file.privileged ? 1 : 0)
                cursor.putText16(file.name)
                cursor.putLittleEndian(UInt32(file.text.count))
                file.text.withUnsafeBytes { cursor.put($0) }
            }
        }
    }

    func appendStart(
        _ wireID: UInt32, conversation: UInt64, module: String, arguments: [BridgeValue], budget: TurnBudget
    ) throws(FrameError) {
        let name = module.utf8.count
        guard name <= Int(UInt16.max) else { throw .field("module name") }
        let values = MessagePack.count(ofArray: arguments)
        try appendFrame(SCF_START, bodyCount: 38 + name + values) { cursor in
            cursor.putLittleEndian(wireID)
            cursor.putLittleEndian(conversation)
            cursor.putLittleEndian(budget.seed)
            cursor.putLittleEndian(budget.instructions)
            cursor.putLittleEndian(budget.wallMilliseconds)
            cursor.putText16(module)
            cursor.putLittleEndian(UInt32(values))
            MessagePack.write(arguments, to: &cursor)
        }
    }

    func appendResume(
        _ wireID: UInt32, conversation: UInt64, result: Result<[BridgeValue], BridgeFailure>, newTurn: TurnBudget?
    ) throws(FrameError) {
        let size =
            switch result {
            case .success(let values): MessagePack.count(ofArray: values)
            case .failure(let failure): MessagePack.textCount(failure.message.utf8.count)
            }
        try appendFrame(SCF_RESUME, bodyCount: 38 + size) { cursor in
            cursor.putLittleEndian(wireID)
            cursor.putLittleEndian(conversation)
            cursor.put(newTurn == nil ? 0 : 1)
            cursor.putLittleEndian(newTurn?.seed ?? 0)
            cursor.putLittleEndian(newTurn?.instructions ?? 0)
            cursor.putLittleEndian(newTurn?.wallMilliseconds ?? 0)
            switch result {
            case .success(let values):
                cursor.put(1)
                cursor.putLittleEndian(UInt32(size))
                MessagePack.write(values, to: &cursor)
            case .failure(let failure):
                cursor.put(0)
                cursor.putLittleEndian(UInt32(size))
                MessagePack.write(failure.message, to: &cursor)
            }
        }
    }

    func appendDrop(_ wireID: UInt32, conversation: UInt64) throws(FrameError) {
        try appendFrame(SCF_DROP, bodyCount: 12) { cursor in
            cursor.putLittleEndian(wireID)
            cursor.putLittleEndian(conversation)
        }
    }

    func appendUnload(_ wireID: UInt32) throws(FrameError) {
        try appendFrame(SCF_UNLOAD, bodyCount: 4) { $0.putLittleEndian(wireID) }
    }
}

extension UnsafeMutableRawPointer {
    /// At most 65,535 bytes.
    fileprivate mutating func putText16(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            putLittleEndian(UInt16(utf8.count))
            put(UnsafeRawBufferPointer(utf8))
        }
    }
}
