/// An id in a body: a whole number from 1 to 2^53 - 1.
struct WireID: Decodable {
    let value: Int64

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = try container.decode(Int64.self)
        guard WireInteger.ids.contains(value) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
        }
    }
}
