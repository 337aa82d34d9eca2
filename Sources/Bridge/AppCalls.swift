import Apps
package import Database
import Messaging
package import Model
import Permissions
import Runtime
import Sandbox

/// `apps.call`: an app asks a function of another one, which names it among those that may.
///
/// The question is an update of the other app, the answer one of the asking conversation: each side runs in turns of its own.
extension Bridge {
    /// Who waits for the answer, as the update and the conversation that it begins keep it.
    private struct Caller {
        let bot: AccountID
        let addressee: Update.Addressee
    }

    func callApp(_ arguments: Arguments, in turn: Turn) throws {
        let call = arguments.call
        try check(.appsCall, for: call, in: turn)
        let fields = try arguments.fields()
        let id = try fields.int("id")
        guard turn.owns(id) else { throw StoaError(.badRequest, "\(call): the id \(id) was not given to this turn.") }
        let app = try fields.string("app")
        let name = try fields.string("name")
        let declared = turn.version.manifest.capabilities.first { $0.name == .appsCall }?.apps ?? []
        guard declared.contains(app) else {
            throw StoaError(
                .capabilityMissing, "chat:call: \"\(app.prefix(64))\" is not among the \"apps\" of apps.call in manifest.json.")
        }
        let caller = Caller(bot: turn.app.account, addressee: .init(conversation: turn.conversation, wait: id))
        let payload = BridgeValue.array([
            .string(name), fields["arguments"], .string(turn.app.name), .int(caller.bot.value),
            .int(turn.conversation.value), .int(id),
        ]).encoded
        let (callerName, now) = (turn.app.name, turn.now)
        let isTrial = turn.app.state == .trial
        let (chat, person) = (turn.update.chat, turn.update.person)
        let use = use("\(call): \(app) \(name.prefix(64))", in: turn)
        turn.add(
            TurnEffect(call, [arguments[0]]) { [messaging, audit] tx in
                let found = try AppStore.app(named: app, in: tx)
                // What nobody has admitted yet does nothing with other apps.
                let callee = found?.state == .live && !isTrial ? found : nil
                let export = callee?.active.manifest.exports.first { $0.name == name }
                guard let callee, let export, export.allows(callerName) else {
                    let reason =
                        callee == nil
                        ? "there is no app named \(app)"
                        : export == nil ? "\(app) has no function \(name)" : "\(app) does not admit calls of this app"
                    // The conversation is stored after its effects, so it is not asked for its place here.
                    return try messaging.enqueue(
                        [
                            Update(
                                id: UpdateID(messaging.ids.next()), bot: caller.bot, kind: .returned, chat: chat,
                                person: person, payload: Answer.failure(reason).payload, addressee: caller.addressee,
                                date: now)
                        ], in: tx)
                }
                try audit.append(use, now: messaging.clock.now(), in: tx)
                try messaging.enqueue(
                    [
                        Update(
                            id: UpdateID(messaging.ids.next()), bot: callee.account, kind: .call, chat: nil, person: nil,
                            payload: payload, date: now)
                    ], in: tx)
            })
    }

    /// `apps.return`: what the function gave back, at the end of its conversation.
    func returnToApp(_ arguments: Arguments, in turn: Turn) throws {
        let values = arguments[0].arrayValue ?? []
        let payload = turn.update.kind == .call ? turn.update.payload : nil
        let conversation = turn.conversation
        turn.add(
            TurnEffect(arguments.call, [arguments[0]]) { [messaging] tx in
                guard let caller = try Self.caller(payload, of: conversation, in: tx) else { return }
                try Self.answer(caller, .success(values), messaging, in: tx)
            })
    }

    /// Tells the caller that no answer will come.
    package func callFailed(_ payload: [UInt8]?, of conversation: ConversationID, in tx: Transaction) throws {
        guard let caller = try Self.caller(payload, of: conversation, in: tx) else { return }
        try Self.answer(caller, .failure("the function failed"), messaging, in: tx)
    }

    /// - Parameter payload: that of the update which began the conversation; nil reads it from the waiting conversation.
    private static func caller(
        _ payload: [UInt8]?, of conversation: ConversationID, in tx: ReadTransaction
    ) throws -> Caller? {
        let stored =
            try payload
            ?? tx.first("SELECT caller FROM conversations WHERE id = ?", .int(conversation.value)) { try $0.bytesOrNil(0) } ?? nil
        guard let parts = try stored.flatMap({ try BridgeValue.decode($0).arrayValue }), parts.count == 6,
            let bot = parts[3].intValue, let asking = parts[4].intValue, let wait = parts[5].intValue
        else { return nil }
        return Caller(
            bot: AccountID(bot), addressee: .init(conversation: ConversationID(asking), wait: wait))
    }

    private enum Answer {
        case success([BridgeValue])
        case failure(String)

        var payload: [UInt8] {
            switch self {
            case .success(let values): BridgeValue.array([true, .array(values)]).encoded
            case .failure(let reason): BridgeValue.array([false, [.string(reason)]]).encoded
            }
        }
    }

    private static func answer(_ caller: Caller, _ answer: Answer, _ messaging: Messaging, in tx: Transaction) throws {
        let update = try messaging.addressed(
            .returned, to: caller.addressee, of: caller.bot, payload: answer.payload, in: tx)
        if let update { try messaging.enqueue([update], in: tx) }
    }
}
