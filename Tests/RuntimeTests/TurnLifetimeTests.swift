import Apps
import Database
import Foundation
import Messaging
import Model
import Sandbox
import Testing

@testable import Bridge
@testable import Runtime

/// A turn that outlived its commit would be a leak that grows with every message.
struct TurnLifetimeTests {
    @Test("Nothing a turn asks for keeps the turn alive")
    func effectsHoldNoTurn() throws {
        let clock = Clock { 1_800_000_000_000 }
        var options = DatabaseOptions()
        options.isDurable = false
        let folder = NSTemporaryDirectory() + "stoa-turn-\(UUID().uuidString)"
        let database = try Database.open(folder: folder, migrations: RuntimeSchema.migrations, options: options)
        defer {
            database.close()
            try? FileManager.default.removeItem(atPath: folder)
        }
        let messaging = Messaging(
            ids: IDGenerator(clock: clock), clock: clock, limits: RateLimiter(limits: nil, clock: clock))
        let timers = Timers(
            database: database, messaging: messaging, alarms: Alarms(clock: clock, isVirtual: true), log: { _ in })
        let outbox = Outbox(
            database: database, messaging: messaging, alarms: Alarms(clock: clock, isVirtual: true), log: { _ in }
        ) { _, _ in }
        let audit = Audit(key: [])
        let bridge = Bridge(
            messaging: messaging, timers: timers, outbox: outbox, audit: audit,
            payments: PaymentDesk(messaging: messaging, audit: audit, ledgerKey: []))

        weak var released: Turn?
        do {
            let turn = try Self.turn()
            released = turn
            let own = turn.firstID
            try bridge.effect(
                SandboxEffect(name: "messages.send", arguments: [["id": .int(own), "chat": 5, "text": "Hello"]]), in: turn)
            try bridge.effect(SandboxEffect(name: "messages.typing", arguments: [["chat": 5]]), in: turn)
            try bridge.effect(
                SandboxEffect(name: "messages.answer", arguments: [["press": 9, "text": "Done"]]), in: turn)
            try bridge.effect(SandboxEffect(name: "conversation.others", arguments: ["kept"]), in: turn)
            try bridge.effect(SandboxEffect(name: "conversation.spawn", arguments: ["later", 1]), in: turn)
            try bridge.effect(
                SandboxEffect(
                    name: "http.fetch", arguments: [["id": .int(own), "request": ["url": "https://api.example.com/"]]]),
                in: turn)
            try bridge.effect(SandboxEffect(name: "apps.return", arguments: [[1]]), in: turn)
            try bridge.effect(
                SandboxEffect(
                    name: "apps.call", arguments: [["id": .int(own), "app": "other", "name": "f", "arguments": []]]),
                in: turn)
            _ = bridge.call("messages.edit", [["chat": 5, "message": .int(own), "text": "Hello!"]], in: turn)
            _ = bridge.call("messages.delete", [["chat": 5, "message": .int(own)]], in: turn)
            _ = bridge.call("timers.set", [["id": .int(own + 1), "name": "tick", "due": 5000]], in: turn)
            _ = bridge.call("timers.cancel", [.int(own + 1)], in: turn)
            #expect(
                turn.effects.map(\.name) == [
                    "messages.send", "messages.typing", "messages.answer", "conversation.others", "conversation.spawn",
                    "http.fetch", "apps.return", "apps.call", "messages.edit", "messages.delete", "timers.set",
                    "timers.cancel",
                ])
        }
        #expect(released == nil)
    }

    private static func turn() throws -> Turn {
        let manifest = try Manifest.parse(
            Array(
                #"""
                {"name": "clock", "title": "Clock", "kind": "bot", "version": "1.0.0", "description": "Ticks.",
                 "capabilities": [{"name": "messages.send", "reason": "to tell the time"},
                                  {"name": "timers", "reason": "to tick"},
                                  {"name": "http.fetch", "reason": "to ask", "hosts": ["api.example.com"]},
                                  {"name": "apps.call", "reason": "to ask", "apps": ["other"]}], "commands": []}
                """#.utf8))
        let version = AppVersion(id: AppVersionID(1), app: AppID(1), number: 1, manifest: manifest, digest: "", createdAt: 0)
        let app = App(id: AppID(1), name: "clock", account: AccountID(2), publisher: "p", active: version, createdAt: 0)
        let person = Account(id: AccountID(3), kind: .user, name: "alice", display: "Alice")
        let message = Message(
            id: MessageID(8), chat: ChatID(5), from: person, date: 0, content: MessageContent(text: "Press"), replyTo: nil,
            nonce: nil)
        let update = Update(
            id: UpdateID(4), bot: app.account, kind: .press, chat: Chat(id: ChatID(5), kind: .direct, title: ""),
            person: person, message: message, press: Press(id: 9, button: "b", text: "B", data: "b"), date: 0)
        return Turn(
            id: TurnID(6), update: update, app: app, version: version, conversation: ConversationID(6), wait: nil,
            isPersonAsked: false, now: 0, seed: 1,
            firstID: 7, rerun: 0)
    }
}
