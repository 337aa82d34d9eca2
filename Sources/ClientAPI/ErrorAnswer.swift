import Database
import HTTPServer
import Model

/// Every error code's HTTP status, in one place.
extension StoaError.Code {
    var httpStatus: Int {
        switch self {
        case .badRequest, .wrongCode, .packageRefused, .invalidAmount, .unknownCurrency, .webhookRefused: 400
        case .unauthorized: 401
        case .insufficientFunds, .providerRefused: 402
        case .forbidden, .capabilityMissing, .limitExceeded, .pinRequired, .wrongPIN, .wrongPassword: 403
        case .notFound, .chatNotFound, .messageNotFound, .accountNotFound, .fileNotFound, .buttonNotFound, .appNotFound,
            .pageNotFound, .viewNotFound,
            .holdNotFound, .paymentNotFound, .productNotFound:
            404
        case .conflict, .nameTaken, .nonceReused, .currencyMismatch, .amountOverflow, .holdResolved, .holdExpired, .exceedsHold,
            .transferReused, .paymentState, .paymentExpired, .alreadyCaptured, .refundExceeds, .notRefundable,
            .idempotencyConflict, .pinNotSet, .actionNotOffered, .appStopped, .outOfStock, .subscriptionState, .disputeState:
            409
        case .tooLarge: 413
        case .rateLimited, .quotaExceeded, .pinLocked: 429
        case .internal: 500
        case .appFailed: 502
        case .unavailable, .providerUnavailable: 503
        }
    }
}

extension HTTPResponse {
    /// `{"error":{"code","message","retry_after"?}}`.
    init(_ error: StoaError) {
        var writer = JSONWriter(capacity: 160)
        writer.openObject()
        writer.key("error")
        writer.error(error)
        writer.closeObject()
        self = .json(error.code.httpStatus, writer.bytes)
        if let seconds = error.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        if error.code == .unauthorized { headers.append(("WWW-Authenticate", "Bearer realm=\"stoa\"")) }
    }

    /// JSON that `write` makes.
    static func json(_ status: Int = 200, _ write: (inout JSONWriter) throws -> Void) rethrows -> HTTPResponse {
        var writer = JSONWriter()
        try write(&writer)
        return .json(status, writer.bytes)
    }

    static let noContent = HTTPResponse(status: 204)
}

/// Turns any error into one that may be shown: what is not meant for clients is logged and named "internal".
struct ErrorTranslator: Sendable {
    let log: @Sendable (String) -> Void

    func translate(_ error: any Error, doing what: @autoclosure () -> String) -> StoaError {
        if let error = error as? StoaError {
            if error.code == .internal { log("\(what()): \(error.message)") }
            return error.code == .internal ? Self.hidden : error
        }
        log("\(what()): \(error)")
        if let error = error as? DatabaseError, Self.passes(error.kind) {
            return StoaError(.unavailable, "The server cannot store or read data now. Try again later.", retryAfter: 5000)
        }
        return Self.hidden
    }

    private static let hidden = StoaError(
        .internal, "Something went wrong in the server. Its log says what; nothing was changed.")

    /// Whether a later try can succeed.
    private static func passes(_ kind: DatabaseError.Kind) -> Bool {
        switch kind {
        case .diskFull, .locked, .closed: true
        default: false
        }
    }
}
