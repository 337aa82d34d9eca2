import Apps
import Database
import Model
import Permissions
import Runtime
import Sandbox

/// `timers`: durable; they fire as updates.
extension Bridge {
    func setTimer(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        let call = "timers.set"
        try check(.timers, for: call, in: turn)
        let fields = try arguments.fields()
        let id = try fields.int("id")
        guard turn.owns(id) else { throw StoaError(.badRequest, "\(call): the id \(id) was not given to this turn.") }
        let name = try fields.string("name")
        let data = fields["data"].encoded
        let due = try fields.int("due")
        let every = try fields.intOrNil("every")
        guard (1...64).contains(name.utf8.count), data.count <= StoreView.maxValue, due >= 0, due < 1 << 53,
            every ?? Timers.minEvery >= Timers.minEvery
        else {
            throw StoaError(
                .badRequest,
                "\(call): the name takes 1 to 64 bytes, the data at most 64 KiB, and a timer repeats at most once a second.")
        }
        let chat = try fields.intOrNil("chat").map { ChatID($0) }
        guard chat == nil || chat == turn.update.chat?.id else {
            throw StoaError(.forbidden, "\(call): this chat is not the one that the turn is about.")
        }
        let person = chat == nil ? nil : turn.update.person?.id
        let bot = turn.app.account
        turn.add(
            TurnEffect(call, [arguments[0]]) { [timers] tx in
                try timers.set(
                    TimerID(id), of: bot, chat: chat, person: person, name: name, data: data, dueAt: due, every: every,
                    in: tx)
            })
        return .now([])
    }

    func cancelTimer(_ arguments: Arguments, in turn: Turn) throws -> CallAnswer {
        try check(.timers, for: "timers.cancel", in: turn)
        let id = TimerID(try arguments.int(0, "id"))
        let bot = turn.app.account
        let effect = TurnEffect("timers.cancel", [arguments[0]]) { try Timers.cancel(id, of: bot, in: $0) }
        if turn.owns(id.value) {
            turn.add(effect)
            return .now([.bool(true)])
        }
        return .read { tx, turn in
            let exists = try Timers.exists(id, of: bot, in: tx)
            if exists { turn.add(effect) }
            return [.bool(exists)]
        }
    }
}
