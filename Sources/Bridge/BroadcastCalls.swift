import Apps
import Database
import Messaging
import Model
import Permissions
import Runtime
import Sandbox

/// `messages.broadcast`: writing to a person who has not just written, only as often as they agreed to.
extension Bridge {
    /// Gives the message's id, or nothing and `"refused"`.
    func broadcast(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let capability = Capability.Name.messagesBroadcast
        guard turn.version.manifest.declared.contains(capability) else {
            let denial = Permissions.Denial(capability: capability, reason: .notDeclared)
            throw StoaError(.capabilityMissing, "\(arguments.call): \(denial.message)")
        }
        let draft = try draft(arguments, in: turn)
        let (call, fields) = (arguments.call, arguments[0])
        return .read { [self] tx, turn in
            guard let (person, grant) = try grant(for: draft.chat, turn, tx) else { return [.null, "refused"] }
            turn.noteUse(of: grant.value)
            turn.add(effect(call, fields, draft, person, grant, turn))
            return [.int(draft.id?.value ?? 0)]
        }
    }

    /// The person of a direct chat with the bot, and their grant that allows one more message now.
    private func grant(for chat: ChatID, _ turn: Turn, _ tx: ReadTransaction) throws -> (AccountID, GrantID)? {
        let bot = turn.app.account
        // A chat that the bot is not in looks like one whose person has not agreed.
        guard try messaging.isMember(bot, of: chat, in: tx),
            try messaging.membership(of: bot, in: chat, tx: tx).chat.kind == .direct,
            let person = try messaging.userIDs(of: chat, in: tx).first
        else { return nil }
        let grants = try Grants.bearing(on: .messagesBroadcast, detail: "", of: person, to: bot, at: turn.now, in: tx)
        // Each grant with what this turn has used of it already.
        for grant in grants {
            let decision = Permissions.decide(
                capability: CapabilityRegistry.capability(.messagesBroadcast), manifest: turn.version.manifest.declared,
                grants: [grant],
                request: Permissions.Request(
                    chat: chat.value, amount: .uses(1 + turn.uses(of: grant.id)), now: turn.now))
            if case .allow(let id?) = decision { return (person, GrantID(id)) }
        }
        return nil
    }

    private func effect(
        _ call: String, _ fields: BridgeValue, _ draft: Draft, _ person: AccountID, _ grant: GrantID, _ turn: Turn
    ) -> TurnEffect {
        let account = turn.app.account
        let entry = Audit.Entry(
            .used, by: turn.app.name, person: person, bot: account, chat: draft.chat, "\(call): wrote first")
        return TurnEffect(call, [fields]) { [messaging, audit] tx in
            let now = messaging.clock.now()
            guard try Grants.use(grant, now: now, in: tx) else { throw TurnConflict() }
            try audit.append(entry, now: now, in: tx)
            _ = try messaging.post(draft, from: try Self.bot(account, messaging, in: tx), in: tx)
        }
    }
}
