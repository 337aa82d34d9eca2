import HTTPServer
import Model

/// A request with its path's parameters.
struct APIRequest: Sendable {
    let http: HTTPRequest
    let parameters: [String]

    /// - Throws: ``StoaError/Code/badRequest`` that names the field.
    func body<Body: Decodable>(_ type: Body.Type) throws -> Body {
        try RequestBody.decode(type, from: http.body)
    }

    /// The path's parameter at `index` as an id; `what` names it in the error.
    func id(_ index: Int, _ what: String) throws -> Int64 {
        guard let id = WireInteger.parse(parameters[index], in: WireInteger.ids) else {
            throw StoaError(.badRequest, "The \(what) in the path must be an id: a whole number from 1 to 2^53 - 1.")
        }
        return id
    }

    /// A whole number of the query, or nil when it is not there.
    func query(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = http.first(name) else { return nil }
        guard let number = WireInteger.parse(text, in: range) else {
            throw StoaError(
                .badRequest,
                "The query's \(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}

/// A request by a user who is signed in.
struct UserRequest: Sendable {
    let request: APIRequest
    let principal: Principal

    var account: Account { principal.account }

    /// In which texts for people are wanted.
    var language: Language { Language(accepting: request.http.headers.first("accept-language")) }

    func body<Body: Decodable>(_ type: Body.Type) throws -> Body { try request.body(type) }
    func query(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? { try request.query(name, in: range) }
    func chat() throws -> ChatID { ChatID(try request.id(0, "chat")) }
    func message() throws -> MessageID { MessageID(try request.id(1, "message")) }
    func member() throws -> AccountID { AccountID(try request.id(1, "member")) }
}
