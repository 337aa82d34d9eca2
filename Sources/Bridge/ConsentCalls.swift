import Apps
package import Database
import Messaging
package import Model
import Permissions
package import Runtime
import Sandbox

/// Calls that need a person's consent: answered by a grant that stands, or after the person was asked.
extension Bridge {
    /// Gives `"granted"` and the value, `"ask"` and the id to wait for, or `"refused"`. A question that nothing can answer looks
    /// like one that the person refuses.
    func ask(_ capability: Capability.Name, _ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try checkDeclared(capability, for: arguments.call, in: turn)
        let question = try Disclosure.question(capability, arguments)
        let isAboutChat = CapabilityRegistry.capability(capability).isAboutChat
        guard let person = turn.update.person, person.kind == .user, !isAboutChat || turn.update.chat != nil else {
            return .now(["refused"])
        }
        let asked = ConsentQuestion(call: arguments.call, arguments: arguments[0], capability: capability, question, person.id)
        return .read { [self] tx, turn in try answer(asked, turn, tx) }
    }

    private func answer(_ question: ConsentQuestion, _ turn: Turn, _ tx: ReadTransaction) throws -> [BridgeValue] {
        let (person, bot) = (question.person, turn.app.account)
        let id = ConsentID(messaging.ids.next())
        let consent = question.consent(id, in: turn)
        // What nobody knows is asked for like what nobody has granted: the app must not tell the two apart.
        let known = try Disclosure.answer(consent, in: .english, from: source, now: turn.now, tx)
        let grants =
            known == nil
            ? []
            : try Grants.bearing(
                on: question.capability, detail: consent.detail, of: person, to: bot, in: consent.chat, at: turn.now, tx)
        let decision = Permissions.decide(
            capability: CapabilityRegistry.capability(question.capability), manifest: turn.version.manifest.declared,
            grants: grants, refusals: try Consents.refusals(of: person, to: bot, about: question.capability, in: tx),
            request: Permissions.Request(
                detail: consent.detail, chat: consent.chat?.value, amount: consent.perDay.map { .perDay($0) } ?? .uses(1),
                isByPerson: turn.update.kind.isByPerson, now: turn.now))
        switch decision {
        case .deny: return ["refused"]
        case .allow(let grant):
            guard let known, let grant else { return ["refused"] }
            if consent.isUse { use(GrantID(grant), question, known, turn) }
            return ["granted", known.value]
        case .ask:
            // Only what the person does brings up another sheet in the place of one: else an app could keep changing what lies
            // under their finger.
            let open = try Consents.first(of: person, by: bot, about: question.capability, in: tx)
            if open != nil, !turn.update.kind.isByPerson { return ["refused"] }
            put(consent, question, turn)
            return ["ask", .int(id.value)]
        }
    }

    /// The use is told of in the transaction that makes it, and only while the grant stands.
    private func use(_ grant: GrantID, _ question: ConsentQuestion, _ answer: Disclosure.Answer, _ turn: Turn) {
        let entry = question.entry(.used, turn, question.consent(ConsentID(0), in: turn).question)
        turn.add(
            TurnEffect(question.call, question.arguments) { [audit, messaging] tx in
                let now = messaging.clock.now()
                guard try Grants.use(grant, now: now, in: tx) else { throw TurnConflict() }
                try audit.append(entry, disclosed: answer.record, now: now, in: tx)
            })
    }

    /// One question about a capability is open at a time: one that the person's own doing brings up takes the place of an older
    /// one, which gets a no.
    private func put(_ consent: Consent, _ question: ConsentQuestion, _ turn: Turn) {
        let isByPerson = turn.update.kind.isByPerson
        let entry = question.entry(.asked, turn, consent.question)
        turn.add(
            TurnEffect(question.call, question.arguments) { [self] tx in
                let open = try Consents.first(of: consent.person, by: consent.bot, about: consent.capability, in: tx)
                guard open == nil || isByPerson else { throw TurnConflict() }
                if let open, try withdraw(open, in: tx) {
                    let refusal = try messaging.addressed(
                        .consent, to: .init(conversation: open.conversation, wait: open.id.value), of: open.bot,
                        payload: BridgeValue.array([false]).encoded, in: tx)
                    if let refusal { try messaging.enqueue([refusal], in: tx) }
                }
                guard try Consents.open(consent, in: tx) else { throw TurnConflict() }
                try audit.append(entry, now: messaging.clock.now(), in: tx)
                try messaging.announce(.consentRequested(consent.id), to: consent.person, in: tx)
            })
    }

    package func withdrawQuestions(of conversation: ConversationID, besides wait: Wait?, in tx: Transaction) throws {
        for consent in try Consents.all(by: conversation, in: tx) where !(wait?.contains(consent.id.value) ?? false) {
            _ = try withdraw(consent, in: tx)
        }
        try desk.withdraw(of: conversation, besides: wait, in: tx)
    }

    /// - Returns: whether it was open.
    private func withdraw(_ consent: Consent, in tx: Transaction) throws -> Bool {
        guard try Consents.close(consent.id, in: tx) else { return false }
        try Consents.note(withdrawn: consent, now: messaging.clock.now(), in: tx)
        let app = try messaging.account(consent.bot, in: tx)?.name ?? ""
        try audit.append(
            Audit.Entry(
                .withdrawn, by: app, person: consent.person, bot: consent.bot, chat: consent.chat, consent.capability.rawValue),
            now: messaging.clock.now(), in: tx)
        try messaging.announce(.consentClosed(consent.id), to: consent.person, in: tx)
        return true
    }
}

/// What an app wants to know of whom.
private struct ConsentQuestion: Sendable {
    let call: String
    let arguments: [BridgeValue]
    let capability: Capability.Name
    let question: Disclosure.Question
    let person: AccountID

    init(
        call: String, arguments: BridgeValue, capability: Capability.Name, _ question: Disclosure.Question,
        _ person: AccountID
    ) {
        self.call = call
        self.arguments = arguments.isNull ? [] : [arguments]
        self.capability = capability
        self.question = question
        self.person = person
    }

    func consent(_ id: ConsentID, in turn: Turn) -> Consent {
        Consent(
            id: id, person: person, bot: turn.app.account, version: turn.version.id, chat: turn.update.chat?.id,
            conversation: turn.conversation, capability: capability, detail: question.detail, perDay: question.perDay,
            askedAt: turn.now)
    }

    func entry(_ kind: Audit.Kind, _ turn: Turn, _ details: String) -> Audit.Entry {
        Audit.Entry(
            kind, by: turn.app.name, person: person, bot: turn.app.account, chat: turn.update.chat?.id, details)
    }
}
