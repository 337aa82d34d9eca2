import Apps
import Messaging
import Model
import Permissions
import Runtime
import Sandbox

/// An update as Lua sees it: one table.
enum UpdateArguments {
    static func encode(_ update: Update, _ turn: Turn) -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("kind", .string(update.kind.name)),
            ("now", .int(turn.now)),
            ("ids", .int(turn.firstID)),
        ]
        if let wait = turn.wait { fields.append(("wait", .int(wait))) }
        if let chat = update.chat {
            fields.append(
                ("chat", ["id": .int(chat.id.value), "kind": .string(chat.kind.name), "title": .string(chat.title)]))
        }
        if let person = update.person { fields.append(("user", user(person))) }
        if let message = update.message { fields.append(("message", self.message(message, of: update.person))) }
        if update.kind == .command, let command = CommandText(update.message?.content.text ?? "") {
            fields.append(
                (
                    "command",
                    [
                        "name": .string(command.name), "arguments": .string(command.arguments),
                        "waiting": .bool(turn.isPersonAsked),
                    ]
                ))
        }
        if let press = update.press {
            fields.append(("press", ["id": .int(press.id), "text": .string(press.text), "data": .string(press.data)]))
        }
        return .map(BridgeMap(fields + payload(update)))
    }

    /// What the kind adds, named.
    private static func payload(_ update: Update) -> [(String, BridgeValue)] {
        func parts(_ names: String...) -> BridgeValue {
            let values = (try? BridgeValue.decode(update.payload).arrayValue) ?? []
            return .map(BridgeMap(zip(names, values).map { ($0, $1) }))
        }
        switch update.kind {
        case .timer: return [("timer", parts("id", "name", "due", "data"))]
        case .task: return [("task", parts("name", "data"))]
        case .fetched: return [("response", parts("response")["response"] ?? .null)]
        case .returned: return [("returned", parts("ok", "values"))]
        case .call: return [("call", parts("name", "arguments", "app"))]
        case .webhook: return [("request", parts("request")["request"] ?? .null)]
        case .consent: return [("consent", parts("granted", "value"))]
        case .payment: return [("paid", parts("outcome", "value"))]
        case .paymentEvent: return [("event", parts("name", "value"))]
        case .forgotten: return [("person", parts("id"))]
        case .action, .draw: return [("view", parts("view")["view"] ?? .null)]
        case .upgrade: return [("old", parts("old")["old"] ?? .null)]
        default: return []
        }
    }

    /// The first input again, in the turn of a checkpoint.
    static func encode(_ first: BridgeValue, begunAfreshBy turn: Turn) -> BridgeValue {
        var map = first.mapValue ?? BridgeMap()
        map["now"] = .int(turn.now)
        map["ids"] = .int(turn.firstID)
        map["state"] = (try? BridgeValue.decode(turn.update.payload).arrayValue?.first) ?? .null
        return .map(map)
    }

    /// What is the same for all conversations of a version.
    static func context(_ manifest: Manifest, bot: AccountID) -> BridgeValue {
        let account = Account(id: bot, kind: .bot, name: manifest.name, display: manifest.title)
        return [
            "entry": .string(module(manifest.entry)), "id_count": .int(Turn.idCount),
            "capabilities": capabilities(manifest),
            "app": ["name": .string(manifest.name), "version": .string(manifest.version), "bot": user(account)],
        ]
    }

    /// What `stoa deploy` starts an app with, to see whether its code loads.
    package static func inspection(now: Int64) -> BridgeValue { ["kind": "inspect", "now": .int(now), "ids": 1] }

    /// `main.lua` as `require` names it.
    private static func module(_ entry: String) -> String {
        let path = entry.hasSuffix(".lua") ? String(entry.dropLast(4)) : entry
        return String(path.map { $0 == "/" ? "." : $0 })
    }

    private static func capabilities(_ manifest: Manifest) -> BridgeValue {
        .map(BridgeMap(manifest.declared.all.map { ($0.rawValue, .bool(true)) }))
    }

    private static func user(_ account: Account) -> BridgeValue {
        .map(
            BridgeMap([
                ("id", .int(account.id.value)), ("name", .string(account.name)), ("display", .string(account.display)),
                ("bot", .bool(account.kind == .bot)),
            ]))
    }

    /// Its writer is named only if it is not the person that the update is about, and its chat is the update's.
    private static func message(_ message: Message, of person: Account?) -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("id", .int(message.id.value)), ("date", .int(message.date)), ("text", .string(message.content.text)),
        ]
        if message.from.id != person?.id { fields.append(("user", user(message.from))) }
        if let reply = message.replyTo { fields.append(("reply_to", .int(reply.value))) }
        if !message.content.entities.isEmpty {
            fields.append(("entities", .array(message.content.entities.map(entity))))
        }
        if !message.content.attachments.isEmpty {
            fields.append(("attachments", .array(message.content.attachments.map(attachment))))
        }
        return .map(BridgeMap(fields))
    }

    private static func entity(_ entity: Entity) -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("type", .string(entity.type.rawValue)), ("offset", .int(Int64(entity.offset))),
            ("length", .int(Int64(entity.length))),
        ]
        if let url = entity.url { fields.append(("url", .string(url))) }
        if let language = entity.language { fields.append(("language", .string(language))) }
        return .map(BridgeMap(fields))
    }

    private static func attachment(_ attachment: Attachment) -> BridgeValue {
        .map(
            BridgeMap([
                ("type", .string(attachment.type.rawValue)), ("name", .string(attachment.name)),
                ("size", .int(attachment.size)), ("mime", .string(attachment.mime)),
            ]))
    }
}
