/// What went wrong, in a form that reaches the client: a stable code, a sentence, and when to try again.
package struct StoaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable names that clients may branch on.
    package enum Code: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case unauthorized
        case forbidden
        case notFound = "not_found"
        case chatNotFound = "chat_not_found"
        case messageNotFound = "message_not_found"
        case accountNotFound = "account_not_found"
        case fileNotFound = "file_not_found"
        case buttonNotFound = "button_not_found"
        case appNotFound = "app_not_found"
        /// Not the code that was sent.
        case wrongCode = "wrong_code"
        case conflict
        case nameTaken = "name_taken"
        case nonceReused = "nonce_reused"
        case tooLarge = "too_large"
        case rateLimited = "rate_limited"
        case quotaExceeded = "quota_exceeded"
        case capabilityMissing = "capability_missing"
        case packageRefused = "package_refused"
        case unavailable
        case `internal`
    }

    package let code: Code
    package let message: String
    /// Milliseconds until a new try can succeed; only with ``Code/rateLimited`` and ``Code/unavailable``.
    package let retryAfter: Int64?

    package init(_ code: Code, _ message: String, retryAfter: Int64? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
