package import Apps
package import Database
package import Messaging
package import Model
package import Permissions
package import Runtime
import Sandbox

/// The person's side of permission: what they are asked, what they answer, what they have agreed to and take back.
package struct ConsentDesk: Sendable {
    /// Everything that the sheet shows, drawn from what the host knows; of the app's own words it has the reason only.
    package struct Sheet: Sendable {
        package let consent: Consent
        package let app: App
        package let capability: Capability
        /// From the manifest of the version that asks.
        package let reason: String
        /// What the app gets if the person agrees; nil when nothing is known that could answer.
        package let discloses: String?
        package let terms: [GrantTerm]
    }

    private let messaging: Messaging
    private let audit: Audit

    package init(messaging: Messaging, audit: Audit) {
        self.messaging = messaging
        self.audit = audit
    }

    /// What waits for an answer of a person, oldest first.
    package func open(of person: AccountID, in tx: ReadTransaction) throws -> [Sheet] {
        try Consents.all(of: person, in: tx).compactMap { try sheet($0, in: tx) }
    }

    /// Nil when nobody waits for the answer any more.
    private func sheet(_ consent: Consent, in tx: ReadTransaction) throws -> Sheet? {
        guard try Wait.contains(consent.id.value, of: consent.conversation, in: tx),
            let app = try AppStore.app(account: consent.bot, in: tx),
            let version = try AppStore.version(consent.version, in: tx)
        else { return nil }
        let capability = CapabilityRegistry.capability(consent.capability)
        let answer = try Disclosure.answer(
            consent.capability, consent.detail, of: consent.person, now: messaging.clock.now(), in: tx)
        let keeps = capability.class == .askOnce
        let terms = GrantTerm.allCases.filter { $0 == .once || (keeps && ($0 != .chat || consent.chat != nil)) }
        return Sheet(
            consent: consent, app: app, capability: capability,
            reason: version.manifest.capabilities.first { $0.name == consent.capability }?.reason ?? "",
            discloses: answer?.text, terms: answer == nil ? [] : terms)
    }

    /// - Parameters:
    ///   - term: for how long the person agrees; nil when they do not.
    ///   - shown: what the sheet said that the app would get; nil when it is not to be compared.
    /// - Throws: ``StoaError/Code/notFound`` when the question is not theirs or not open, ``StoaError/Code/badRequest`` for a
    ///   term that the sheet does not offer, ``StoaError/Code/conflict`` when the app would get something else by now.
    package func answer(
        _ id: ConsentID, by person: AccountID, term: GrantTerm?, shown: String? = nil, in tx: Transaction
    ) throws {
        guard let consent = try Consents.all(of: person, in: tx).first(where: { $0.id == id }),
            let sheet = try sheet(consent, in: tx)
        else {
            throw StoaError(.notFound, "No such question waits for your answer. It may have been answered on another device.")
        }
        guard let term else { return try refuse(consent, by: person, in: tx) }
        guard sheet.terms.contains(term) else {
            throw StoaError(.badRequest, "This cannot be granted for \"\(term.rawValue)\".")
        }
        let now = messaging.clock.now()
        let answer = try Disclosure.answer(consent.capability, consent.detail, of: person, now: now, in: tx)
        guard let answer else { return try refuse(consent, by: person, in: tx) }
        guard shown == nil || shown == answer.text else {
            throw StoaError(.conflict, "What the app would get has changed. Look at the question again.")
        }
        try Grants.give(
            GrantID(messaging.ids.next()), by: person, to: consent.bot, consent.capability, detail: consent.detail,
            chat: consent.chat, term: term, now: now, in: tx)
        try Consents.note(refusal: false, of: person, to: consent.bot, about: consent.capability, now: now, in: tx)
        try note(.granted, consent, "\(consent.capability.rawValue) \(consent.detail), \(term.rawValue)", in: tx)
        try note(.used, consent, answer.text, in: tx)
        try close(consent, [.bool(true), answer.value], in: tx)
    }

    private func refuse(_ consent: Consent, by person: AccountID, in tx: Transaction) throws {
        try Consents.note(
            refusal: true, of: person, to: consent.bot, about: consent.capability, now: messaging.clock.now(), in: tx)
        try note(.refused, consent, "\(consent.capability.rawValue) \(consent.detail)", in: tx)
        try close(consent, [.bool(false)], in: tx)
    }

    private func close(_ consent: Consent, _ answer: [BridgeValue], in tx: Transaction) throws {
        guard try Consents.close(consent.id, in: tx) else { return }
        try messaging.announce(.consentClosed(consent.id), to: consent.person, in: tx)
        let update = try messaging.addressed(
            .consent, to: .init(conversation: consent.conversation, wait: consent.id.value), of: consent.bot,
            payload: BridgeValue.array(answer).encoded, in: tx)
        if let update { try messaging.enqueue([update], in: tx) }
    }

    private func note(_ kind: Audit.Kind, _ consent: Consent, _ details: String, in tx: Transaction) throws {
        let actor = try messaging.account(kind == .used ? consent.bot : consent.person, in: tx)?.name ?? ""
        try audit.append(
            Audit.Entry(kind, by: actor, person: consent.person, bot: consent.bot, chat: consent.chat, details),
            now: messaging.clock.now(), in: tx)
    }

    /// Takes a grant back. A question of the same app about the same capability that is open gets a no.
    /// - Throws: ``StoaError/Code/notFound`` when it is not the person's.
    package func takeBack(_ id: GrantID, by person: Account, in tx: Transaction) throws {
        guard let held = try Grants.grant(id, in: tx), held.person == person.id else {
            throw StoaError(.notFound, "You have given no such grant.")
        }
        let now = messaging.clock.now()
        guard try Grants.takeBack(id, now: now, in: tx) else { return }
        let grant = held.grant
        try audit.append(
            Audit.Entry(
                .revoked, by: person.name, person: person.id, bot: held.bot, chat: grant.chat.map(ChatID.init),
                "\(grant.capability.rawValue) \(grant.detail)"),
            now: now, in: tx)
        if let open = try Consents.first(of: person.id, by: held.bot, about: grant.capability, in: tx) {
            try refuse(open, by: person.id, in: tx)
        }
    }

    /// Ends all that ties a person to an app: their grants, what the app keeps about them here, its conversations with them.
    /// Their chat with it and what was said there stays theirs. The audit keeps that it was done.
    package func forget(_ bot: AccountID, by person: Account, in runtime: Runtime, of database: Database) async throws {
        let (app, chat) = try await database.read { [messaging] tx in
            (try AppStore.app(account: bot, in: tx), try messaging.knownDirectChat(person.id, with: bot, in: tx))
        }
        guard let app else { throw StoaError(.appNotFound, "There is no such app.") }
        _ = try await runtime.forget(person.id, by: bot, chat: chat) { [messaging, audit] counts, tx in
            let now = messaging.clock.now()
            try Grants.takeBackAll(of: person.id, from: bot, now: now, in: tx)
            try audit.append(
                Audit.Entry(
                    .forgotten, by: person.name, person: person.id, bot: bot,
                    "\(app.name): \(counts.conversations) conversations, \(counts.values) values, \(counts.timers) timers, all grants"
                ),
                now: now, in: tx)
        }
    }
}
