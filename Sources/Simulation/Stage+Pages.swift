import MiniApps
import Model
import Runtime
import Sandbox
import Synchronization

/// The calls of a test about pages. Each but the first takes the number of a page that is open.
extension Stage {
    /// Nil for a call that is about something else.
    func pages(_ call: String, _ arguments: [BridgeValue], _ world: World, _ bot: Account) async throws -> [BridgeValue]? {
        func argument(_ index: Int) -> BridgeValue { index < arguments.count ? arguments[index] : .null }
        func text(_ index: Int) -> String { argument(index).stringValue ?? "" }
        if call == "sim.open" {
            let chat = argument(3).intValue.map { ChatID($0) }
            return [
                .int(try await world.open(Self.place(argument(1), argument(2)), of: bot, in: chat, by: try user(argument(0))))
            ]
        }
        if call == "sim.language" {
            let person = try user(argument(0)).id
            world.people.withLock { $0.languages[person] = text(1) }
            return []
        }
        let number = argument(0).intValue ?? 0
        if Self.isStep(call, about: text(1)), let failure = world.takeFailure(number) { throw StoaError(.appFailed, failure) }
        switch call {
        case "sim.page":
            let place = try world.opened(number).page.place
            return [.string(place.page), .map(BridgeMap(place.query.map { ($0.name, .string($0.text)) }))]
        case "sim.saying": return [try world.page(number).tree.saying(text(1)).map { .string($0) } ?? .null]
        case "sim.printed": return [.string(try world.printed(number))]
        case "sim.find": return [.array(try world.find(number, text(1), argument(2).mapValue ?? BridgeMap()).map(Self.value))]
        case "sim.said":
            let (device, page) = try world.opened(number)
            // What is wrong in the form says as well why it was refused.
            if text(1) == "refused" || text(1) == "errors" && !page.invalid.isEmpty { device.update(number) { $0.heeds() } }
            let invalid = page.invalid.map { ($0.name, BridgeValue.string($0.text)) }
            return [
                [
                    "toast": page.toasts.last.map { .string($0) } ?? .null, "errors": .map(BridgeMap(invalid)),
                    "refused": page.refused.map { .string($0.rawValue) } ?? .null,
                ]
            ]
        case "sim.press": try await world.press(number, text(1), near: argument(2).stringValue)
        case "sim.fill": try await world.fill(number, argument(1).mapValue ?? BridgeMap(), submit: argument(2).stringValue)
        case "sim.set": try await world.set(number, text(1), to: argument(2))
        case "sim.tap": try await world.tap(number, argument(1), argument(2), shape: argument(3))
        case "sim.scroll":
            try await world.scroll(number, text(3), from: argument(1).intValue ?? 0, count: argument(2).intValue ?? Device.rows)
        case "sim.go": try await world.go(number, to: Self.place(argument(1), argument(2)))
        case "sim.go_back": try await world.goBack(number)
        case "sim.close": try await world.close(number)
        default: return nil
        }
        return []
    }

    /// Whether a test goes on with the page by this call, and does not ask how its last action ended.
    private static func isStep(_ call: String, about subject: String) -> Bool {
        switch call {
        case "sim.page", "sim.printed": false
        case "sim.said": subject == "toast"
        default: call.hasPrefix("sim.")
        }
    }

    private static func place(_ page: BridgeValue, _ query: BridgeValue) -> Device.Place {
        let texts = (query.mapValue ?? BridgeMap()).entries.map { NamedText($0.key, $0.value.plainText) }
        return Device.Place(page.stringValue ?? "home", texts)
    }

    private static func value(_ node: Node) -> BridgeValue {
        [
            "type": .string(node.type), "key": node.key ?? .null, "props": .map(node.props),
            "children": .array(node.children.map(value)),
        ]
    }
}
