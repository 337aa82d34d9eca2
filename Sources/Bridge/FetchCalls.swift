import Apps
import Model
import Permissions
import Runtime
import Sandbox

/// `http.fetch`: a request to another server, made after the commit of the turn that asks for it.
extension Bridge {
    func fetch(_ arguments: Arguments, in turn: Turn) throws {
        let call = arguments.call
        try check(.httpFetch, for: call, in: turn)
        let fields = try arguments.fields()
        let id = try fields.int("id")
        guard turn.owns(id) else { throw StoaError(.badRequest, "\(call): the id \(id) was not given to this turn.") }
        guard fields["request"].mapValue != nil else { throw fields.wrong("request", "a table with a url") }
        let entry = Outbox.Entry(
            id: id, bot: turn.app.account, version: turn.version.id, conversation: turn.conversation,
            request: fields["request"])
        turn.add(TurnEffect(call, [arguments[0]]) { [outbox] in try outbox.add(entry, in: $0) })
    }
}
