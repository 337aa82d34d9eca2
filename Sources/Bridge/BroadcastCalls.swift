import Apps
import Database
import Messaging
import Model
import Permissions
import Runtime
import Sandbox

/// `messages.broadcast`: writing to a person who has not just written, only as often as they agreed to.
extension Bridge {
    /// Gives the message's id; nothing and `"refused"`; nothing and `"limit"` when the person has had as many today as they allow.
    func broadcast(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let capability = Capability.Name.messagesBroadcast
        try checkDeclared(capability, for: arguments.call, in: turn)
        let draft = try draft(arguments, in: turn)
        let (call, fields) = (arguments.call, arguments[0])
        return .read { [self] tx, turn in
            switch try standing(in: draft.chat, turn, tx) {
            case .none: return [.null, "refused"]
            case .usedUp: return [.null, "limit"]
            case .grant(let grant, let person):
                turn.noteUse(of: grant.value)
                turn.add(effect(call, fields, draft, person, grant, turn))
                return [.int(draft.id?.value ?? 0)]
            }
        }
    }

    private enum Standing {
        case none
        /// There is one, and it was used as often today as it may.
        case usedUp
        case grant(GrantID, of: AccountID)
    }

    /// What the person of a direct chat with the bot allows now.
    private func standing(in chat: ChatID, _ turn: Turn, _ tx: ReadTransaction) throws -> Standing {
        let bot = turn.app.account
        // A chat that the bot is not in looks like one whose person has not agreed.
        guard try messaging.isMember(bot, of: chat, in: tx),
            try messaging.membership(of: bot, in: chat, tx: tx).chat.kind == .direct,
            let person = try messaging.userIDs(of: chat, in: tx).first
        else { return .none }
        var found = Standing.none
        // Each grant with what this turn has used of it already.
        for grant in try Grants.bearing(
            on: .messagesBroadcast, detail: "", of: person, to: bot, in: chat, at: turn.now, tx)
        {
            let decision = Permissions.decide(
                capability: CapabilityRegistry.capability(.messagesBroadcast), manifest: turn.version.manifest.declared,
                grants: [grant],
                request: Permissions.Request(
                    chat: chat.value, amount: .uses(1 + turn.uses(of: grant.id)), now: turn.now))
            switch decision {
            case .allow(let id?): return .grant(GrantID(id), of: person)
            case .deny(let denial) where denial.reason == .usedUp: found = .usedUp
            default: break
            }
        }
        return found
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
