package import Apps
package import Database
package import Identity
package import Messaging
package import Model

/// Brings people what shows that an address is theirs.
package protocol ContactSender: Sendable {
    /// Returns once it is on its way. - Throws: when it is not; the error's text is for the operator's log.
    func send(_ message: ContactMessage) async throws
}

package struct ContactMessage: Sendable {
    package let kind: ContactKind
    package let address: String
    /// The name of who has asked for it.
    package let person: String
    package let code: String
    /// What the person reads, the code in it.
    package let text: String
}

/// People's own say in how they can be reached: by a code that is sent there, so that nobody claims the address of another.
package struct Contacts: Sendable {
    private let database: Database
    private let messaging: Messaging
    private let audit: Audit
    private let sender: (any ContactSender)?
    private let log: @Sendable (String) -> Void

    /// - Parameter sender: nil where nothing can be sent.
    package init(
        database: Database, messaging: Messaging, audit: Audit, sender: (any ContactSender)?,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.messaging = messaging
        self.audit = audit
        self.sender = sender
        self.log = log
    }

    /// Sends a code there.
    /// - Returns: until when it can be used.
    /// - Throws: ``StoaError/Code/badRequest`` for what is no address, ``StoaError/Code/rateLimited``,
    ///   ``StoaError/Code/unavailable`` when nothing can be sent.
    package func ask(_ kind: ContactKind, _ address: String, by person: Account) async throws -> Int64 {
        guard let sender else {
            throw StoaError(
                .unavailable,
                "This server sends no codes. Ask its operator to verify the address, or to set it up: \"serve --contact-sender\"."
            )
        }
        let (made, language) = try await database.write { [messaging] tx in
            let made = try ContactCodes.make(kind, address, of: person.id, now: messaging.clock.now(), in: tx)
            return (made, try Profiles.of(person.id, in: tx).language)
        }
        let text = Self.text(made.code, in: language ?? .english)
        do {
            try await sender.send(
                ContactMessage(kind: kind, address: address, person: person.name, code: made.code, text: text))
        } catch {
            log("a code for \(person.name)'s \(kind.rawValue) could not be sent: \(error)")
            try await database.write { try ContactCodes.drop(kind, of: person.id, in: $0) }
            throw StoaError(
                .unavailable, "The code could not be sent. Check the address; in a minute you can ask again.", retryAfter: 60_000)
        }
        return made.expiresAt
    }

    /// - Throws: ``StoaError/Code/wrongCode``, ``StoaError/Code/notFound`` when no code waits.
    package func confirm(_ kind: ContactKind, code: String, by person: Account) async throws {
        let outcome = try await database.write { [messaging, audit] tx in
            let now = messaging.clock.now()
            let outcome = try ContactCodes.confirm(kind, code: code, of: person.id, now: now, in: tx)
            if outcome == .verified {
                let details = "\(kind.rawValue) verified by code"
                try audit.append(Audit.Entry(.attributeSet, by: person.name, person: person.id, details), now: now, in: tx)
            }
            return outcome
        }
        switch outcome {
        case .verified: return
        case .wrong(triesLeft: 0):
            throw StoaError(.wrongCode, "That is not the code, and it was the last try. Ask for a new one.")
        case .wrong(let left):
            throw StoaError(.wrongCode, "That is not the code. \(left == 1 ? "One try is" : "\(left) tries are") left.")
        case .none: throw StoaError(.notFound, "No code waits for you. They end after 10 minutes or 5 tries: ask for a new one.")
        }
    }

    /// Forgets an address. - Throws: ``StoaError/Code/forbidden`` for what only the operator verifies.
    package func remove(_ attribute: Attributes.Name, of person: Account) async throws {
        guard attribute != .birthDate else {
            throw StoaError(.forbidden, "The operator has verified your date of birth. Ask them if it is to be removed.")
        }
        try await database.write { [messaging, audit] tx in
            guard try Attributes.remove(attribute, of: person.id, in: tx) else { return }
            try audit.append(
                Audit.Entry(.attributeSet, by: person.name, person: person.id, "\(attribute.rawValue) removed"),
                now: messaging.clock.now(), in: tx)
        }
    }

    private static func text(_ code: String, in language: Profile.Language) -> String {
        switch language {
        case .english:
            "Your code for Stoa is \(code). It is good for 10 minutes. Tell it to nobody; if you did not ask for it, ignore this."
        case .russian:
            "Ваш код для Stoa: \(code). Он действует 10 минут. Никому его не сообщайте; если вы его не запрашивали, ничего не делайте."
        }
    }
}
