import Foundation
import Model

/// What a client asks for over the stream.
enum ClientFrame: Equatable {
    case send(SendFrame)
    case typing(ChatID)
    case read(ChatID, upTo: MessageID)
    case ping
    case view(ViewFrame)
}

/// `{"op":"send",…}`: a message to post.
struct SendFrame: Equatable {
    let chat: ChatID
    let text: String
    let nonce: String
    let replyTo: MessageID?
}

/// Why a frame was not understood, with its nonce if it had one.
struct ClientFrameError: Error, Equatable {
    let nonce: String?
    let error: StoaError
}

extension ClientFrame {
    /// - Throws: ``ClientFrameError``.
    init(_ bytes: [UInt8]) throws(ClientFrameError) {
        if let fields = FrameFields(scanning: bytes) {
            try self.init(fields, bytes)
        } else {
            try self.init(FrameFields(decoding: bytes), bytes)
        }
    }

    private init(_ fields: FrameFields, _ bytes: [UInt8]) throws(ClientFrameError) {
        do {
            switch fields.op {
            case "send":
                guard let text = fields.text else { throw Self.missing("text") }
                guard let nonce = fields.nonce else { throw Self.missing("nonce") }
                self = .send(
                    SendFrame(
                        chat: ChatID(try Self.id(fields.chat, "chat")), text: text, nonce: nonce,
                        replyTo: try fields.replyTo.map { MessageID(try Self.id($0, "reply_to")) }))
            case "typing": self = .typing(ChatID(try Self.id(fields.chat, "chat")))
            case "read":
                self = .read(
                    ChatID(try Self.id(fields.chat, "chat")), upTo: MessageID(try Self.id(fields.upTo, "up_to")))
            case "ping": self = .ping
            case let op? where op.hasPrefix("view."): self = .view(try ViewFrame(bytes))
            case let op?:
                throw StoaError(
                    .badRequest,
                    "There is no op \"\(op.prefix(32))\". It must be send, typing, read, ping, view.open, view.window, view.act or view.close."
                )
            case nil: throw Self.missing("op")
            }
        } catch {
            let error = error as? StoaError ?? StoaError(.badRequest, "The frame was not understood.")
            throw ClientFrameError(nonce: fields.nonce, error: error)
        }
    }

    private static func missing(_ field: String) -> StoaError {
        StoaError(.badRequest, "The field \(field) is missing.")
    }

    private static func id(_ value: Int64?, _ field: String) throws -> Int64 {
        guard let value else { throw missing(field) }
        guard WireInteger.ids.contains(value) else {
            throw StoaError(.badRequest, "The field \(field) must be an id: a whole number from 1 to 2^53 - 1.")
        }
        return value
    }
}

/// The members that any frame may have.
private struct FrameFields: Decodable {
    var op: String?
    var chat: Int64?
    var text: String?
    var nonce: String?
    var replyTo: Int64?
    var upTo: Int64?

    private enum CodingKeys: String, CodingKey {
        case op, chat, text, nonce
        case replyTo = "reply_to"
        case upTo = "up_to"
    }

    /// Nil for anything but a flat object whose known members have the right types, each once.
    init?(scanning bytes: [UInt8]) {
        var scanner = JSONScanner(bytes)
        var fields = Self()
        let ok = scanner.object { key, value in
            switch key {
            case "op": Self.set(&fields.op, value)
            case "chat": Self.set(&fields.chat, value)
            case "text": Self.set(&fields.text, value)
            case "nonce": Self.set(&fields.nonce, value)
            case "reply_to": Self.set(&fields.replyTo, value)
            case "up_to": Self.set(&fields.upTo, value)
            default: true
            }
        }
        guard ok else { return nil }
        self = fields
    }

    init(decoding bytes: [UInt8]) throws(ClientFrameError) {
        do {
            self = try RequestBody.decode(Self.self, from: bytes)
        } catch {
            let nonce = try? RequestBody.decode(NonceOnly.self, from: bytes).nonce
            throw ClientFrameError(nonce: nonce, error: error)
        }
    }

    private init() {}

    private static func set(_ field: inout String?, _ value: JSONScanner.Value) -> Bool {
        guard field == nil, case .string(let text) = value else { return value == .null }
        field = text
        return true
    }

    private static func set(_ field: inout Int64?, _ value: JSONScanner.Value) -> Bool {
        guard field == nil, case .int(let number) = value else { return value == .null }
        field = number
        return true
    }

    private struct NonceOnly: Decodable {
        let nonce: String?
    }
}
