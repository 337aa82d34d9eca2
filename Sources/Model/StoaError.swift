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
        case pageNotFound = "page_not_found"
        /// A view that is not open, or that does not offer what was asked of it.
        case viewNotFound = "view_not_found"
        case actionNotOffered = "action_not_offered"
        /// The app's own code did not work.
        case appFailed = "app_failed"
        case appStopped = "app_stopped"
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
        case insufficientFunds = "insufficient_funds"
        case invalidAmount = "invalid_amount"
        case unknownCurrency = "unknown_currency"
        case currencyMismatch = "currency_mismatch"
        case amountOverflow = "amount_overflow"
        case holdNotFound = "hold_not_found"
        /// A hold resolves once: it was posted, voided or expired before.
        case holdResolved = "hold_resolved"
        case holdExpired = "hold_expired"
        case exceedsHold = "exceeds_hold"
        /// The transfer's id belongs to a transfer with other content.
        case transferReused = "transfer_reused"
        case paymentNotFound = "payment_not_found"
        /// What is asked for does not fit the payment's state.
        case paymentState = "payment_state"
        case paymentExpired = "payment_expired"
        case alreadyCaptured = "already_captured"
        case refundExceeds = "refund_exceeds"
        case notRefundable = "not_refundable"
        case idempotencyConflict = "idempotency_conflict"
        case limitExceeded = "limit_exceeded"
        case pinRequired = "pin_required"
        case wrongPIN = "wrong_pin"
        case wrongPassword = "wrong_password"
        case pinLocked = "pin_locked"
        case pinNotSet = "pin_not_set"
        case outOfStock = "out_of_stock"
        case productNotFound = "product_not_found"
        case subscriptionState = "subscription_state"
        case disputeState = "dispute_state"
        case providerUnavailable = "provider_unavailable"
        case providerRefused = "provider_refused"
        case webhookRefused = "webhook_refused"
        case unavailable
        case `internal`
    }

    package let code: Code
    package let message: String
    /// Milliseconds until a new try can succeed; only with ``Code/rateLimited``, ``Code/pinLocked`` and
    /// ``Code/unavailable``.
    package let retryAfter: Int64?

    package init(_ code: Code, _ message: String, retryAfter: Int64? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
