import Apps
import HTTPClient
import Messaging
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
        let use = use("\(call): \(Self.target(of: fields["request"]))", in: turn)
        turn.add(
            TurnEffect(call, [arguments[0]]) { [outbox, audit, messaging] tx in
                try outbox.add(entry, in: tx)
                try audit.append(use, now: messaging.clock.now(), in: tx)
            })
    }

    /// Whom the request goes to, by the parser that it is made with: no other reading of the address could tell. Its path and
    /// query may hold what is nobody's business.
    private static func target(of request: BridgeValue) -> String {
        let method = request["method"]?.stringValue ?? "GET"
        guard method.utf8.count <= 16, method.allSatisfy({ $0.isASCII && $0.isLetter }),
            let target = ClientRequest(method: method, url: request["url"]?.stringValue ?? "").target
        else { return "what cannot be asked" }
        let port = target.port == HostPattern.defaultPort(target.scheme) ? "" : ":\(target.port)"
        return "\(method) \(target.scheme)://\(target.host)\(port)"
    }

    /// The entry of the audit for what an app does with what it was told in this turn.
    func use(_ details: String, in turn: Turn) -> Audit.Entry {
        Audit.Entry(
            .used, by: turn.app.name, person: turn.update.person.flatMap { $0.kind == .user ? $0.id : nil },
            bot: turn.app.account, chat: turn.update.chat?.id, details)
    }
}
