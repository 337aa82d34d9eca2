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
            ("id_count", .int(Turn.idCount)),
            ("entry", .string(module(turn.version.manifest.entry))),
            ("app", app(turn)),
            ("capabilities", capabilities(turn.version.manifest)),
        ]
        if let chat = update.chat {
            fields.append(
                (
                    "chat",
                    .map(
                        BridgeMap([
                            ("id", .int(chat.id.value)), ("kind", .string(chat.kind.name)), ("title", .string(chat.title)),
                        ]))
                ))
        }
        if let person = update.person { fields.append(("user", user(person))) }
        if let message = update.message { fields.append(("message", self.message(message))) }
        if update.kind == .command, let command = CommandText(update.message?.content.text ?? "") {
            fields.append(
                ("command", .map(BridgeMap([("name", .string(command.name)), ("arguments", .string(command.arguments))]))))
        }
        if let press = update.press {
            fields.append(
                (
                    "press",
                    .map(
                        BridgeMap([
                            ("id", .int(press.id)), ("text", .string(press.text)), ("data", .string(press.data)),
                        ]))
                ))
        }
        if update.kind == .timer { fields.append(("timer", timer(update))) }
        return .map(BridgeMap(fields))
    }

    /// What `stoa deploy` starts an app with, to see whether its code loads.
    package static func inspection(entry: String, manifest: Manifest, now: Int64) -> BridgeValue {
        .map(
            BridgeMap([
                ("kind", .string("inspect")), ("now", .int(now)), ("ids", .int(1)), ("id_count", .int(0)),
                ("entry", .string(module(entry))), ("capabilities", capabilities(manifest)),
                ("app", .map(BridgeMap([("name", .string(manifest.name)), ("version", .string(manifest.version))]))),
            ]))
    }

    /// `main.lua` as `require` names it.
    private static func module(_ entry: String) -> String {
        let path = entry.hasSuffix(".lua") ? String(entry.dropLast(4)) : entry
        return String(path.map { $0 == "/" ? "." : $0 })
    }

    private static func app(_ turn: Turn) -> BridgeValue {
        let manifest = turn.version.manifest
        let bot = Account(id: turn.app.account, kind: .bot, name: manifest.name, display: manifest.title)
        return .map(
            BridgeMap([
                ("name", .string(manifest.name)), ("version", .string(manifest.version)), ("bot", user(bot)),
            ]))
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

    private static func message(_ message: Message) -> BridgeValue {
        var fields: [(String, BridgeValue)] = [
            ("id", .int(message.id.value)), ("chat", .int(message.chat.value)), ("date", .int(message.date)),
            ("text", .string(message.content.text)), ("user", user(message.from)),
        ]
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

    private static func timer(_ update: Update) -> BridgeValue {
        let parts = (try? BridgeValue.decode(update.payload).arrayValue) ?? []
        guard parts.count == 4 else { return .map(BridgeMap([("name", .string(""))])) }
        return .map(BridgeMap([("id", parts[0]), ("name", parts[1]), ("due", parts[2]), ("data", parts[3])]))
    }
}
