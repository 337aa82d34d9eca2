package import Apps
package import Messaging
package import Model
import Permissions
package import Runtime
package import Sandbox

/// The only way from Lua to the host: which calls there are, what each needs, what each does.
///
/// Every call and every effect passes ``check(_:for:in:)`` or ``checkDeclared(_:for:in:)`` first. What the SDK checked in Lua is
/// checked here again: the code in the sandbox may be anything.
package struct Bridge: BridgeTable {
    let messaging: Messaging
    let timers: Timers
    let outbox: Outbox
    let audit: Audit
    let desk: PaymentDesk
    let source: Disclosure.Source

    package init(
        messaging: Messaging, timers: Timers, outbox: Outbox, audit: Audit, payments: PaymentDesk, blobs: BlobStore? = nil
    ) {
        self.messaging = messaging
        desk = payments
        self.timers = timers
        self.outbox = outbox
        self.audit = audit
        source = Disclosure.Source(messaging: messaging, blobs: blobs)
    }

    package var sdk: [SandboxFile] { SDKFiles.all }
    package var entry: String { SDKFiles.entry }

    package func arguments(for update: Update, in turn: Turn) -> BridgeValue { UpdateArguments.encode(update, turn) }
    package func arguments(_ first: BridgeValue, begunAfreshBy turn: Turn) -> BridgeValue {
        UpdateArguments.encode(first, begunAfreshBy: turn)
    }
    package func context(of version: AppVersion, of app: App) -> BridgeValue {
        UpdateArguments.context(version.manifest, bot: app.account)
    }

    package func call(_ name: String, _ arguments: [BridgeValue], in turn: Turn) -> CallAnswer {
        do {
            if turn.update.kind == .draw { try checkPageMay(call: name, in: turn) }
            switch name {
            case "ids.allocate": return allocateIDs(in: turn)
            case "conversation.wait": return try wait(Arguments(name, arguments), in: turn)
            case "conversation.checkpoint": return .restart(arguments.first ?? .null)
            case "messages.edit": return try edit(Arguments(name, arguments), in: turn)
            case "messages.delete": return try delete(Arguments(name, arguments), in: turn)
            case "store.get", "store.put", "store.delete", "store.list", "store.increment":
                return try store(name, Arguments(name, arguments), in: turn)
            case "identity.age": return try ask(.identityAge, Arguments(name, arguments), in: turn)
            case "identity.contact": return try ask(.identityContact, Arguments(name, arguments), in: turn)
            case "identity.profile": return try ask(.identityProfile, Arguments(name, arguments), in: turn)
            case "location.once": return try ask(.locationOnce, Arguments(name, arguments), in: turn)
            case "files.read": return try ask(.filesRead, Arguments(name, arguments), in: turn)
            case "contacts.pick": return try ask(.contactsPick, Arguments(name, arguments), in: turn)
            case "chat.history": return try ask(.chatHistory, Arguments(name, arguments), in: turn)
            case "messages.subscribe": return try ask(.messagesBroadcast, Arguments(name, arguments), in: turn)
            case "messages.broadcast": return try broadcast(Arguments(name, arguments), in: turn)
            case "payments.request", "payments.subscribe", "payments.capture", "payments.cancel", "payments.refund",
                "payments.payout", "payments.link", "payments.close_link", "payments.cancel_subscription", "payments.get",
                "payments.list", "payments.balance", "payments.subscriptions":
                return try payment(Arguments(name, arguments), in: turn)
            case "products.put", "products.add_stock", "products.remove", "products.get", "products.list":
                return try product(Arguments(name, arguments), in: turn)
            case "timers.set": return try setTimer(Arguments(name, arguments), in: turn)
            case "timers.cancel": return try cancelTimer(Arguments(name, arguments), in: turn)
            default: return .failure("There is no bridge call named \(name.prefix(64)).")
            }
        } catch let error as StoaError {
            if error.code == .capabilityMissing { turn.log("error", error.message) }
            return .failure(error.message)
        } catch {
            return .failure("\(name): \(error)")
        }
    }

    package func effect(_ effect: SandboxEffect, in turn: Turn) throws {
        let arguments = Arguments(effect.name, effect.arguments)
        if turn.update.kind == .draw { try checkPageMay(effect: effect.name) }
        switch effect.name {
        case "log": try log(arguments, in: turn)
        case "conversation.others": try others(arguments, in: turn)
        case "conversation.spawn": try spawn(arguments, in: turn)
        case "apps.call": try callApp(arguments, in: turn)
        case "apps.return": try returnToApp(arguments, in: turn)
        case "http.fetch": try fetch(arguments, in: turn)
        case "messages.send": try send(arguments, in: turn)
        case "messages.typing": try typing(arguments, in: turn)
        case "messages.answer": try answer(arguments, in: turn)
        case "page.toast", "page.go", "page.back", "page.invalid":
            try note(arguments, in: turn)
            // Nothing to commit; but a replay finds it in the journal.
            turn.add(TurnEffect(effect.name, effect.arguments) { _ in })
        default: throw StoaError(.badRequest, "There is no effect named \(effect.name.prefix(64)).")
        }
    }

    /// - Throws: ``StoaError/Code/capabilityMissing``.
    func check(_ capability: Capability.Name, for call: String, in turn: Turn) throws {
        let decision = Permissions.decide(capability: capability, manifest: turn.version.manifest.declared)
        if case .deny(let denial) = decision {
            throw StoaError(.capabilityMissing, "\(call): \(denial.message)")
        }
    }

    /// The first half of what ``Permissions`` decides, for calls whose second half needs the database.
    /// - Throws: ``StoaError/Code/capabilityMissing``.
    func checkDeclared(_ capability: Capability.Name, for call: String, in turn: Turn) throws {
        let decision = Permissions.decide(
            capability: CapabilityRegistry.capability(capability), manifest: turn.version.manifest.declared,
            request: Permissions.Request(now: turn.now))
        if case .deny(let denial) = decision, denial.reason == .notDeclared {
            throw StoaError(.capabilityMissing, "\(call): \(denial.message)")
        }
    }

    private func allocateIDs(in turn: Turn) -> CallAnswer {
        let first = messaging.ids.block(Turn.idCount)
        turn.extraIDs.append(first...(first + Turn.idCount - 1))
        return .now([.int(first), .int(Turn.idCount)])
    }

    private func log(_ arguments: Arguments, in turn: Turn) throws {
        let level = try arguments.string(0, "level")
        // What an app logs need not be UTF-8: a turn must not fail for what it says of itself.
        if case .bytes(let bytes) = arguments[1] {
            turn.log(String(level.prefix(16)), String(decoding: bytes, as: UTF8.self))
        } else {
            turn.log(String(level.prefix(16)), try arguments.string(1, "text"))
        }
    }
}
