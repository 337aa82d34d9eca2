import Model
import Sandbox

/// The arguments of one bridge call, read with errors that name the call and the argument.
struct Arguments {
    let call: String
    private let values: [BridgeValue]

    init(_ call: String, _ values: [BridgeValue]) {
        self.call = call
        self.values = values
    }

    subscript(_ index: Int) -> BridgeValue { index < values.count ? values[index] : .null }

    func string(_ index: Int, _ name: String) throws -> String {
        guard let value = self[index].stringValue else { throw wrong(name, "a text") }
        return value
    }

    func int(_ index: Int, _ name: String) throws -> Int64 {
        guard let value = self[index].intValue else { throw wrong(name, "an integer") }
        return value
    }

    /// The one argument of calls that take named fields.
    func fields() throws -> Fields {
        guard let map = self[0].mapValue else { throw wrong("the argument", "a table with named fields") }
        return Fields(call: call, map: map)
    }

    private func wrong(_ name: String, _ expected: String) -> StoaError {
        StoaError(.badRequest, "\(call): \(name) must be \(expected).")
    }
}

/// Named fields of a bridge call.
struct Fields {
    let call: String
    let map: BridgeMap

    subscript(_ name: String) -> BridgeValue {
        map[name] ?? .null
    }

    func string(_ name: String) throws -> String {
        guard let value = self[name].stringValue else { throw wrong(name, "a text") }
        return value
    }

    func int(_ name: String) throws -> Int64 {
        guard let value = self[name].intValue else { throw wrong(name, "an integer") }
        return value
    }

    func intOrNil(_ name: String) throws -> Int64? {
        self[name] == .null ? nil : try int(name)
    }

    /// A list; a missing one and an empty table are empty lists.
    func list(_ name: String) throws -> [BridgeValue] {
        let value = self[name]
        if value == .null { return [] }
        if let map = value.mapValue, map.isEmpty { return [] }
        guard let list = value.arrayValue else { throw wrong(name, "a list") }
        return list
    }

    func wrong(_ name: String, _ expected: String) -> StoaError {
        StoaError(.badRequest, "\(call): \(name) must be \(expected).")
    }
}
