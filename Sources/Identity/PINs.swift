import Crypto
package import Database
package import Model

/// The number by which a person confirms payments: 4 to 12 digits.
///
/// So few digits are guessed in no time where they can be tried at will. So tries are counted in the database before they are
/// compared, and what is stored is made with a key beside the database: who has the database alone can try nothing.
package struct PINs: Sendable {
    /// Wrong tries in a row before the first lock.
    package static let freeTries: Int64 = 5
    /// Milliseconds of the first lock; each further wrong try doubles it, up to a day.
    package static let firstLock: Int64 = 15 * 60_000
    private static let longestLock: Int64 = 24 * 3600_000

    /// What a PIN is compared with: right only as long as the person has not set another.
    package struct Challenge: Sendable, Equatable {
        package let person: AccountID
        fileprivate let hash: String
        /// Tries that are left after this one.
        package let triesLeft: Int64
    }

    private let key: [UInt8]

    /// - Parameter key: lies beside the database.
    package init(key: [UInt8]) { self.key = key }

    /// - Parameter isNew: whether it is to be set: then it may not be one that anybody would guess.
    /// - Throws: ``StoaError/Code/badRequest``.
    package static func check(_ pin: String, isNew: Bool = true) throws(StoaError) {
        guard (4...12).contains(pin.utf8.count), pin.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw StoaError(.badRequest, "A PIN has 4 to 12 digits.")
        }
        guard isNew else { return }
        let digits = Array(pin.utf8)
        let isRepeated = digits.allSatisfy { $0 == digits[0] }
        let isCounted = [1, -1].contains { step in zip(digits, digits.dropFirst()).allSatisfy { Int($1) - Int($0) == step } }
        guard !isRepeated, !isCounted else {
            throw StoaError(.badRequest, "Anybody would guess this PIN first. Choose another one.")
        }
    }

    package func isSet(of person: AccountID, in tx: ReadTransaction) throws -> Bool {
        try tx.first("SELECT 1 FROM pins WHERE person_id = ?", .int(person.value)) { _ in true } ?? false
    }

    /// Takes tens of milliseconds: call it where passwords are hashed.
    package func hash(_ pin: String, of person: AccountID) throws -> String { try Password.hash(keyed(pin, person)) }

    /// As ``hash(_:of:)``.
    package func matches(_ pin: String, _ challenge: Challenge) -> Bool {
        Password.verify(keyed(pin, challenge.person), against: challenge.hash)
    }

    private func keyed(_ pin: String, _ person: AccountID) -> String {
        Hex.encode(HMAC.sign(Array("pin \(person) \(pin)".utf8), key: key))
    }

    /// Takes one of the person's tries; ``forgive(_:in:)`` gives all of them back.
    /// - Throws: ``StoaError``: `pinNotSet`, `pinLocked`.
    package func begin(of person: AccountID, now: Int64, in tx: Transaction) throws -> Challenge {
        let found = try tx.first(
            "SELECT hash, failures, locked_until FROM pins WHERE person_id = ?", .int(person.value)
        ) { (hash: try $0.text(0), failures: try $0.int(1), until: try $0.int(2)) }
        guard let found else {
            throw StoaError(.pinNotSet, "You have no PIN yet. Choose one in the wallet first.")
        }
        guard found.until <= now else {
            throw StoaError(
                .pinLocked,
                "Too many wrong PINs. Try again in \((found.until - now + 59_999) / 60_000) min, or set a new one with your password.",
                retryAfter: found.until - now)
        }
        let failures = found.failures + 1
        let over = failures - Self.freeTries
        let lock = over < 0 ? 0 : min(Self.longestLock, Self.firstLock << min(over, 10))
        try tx.execute(
            "UPDATE pins SET failures = ?2, locked_until = ?3 WHERE person_id = ?1", .int(person.value), .int(failures),
            .int(lock == 0 ? 0 : now + lock))
        return Challenge(person: person, hash: found.hash, triesLeft: max(0, -over))
    }

    /// The PIN was right: gives the tries back. In a transaction of its own, as a right PIN stays right where what it was given
    /// for is refused.
    package func forgive(_ challenge: Challenge, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE pins SET failures = 0, locked_until = 0 WHERE person_id = ? AND hash = ?", .int(challenge.person.value),
            .text(challenge.hash))
    }

    /// Whether a PIN that was right still is. Part of the transaction that it was given for.
    /// - Throws: ``StoaError/Code/wrongPIN`` when another one was set meanwhile.
    package func accept(_ challenge: Challenge, in tx: ReadTransaction) throws {
        let isStill = try tx.first(
            "SELECT 1 FROM pins WHERE person_id = ? AND hash = ?", .int(challenge.person.value), .text(challenge.hash)
        ) { _ in true }
        guard isStill ?? false else { throw StoaError(.wrongPIN, "The PIN was changed meanwhile. Give the new one.") }
    }

    /// - Parameter hash: from ``hash(_:of:)``.
    package func set(hash: String, of person: AccountID, now: Int64, in tx: Transaction) throws {
        try tx.execute(
            "INSERT OR REPLACE INTO pins (person_id, hash, failures, locked_until, set_at) VALUES (?, ?, 0, 0, ?)",
            .int(person.value), .text(hash), .int(now))
    }
}
