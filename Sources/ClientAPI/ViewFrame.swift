import MiniApps
import Model
import Runtime
import Sandbox

/// What a client asks for about the pages that it has open.
enum ViewFrame: Equatable {
    case open(ViewRequest)
    case window(view: String, key: String, from: Int64, count: Int64)
    case act(ViewAction)
    case close(view: String)

    private static let ops = ["view.open", "view.window", "view.act", "view.close"]

    private struct OpOnly: Decodable {
        let op: String
    }

    private struct Fields: Decodable {
        let op: String
        let view: String
        let app: String?
        let chat: Int64?
        let page: String?
        let query: [String: String]?
        let lang: String?
        let theme: String?
        let key: String?
        let from: Int64?
        let count: Int64?
        let nonce: String?
        let on: JSONValue?
        let value: JSONValue?
        let values: JSONValue?
    }

    /// - Throws: ``StoaError/Code/badRequest``.
    init(_ bytes: [UInt8]) throws(StoaError) {
        let op = try RequestBody.decode(OpOnly.self, from: bytes).op
        guard Self.ops.contains(op) else {
            throw StoaError(
                .badRequest, "There is no op \"\(op.prefix(32))\". Those of views are \(Self.ops.joined(separator: ", ")).")
        }
        let fields = try RequestBody.decode(Fields.self, from: bytes)
        try ViewRequest.check(view: fields.view)
        switch fields.op {
        case "view.open":
            if let chat = fields.chat, !WireInteger.ids.contains(chat) {
                throw StoaError(.badRequest, "The field chat must be an id: a whole number from 1 to 2^53 - 1.")
            }
            let query = (fields.query ?? [:]).sorted { $0.key < $1.key }.map { NamedText($0.key, $0.value) }
            self = .open(
                try ViewRequest(
                    view: fields.view, app: try Self.required(fields.app, "app"), chat: fields.chat.map { ChatID($0) },
                    page: fields.page, query: query, language: fields.lang, theme: fields.theme))
        case "view.window":
            let key = try Self.required(fields.key, "key")
            guard key.utf8.count <= 256 else { throw StoaError(.badRequest, "The key must have at most 256 bytes.") }
            self = .window(
                view: fields.view, key: key, from: try Self.required(fields.from, "from"),
                count: try Self.required(fields.count, "count"))
        case "view.act":
            let values = fields.values?.value.mapValue ?? BridgeMap()
            self = .act(
                ViewAction(
                    view: fields.view, nonce: try Self.required(fields.nonce, "nonce"),
                    action: try OfferedAction(try Self.required(fields.on, "on").value),
                    input: ActionInput(value: fields.value?.value ?? .null, values: values)))
        default: self = .close(view: fields.view)
        }
    }

    private static func required<Value>(_ value: Value?, _ name: String) throws(StoaError) -> Value {
        guard let value else { throw StoaError(.badRequest, "The field \(name) is missing.") }
        return value
    }
}

/// Any JSON, as a value that can cross the bridge: at most 8 deep, since inputs are flat.
struct JSONValue: Decodable {
    let value: BridgeValue

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count <= 10 else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "The value is nested too deep."))
        }
        // The commonest first: each guess that fails costs an error.
        if let single = try? decoder.singleValueContainer() {
            if let text = try? single.decode(String.self) {
                value = .string(text)
                return
            }
            if let number = try? single.decode(Double.self) {
                value = (try? single.decode(Int64.self)).map { .int($0) } ?? .double(number)
                return
            }
        }
        if var list = try? decoder.unkeyedContainer() {
            var values: [BridgeValue] = []
            while !list.isAtEnd { values.append(try list.decode(JSONValue.self).value) }
            value = .array(values)
            return
        }
        if let container = try? decoder.container(keyedBy: Name.self) {
            value = .map(
                BridgeMap(
                    try container.allKeys.map {
                        (key: $0.stringValue, value: try container.decode(JSONValue.self, forKey: $0).value)
                    }))
            return
        }
        let single = try decoder.singleValueContainer()
        value = single.decodeNil() ? .null : .bool(try single.decode(Bool.self))
    }
}
