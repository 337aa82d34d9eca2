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
        guard turn.version.manifest.declared.contains(capability) else {
            let denial = Permissions.Denial(capability: capability, reason: .notDeclared)
            throw StoaError(.capabilityMissing, "\(arguments.call): \(denial.message)")
        }
        let detail = try Disclosure.detail(capability, arguments)
        guard let person = turn.update.person, person.kind == .user else { return .now(["refused"]) }
        let call = arguments.call
        return .read { [self] tx, turn in
            try answer(ConsentQuestion(call: call, capability: capability, detail: detail, person: person.id), turn, tx)
        }
    }

    private func answer(_ question: ConsentQuestion, _ turn: Turn, _ tx: ReadTransaction) throws -> [BridgeValue] {
        let (person, bot) = (question.person, turn.app.account)
        // What nobody knows is asked for like what nobody has granted: the app must not tell the two apart.
        let known = try Disclosure.answer(question.capability, question.detail, of: person, now: turn.now, in: tx)
        let grants =
            known == nil
            ? []
            : try Grants.bearing(
                on: question.capability, detail: question.detail, of: person, to: bot, at: turn.now, in: tx)
        let decision = Permissions.decide(
            capability: CapabilityRegistry.capability(question.capability), manifest: turn.version.manifest.declared,
            grants: grants, refusals: try Consents.refusals(of: person, to: bot, about: question.capability, in: tx),
            request: Permissions.Request(detail: question.detail, chat: turn.update.chat?.id.value, now: turn.now))
        switch decision {
        case .deny: return ["refused"]
        case .allow(let grant):
            guard let known, let grant else { return ["refused"] }
            use(GrantID(grant), question, known, turn)
            return ["granted", known.value]
        case .ask:
            // Only what the person does brings up another sheet in the place of one: else an app could keep changing what lies
            // under their finger.
            let open = try Consents.first(of: person, by: bot, about: question.capability, in: tx)
            if open != nil, !turn.update.kind.isByPerson { return ["refused"] }
            let id = ConsentID(messaging.ids.next())
            put(id, question, turn)
            return ["ask", .int(id.value)]
        }
    }

    /// The use is told of in the transaction that makes it, and only while the grant stands.
    private func use(_ grant: GrantID, _ question: ConsentQuestion, _ answer: Disclosure.Answer, _ turn: Turn) {
        let entry = question.entry(.used, turn, answer.text)
        turn.add(
            TurnEffect(question.call, question.arguments) { [audit, messaging] tx in
                guard try Grants.grant(grant, in: tx)?.grant.end == nil else { throw TurnConflict() }
                try audit.append(entry, now: messaging.clock.now(), in: tx)
            })
    }

    /// One question about a capability is open at a time: one that the person's own doing brings up takes the place of an older
    /// one, which gets a no.
    private func put(_ id: ConsentID, _ question: ConsentQuestion, _ turn: Turn) {
        let consent = Consent(
            id: id, person: question.person, bot: turn.app.account, version: turn.version.id, chat: turn.update.chat?.id,
            conversation: turn.conversation, capability: question.capability, detail: question.detail, askedAt: turn.now)
        let isByPerson = turn.update.kind.isByPerson
        let entry = question.entry(
            .asked, turn, question.capability.rawValue + (question.detail.isEmpty ? "" : " \(question.detail)"))
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
                try messaging.announce(.consentRequested(id), to: consent.person, in: tx)
            })
    }

    package func withdrawQuestions(of conversation: ConversationID, besides wait: Wait?, in tx: Transaction) throws {
        for consent in try Consents.all(by: conversation, in: tx) where !(wait?.contains(consent.id.value) ?? false) {
            _ = try withdraw(consent, in: tx)
        }
    }

    /// - Returns: whether it was open.
    private func withdraw(_ consent: Consent, in tx: Transaction) throws -> Bool {
        guard try Consents.close(consent.id, in: tx) else { return false }
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
    let capability: Capability.Name
    let detail: String
    let person: AccountID

    var arguments: [BridgeValue] { detail.isEmpty ? [] : [.string(detail)] }

    func entry(_ kind: Audit.Kind, _ turn: Turn, _ details: String) -> Audit.Entry {
        Audit.Entry(
            kind, by: turn.app.name, person: person, bot: turn.app.account, chat: turn.update.chat?.id, details)
    }
}
