/// Writing WebSocket frames (RFC 6455 5.2). A server's frames are not masked.
enum WebSocketFrame {
    enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    static func encode(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        var frame: [UInt8] = []
        let count = payload.count
        frame.reserveCapacity(count + 10)
        frame.append(0x80 | opcode.rawValue)
        if count < 126 {
            frame.append(UInt8(count))
        } else if count < 1 << 16 {
            frame.append(126)
            frame.append(UInt8(count >> 8))
            frame.append(UInt8(count & 0xFF))
        } else {
            frame.append(127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(truncatingIfNeeded: count >> shift)) }
        }
        frame.append(contentsOf: payload)
        return frame
    }

    /// A close frame; the reason is cut to what a control frame can hold, between characters.
    static func close(code: UInt16, reason: String) -> [UInt8] {
        var payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
        for character in reason.unicodeScalars {
            let bytes = Array(String(character).utf8)
            if payload.count + bytes.count > 125 { break }
            payload += bytes
        }
        return encode(.close, payload)
    }

    /// Codes a peer may send (RFC 6455 7.4, RFC 6455 registry).
    static func isValidCloseCode(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// Reads the frames of a client, whatever the pieces they arrive in, and puts messages together. Input and output are values;
/// the connection acts on them.
struct WebSocketDecoder {
    enum Event: Equatable {
        case text([UInt8])
        case ping([UInt8])
        case pong
        /// The peer closes; nil: it gave no code.
        case close(UInt16?)
        /// The peer broke the rules: close with this code.
        case violation(UInt16, String)
    }

    let maxMessage: Int

    private enum State { case header, payload }
    private var state = State.header
    /// The header bytes of the current frame so far, at most 14.
    private var header: [UInt8] = []
    private var opcode = WebSocketFrame.Opcode.text
    private var isFinal = false
    private var mask: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
    private var maskIndex = 0
    private var remaining = 0
    private var control: [UInt8] = []
    private var message: [UInt8] = []
    private var inMessage = false
    private(set) var failed = false

    init(maxMessage: Int) { self.maxMessage = maxMessage }

    /// Takes all of `input`. After a violation or a close nothing more is read.
    mutating func decode(_ input: UnsafeBufferPointer<UInt8>, _ emit: (Event) -> Void) {
        var at = 0
        while at < input.count, !failed {
            switch state {
            case .header:
                header.append(input[at])
                at += 1
                if let violation = readHeader() { return fail(violation, emit) }
                if state == .payload, remaining == 0 { endFrame(emit) }
            case .payload:
                let count = min(remaining, input.count - at)
                unmask(UnsafeBufferPointer(rebasing: input[at..<(at + count)]))
                at += count
                remaining -= count
                if remaining == 0 { endFrame(emit) }
            }
        }
    }

    private mutating func fail(_ event: Event, _ emit: (Event) -> Void) {
        failed = true
        message = []
        emit(event)
    }

    /// Checks what is there of the header; enters the payload when it is complete.
    private mutating func readHeader() -> Event? {
        if header.count == 1 { return checkFirst(header[0]) }
        guard header[1] & 0x80 != 0 else { return .violation(1002, "client frames must be masked") }
        let short = Int(header[1] & 0x7F)
        if opcode.rawValue >= 8, short > 125 { return .violation(1002, "control frame too long") }
        let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
        guard header.count == 2 + lengthBytes + 4 else { return nil }
        var length = UInt64(short)
        if lengthBytes > 0 { length = header[2..<(2 + lengthBytes)].reduce(0) { $0 << 8 | UInt64($1) } }
        if opcode.rawValue < 8, length > UInt64(maxMessage - message.count) {
            return .violation(1009, "message longer than \(maxMessage) bytes")
        }
        let at = 2 + lengthBytes
        mask = (header[at], header[at + 1], header[at + 2], header[at + 3])
        maskIndex = 0
        remaining = Int(length)
        state = .payload
        return nil
    }

    private mutating func checkFirst(_ byte: UInt8) -> Event? {
        guard byte & 0x70 == 0, let opcode = WebSocketFrame.Opcode(rawValue: byte & 0x0F) else {
            return .violation(1002, "reserved bits or opcode")
        }
        self.opcode = opcode
        isFinal = byte & 0x80 != 0
        switch opcode {
        case .close, .ping, .pong: if !isFinal { return .violation(1002, "fragmented control frame") }
        case .binary: return .violation(1003, "text messages only")
        case .text: if inMessage { return .violation(1002, "a new message before the last one ended") }
        case .continuation: if !inMessage { return .violation(1002, "a continuation of nothing") }
        }
        return nil
    }

    private mutating func unmask(_ bytes: UnsafeBufferPointer<UInt8>) {
        let keys = [mask.0, mask.1, mask.2, mask.3]
        let offset = maskIndex
        let unmasked = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            keys.withUnsafeBufferPointer { keys in
                for index in 0..<bytes.count { target[index] = bytes[index] ^ keys[(index &+ offset) & 3] }
            }
            count = bytes.count
        }
        maskIndex = (maskIndex + bytes.count) & 3
        if opcode.rawValue >= 8 {
            control += unmasked
        } else if message.isEmpty {
            message = unmasked
        } else {
            message += unmasked
        }
    }

    private mutating func endFrame(_ emit: (Event) -> Void) {
        state = .header
        header.removeAll(keepingCapacity: true)
        switch opcode {
        case .text, .continuation, .binary:
            inMessage = !isFinal
            guard isFinal else { return }
            let text = message
            message = []
            if isValidUTF8(text) { emit(.text(text)) } else { fail(.violation(1007, "invalid UTF-8"), emit) }
        case .ping:
            let payload = control
            control = []
            emit(.ping(payload))
        case .pong:
            control = []
            emit(.pong)
        case .close:
            let payload = control
            control = []
            fail(closeEvent(payload), emit)
        }
    }

    private func closeEvent(_ payload: [UInt8]) -> Event {
        if payload.isEmpty { return .close(nil) }
        guard payload.count >= 2 else { return .violation(1002, "close frame of one byte") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketFrame.isValidCloseCode(code) else { return .violation(1002, "invalid close code") }
        guard isValidUTF8(Array(payload[2...])) else { return .violation(1007, "invalid UTF-8") }
        return .close(code)
    }
}

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
func isValidUTF8(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                continue
            }
            let (length, low, high): (Int, UInt8, UInt8)
            switch byte {
            case 0xC2...0xDF: (length, low, high) = (2, 0x80, 0xBF)
            case 0xE0: (length, low, high) = (3, 0xA0, 0xBF)
            case 0xED: (length, low, high) = (3, 0x80, 0x9F)
            case 0xE1...0xEC, 0xEE, 0xEF: (length, low, high) = (3, 0x80, 0xBF)
            case 0xF0: (length, low, high) = (4, 0x90, 0xBF)
            case 0xF1...0xF3: (length, low, high) = (4, 0x80, 0xBF)
            case 0xF4: (length, low, high) = (4, 0x80, 0x8F)
            default: return false
            }
            guard index + length <= bytes.count, bytes[index + 1] >= low, bytes[index + 1] <= high else { return false }
            for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return false }
            index += length
        }
        return true
    }
}
