import Model
import Runtime
import Sandbox

/// Pages of mini-apps: what a page may do while it is drawn, and what an action says to the page it was done on.
extension Bridge {
    /// What a page may call: it only reads, so that it can be drawn at any time, as often as needed.
    private static let pageReads: Set<String> = [
        "store.get", "store.list", "payments.get", "payments.list", "payments.balance", "payments.subscriptions", "products.get",
        "products.list",
    ]

    /// - Throws: ``StoaError/Code/forbidden``, an ordinary Lua error at the call.
    func checkPageMay(call name: String, in turn: Turn) throws(StoaError) {
        if name.hasPrefix("payments.") || name.hasPrefix("products.") { turn.readsMoney = true }
        guard !Self.pageReads.contains(name) else { return }
        throw StoaError(.forbidden, "\(name): a page only reads. Do this in an action: stoa.action(NAME, function(ctx) … end).")
    }

    /// - Throws: ``StoaError/Code/forbidden``, which fails the drawing.
    func checkPageMay(effect name: String) throws(StoaError) {
        guard name != "log" else { return }
        throw StoaError(.forbidden, "\(name): a page only reads. Do this in an action: stoa.action(NAME, function(ctx) … end).")
    }

    func note(_ arguments: Arguments, in turn: Turn) throws {
        switch arguments.call {
        case "page.toast": try turn.note(.toast(String(try arguments.string(0, "the text").prefix(500))))
        case "page.back": try turn.note(.back)
        case "page.go":
            let page = try arguments.string(0, "the page")
            try turn.note(.go(page: page, query: try Self.texts(arguments[1], arguments.call)))
        default:
            try turn.note(.invalid(try Self.texts(arguments[0], arguments.call)))
        }
    }

    private static func texts(_ value: BridgeValue, _ call: String) throws -> [NamedText] {
        guard !value.isNull else { return [] }
        guard let map = value.mapValue, map.count <= 64 else {
            throw StoaError(.badRequest, "\(call): it takes a table of at most 64 texts by their names.")
        }
        return try map.entries.map { entry in
            guard let text = entry.value.stringValue, text.utf8.count <= 1024 else {
                throw StoaError(.badRequest, "\(call): \(entry.key) must be a text of at most 1024 bytes.")
            }
            return NamedText(entry.key, text)
        }
    }
}
