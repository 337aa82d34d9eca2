import Database
import HTTPServer
import Identity
import Ledger
import Messaging
import Model
import Operations

/// What requests that move money have in common: the PIN, and being done once however often they are sent.
extension ClientAPI {
    /// Compares a PIN that a person gave, on the threads for passwords. Each try counts before it is compared; a right one takes
    /// none, whatever becomes of what it was given for.
    /// - Returns: what the transaction that needs it is handed; nil when none was given.
    func proof(_ pin: String?, of person: Account) async throws -> PINs.Challenge? {
        guard let pin else { return nil }
        try PINs.check(pin, isNew: false)
        let now = messaging.clock.now()
        let challenge = try await database.write { [wallets] in try wallets.pins.begin(of: person.id, now: now, in: $0) }
        guard try await passwords.run({ [wallets] in wallets.pins.matches(pin, challenge) }) else {
            throw StoaError(
                .wrongPIN,
                challenge.triesLeft > 0
                    ? "The PIN is wrong. \(challenge.triesLeft) more tries." : "The PIN is wrong. It is locked for a while now.")
        }
        try await database.write { [wallets] in try wallets.pins.forgive(challenge, in: $0) }
        return challenge
    }

    /// Runs what moves money once for an `Idempotency-Key`, and answers the same again.
    /// - Parameter content: what must be the same; the body, unless that has a PIN in it, which no digest may tell of.
    func once(
        _ request: UserRequest, status: Int, content: [UInt8]? = nil,
        _ body: @escaping @Sendable (Transaction) throws -> [UInt8]
    ) async throws -> HTTPResponse {
        try messaging.limits.take(request.account, in: nil)
        let http = request.request.http
        guard let key = http.headers.first("idempotency-key") else {
            return .json(status, try await database.write { try body($0) })
        }
        let fingerprint = IdempotencyKeys.fingerprint(
            method: http.method.rawValue, path: http.path, body: content ?? http.body)
        let (me, now) = (request.account.id, messaging.clock.now())
        let answer = try await database.write { tx in
            try IdempotencyKeys.once(key, of: me, fingerprint: fingerprint, now: now, in: tx) {
                IdempotencyKeys.Answer(status: status, body: try body(tx))
            }
        }
        return .json(answer.status, answer.body)
    }

    func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        write(&writer)
        return writer.bytes
    }

    static func flag(_ name: String, in request: UserRequest) throws -> Bool? {
        switch request.request.http.first(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw StoaError(.badRequest, "The query's \(name) must be true or false.")
        }
    }
}
