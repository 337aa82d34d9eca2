import Foundation
import Model

/// Reads JSON that a client sent, and says which field is wrong.
enum RequestBody {
    /// - Throws: ``StoaError/Code/badRequest``.
    static func decode<Body: Decodable>(_ type: Body.Type, from bytes: [UInt8]) throws(StoaError) -> Body {
        guard !bytes.isEmpty else {
            throw StoaError(.badRequest, "The body is empty. Send a JSON object.")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw StoaError(.badRequest, describe(error))
        } catch {
            throw StoaError(.badRequest, "The body is not valid JSON.")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context):
            "\(name(context.codingPath)) has the wrong type: \(expected(type)) is expected."
        case .valueNotFound(let type, let context):
            "\(name(context.codingPath)) must not be null: \(expected(type)) is expected."
        case .keyNotFound(let key, let context): "\(name(context.codingPath + [key])) is missing."
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(name(context.codingPath)) has a value that is not allowed."
        case .dataCorrupted: "The body is not valid JSON in UTF-8."
        @unknown default: "The body is not what this call takes."
        }
    }

    /// `The field attachments[0].file`.
    private static func name(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "The body" }
        var name = ""
        for key in path {
            if let index = key.intValue {
                name += "[\(index)]"
            } else {
                name += name.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        return "The field " + name
    }

    private static func expected(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int64.Type, is Int.Type, is Double.Type: "a whole number"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }
}

/// The integers of the wire: JSON readers keep 53 bits.
enum WireInteger {
    static let largest: Int64 = 1 << 53 - 1
    /// What an id may be.
    static let ids: ClosedRange<Int64> = 1...largest

    /// Decimal digits only, without sign or leading zeros, in `range`.
    static func parse(_ text: some StringProtocol, in range: ClosedRange<Int64>) -> Int64? {
        let digits = text.utf8
        guard (1...16).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30, let number = Int64(text), range.contains(number)
        else { return nil }
        return number
    }
}
