import Model
import Sandbox

/// Message content as Lua gives it.
enum ContentArguments {
    static func content(_ fields: Fields) throws -> MessageContent {
        var serial = 0
        let rows = try fields.list("buttons").enumerated().map { r, row in
            guard let keys = row.arrayValue else { throw fields.wrong("buttons[\(r + 1)]", "a list of buttons") }
            return try keys.enumerated().map { b, key in
                serial += 1
                return try button(key, id: String(serial), at: "buttons[\(r + 1)][\(b + 1)]", fields)
            }
        }
        let entities = try fields.list("entities").enumerated().map { index, value in
            try entity(value, at: "entities[\(index + 1)]", fields)
        }
        return MessageContent(text: try fields.string("text"), entities: entities, buttons: rows)
    }

    private static func button(_ value: BridgeValue, id: String, at place: String, _ fields: Fields) throws -> Button {
        guard let text = value["text"]?.stringValue else { throw fields.wrong("\(place).text", "a text") }
        let url = value["url"]?.stringValue
        return Button(id: id, text: text, url: url, data: url == nil ? value["data"]?.stringValue ?? text : nil)
    }

    private static func entity(_ value: BridgeValue, at place: String, _ fields: Fields) throws -> Entity {
        guard let name = value["type"]?.stringValue, let kind = Entity.Kind(rawValue: name) else {
            let names = Entity.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw fields.wrong("\(place).type", "one of \(names)")
        }
        guard let offset = value["offset"]?.intValue, let length = value["length"]?.intValue else {
            throw fields.wrong("\(place).offset and .length", "integers, in UTF-16 code units")
        }
        return Entity(
            type: kind, offset: Int(clamping: offset), length: Int(clamping: length), url: value["url"]?.stringValue,
            language: value["language"]?.stringValue)
    }
}
