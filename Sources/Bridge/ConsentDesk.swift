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
        /// Who made the app.
        package let publisher: PublisherLabel
        package let capability: Capability
        /// From the manifest of the version that asks.
        package let reason: String
        /// What the app gets if the person agrees; nil when nothing is known that could answer, or they have to pick it.
        let answer: Disclosure.Answer?
        package var discloses: String? { answer?.text }
        /// At most so many, where something is to be picked.
        package let most: Int?
        package let terms: [GrantTerm]
    }

    /// What a person says to a question.
    package struct Reply: Sendable {
        /// For how long they agree; nil when they do not.
        package let term: GrantTerm?
        /// What the sheet said that the app would get; nil when it is not to be compared.
        package let shown: String?
        /// In which the sheet was shown.
        package let language: Language
        /// What they picked, where that is asked for.
        package let pick: Disclosure.Pick?

        package init(_ term: GrantTerm?, shown: String? = nil, language: Language = .english, pick: Disclosure.Pick? = nil) {
            self.term = term
            self.shown = shown
            self.language = language
            self.pick = pick
        }
    }

    private let messaging: Messaging
    private let audit: Audit
    private let source: Disclosure.Source

    package init(messaging: Messaging, audit: Audit, blobs: BlobStore? = nil) {
        self.messaging = messaging
        self.audit = audit
        source = Disclosure.Source(messaging: messaging, blobs: blobs)
    }

    /// What waits for an answer of a person, oldest first.
    package func open(of person: AccountID, language: Language = .english, in tx: ReadTransaction) throws -> [Sheet] {
        try Consents.all(of: person, in: tx).compactMap { try sheet($0, language, in: tx) }
    }

    /// Nil when nobody waits for the answer any more.
    private func sheet(_ consent: Consent, _ language: Language, in tx: ReadTransaction) throws -> Sheet? {
        guard try Wait.contains(consent.id.value, of: consent.conversation, in: tx),
            // While the operator has stopped the app, its questions wait, as all of it does.
            let app = try AppStore.app(account: consent.bot, in: tx), app.state != .takenDown,
            let version = try AppStore.version(consent.version, in: tx)
        else { return nil }
        let capability = CapabilityRegistry.capability(consent.capability)
        let answer = try Disclosure.answer(consent, in: language, from: source, now: messaging.clock.now(), tx)
        let terms = capability.terms.filter { term in
            switch term {
            case .chat: consent.chat != nil
            // What is said from now on is no answer that could be given once.
            case .once: consent.detail != Disclosure.fromNowOn
            case .hour, .day, .always: true
            }
        }
        return Sheet(
            consent: consent, app: app, publisher: try Publishers.label(app.publisher, in: tx),
            capability: capability,
            reason: version.manifest.capabilities.first { $0.name == consent.capability }?.reason ?? "",
            answer: answer, most: [.files, .people].contains(capability.input) ? Int(consent.detail) : nil,
            terms: answer == nil && capability.input == nil ? [] : terms)
    }

    /// - Throws: ``StoaError/Code/notFound`` when the question is not theirs or not open, ``StoaError/Code/badRequest`` for a
    ///   term that the sheet does not offer or a choice that is none, ``StoaError/Code/conflict`` when the app would get
    ///   something else by now.
    package func answer(_ id: ConsentID, by person: AccountID, _ reply: Reply, in tx: Transaction) throws {
        guard let consent = try Consents.all(of: person, in: tx).first(where: { $0.id == id }),
            let sheet = try sheet(consent, reply.language, in: tx)
        else {
            throw StoaError(.notFound, "No such question waits for your answer. It may have been answered on another device.")
        }
        guard let term = reply.term else { return try refuse(consent, by: person, in: tx) }
        guard sheet.terms.contains(term) else {
            throw StoaError(.badRequest, "This cannot be granted for \"\(term.rawValue)\".")
        }
        let now = messaging.clock.now()
        guard sheet.capability.input != nil || reply.shown == nil || reply.shown == sheet.discloses else {
            throw StoaError(.conflict, "What the app would get has changed. Look at the question again.")
        }
        let answer =
            try sheet.capability.input == nil ? sheet.answer : Disclosure.answer(consent, with: reply.pick, messaging, tx)
        guard let answer else { return try refuse(consent, by: person, in: tx) }
        let isUse = consent.isUse
        try Grants.give(GrantID(messaging.ids.next()), to: consent, term: term, uses: isUse ? 1 : 0, now: now, in: tx)
        try hear(consent, now: now, in: tx)
        try Consents.note(refusal: false, of: person, to: consent.bot, about: consent.capability, now: now, in: tx)
        try note(
            .granted, consent, ([consent.question, term.rawValue] + (isUse ? [] : [answer.record])).joined(separator: ", "),
            in: tx)
        if isUse { try note(.used, consent, consent.question, disclosed: answer.record, in: tx) }
        try close(consent, [.bool(true), answer.value], in: tx)
    }

    /// Lets the router go by the grants that stand for a whole chat.
    private func hear(_ consent: Consent, now: Int64, in tx: Transaction) throws {
        guard consent.capability == .chatHistory, let chat = consent.chat else { return }
        try hear(chat, consent.bot, now: now, in: tx)
    }

    private func hear(_ chat: ChatID, _ bot: AccountID, now: Int64, in tx: Transaction) throws {
        let standing = try Grants.standing(
            in: chat, to: bot, .chatHistory, detail: Disclosure.fromNowOn, now: now, tx)
        let until = standing.contains { $0.until == nil } ? nil : standing.compactMap(\.until).max()
        try messaging.setHearing(bot, !standing.isEmpty, in: chat, until: until, tx: tx)
    }

    private func refuse(_ consent: Consent, by person: AccountID, in tx: Transaction) throws {
        try Consents.note(
            refusal: true, of: person, to: consent.bot, about: consent.capability, now: messaging.clock.now(), in: tx)
        try note(.refused, consent, consent.question, in: tx)
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

    private func note(
        _ kind: Audit.Kind, _ consent: Consent, _ details: String, disclosed: String? = nil, in tx: Transaction
    ) throws {
        let actor = try messaging.account(kind == .used ? consent.bot : consent.person, in: tx)?.name ?? ""
        try audit.append(
            Audit.Entry(kind, by: actor, person: consent.person, bot: consent.bot, chat: consent.chat, details),
            disclosed: disclosed, now: messaging.clock.now(), in: tx)
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
                grant.question),
            now: now, in: tx)
        if grant.capability == .chatHistory, let chat = grant.chat { try hear(ChatID(chat), held.bot, now: now, in: tx) }
        if let open = try Consents.first(of: person.id, by: held.bot, about: grant.capability, in: tx) {
            try refuse(open, by: person.id, in: tx)
        }
    }

    /// Takes back all that stands.
    package func takeAllBack(by person: Account, in tx: Transaction) throws {
        for held in try Grants.standing(of: person.id, now: messaging.clock.now(), in: tx) {
            try takeBack(GrantID(held.grant.id), by: person, in: tx)
        }
    }

    /// Who has left a group, or decides nothing in it any more, allows nothing for all of it any more.
    package func gaveUp(_ chat: ChatID, _ person: Account, in tx: Transaction) throws {
        for held in try Grants.standing(of: person.id, now: messaging.clock.now(), in: tx)
        where held.grant.chat == chat.value && held.grant.capability == .chatHistory {
            try takeBack(GrantID(held.grant.id), by: person, in: tx)
        }
        for open in try Consents.all(of: person.id, in: tx) where open.chat == chat && open.capability == .chatHistory {
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
        _ = try await runtime.forget(person.id, by: bot, chat: chat) { [self] counts, tx in
            let now = messaging.clock.now()
            let standing = try Grants.standing(of: person.id, to: bot, now: now, in: tx)
            try Grants.takeBackAll(of: person.id, from: bot, now: now, in: tx)
            try Audit.forgetDisclosures(of: person.id, to: bot, in: tx)
            for held in standing where held.grant.capability == .chatHistory {
                if let chat = held.grant.chat { try self.hear(ChatID(chat), bot, now: now, in: tx) }
            }
            try audit.append(
                Audit.Entry(
                    .forgotten, by: person.name, person: person.id, bot: bot,
                    "\(app.name): \(counts.conversations) conversations, \(counts.values) values, \(counts.timers) timers, all grants"
                ),
                now: now, in: tx)
        }
    }
}

extension Consent {
    /// For the audit: `identity.age 18`.
    var question: String { Grant.question(capability, detail) }

    /// Whether to agree is to give something at once. To be written to, or to hear what will be said, is used when that happens.
    var isUse: Bool { perDay == nil && detail != Disclosure.fromNowOn }
}

extension Grant {
    var question: String { Self.question(capability, detail) }

    fileprivate static func question(_ capability: Capability.Name, _ detail: String) -> String {
        detail.isEmpty ? capability.rawValue : "\(capability.rawValue) \(detail)"
    }
}
