import Apps

/// The files of a new app. `stoa new` writes them; a test deploys each.
enum AppTemplate: String, CaseIterable {
    /// Answers what is written to it.
    case echo
    /// Asks, waits, reminds.
    case conversation
    /// Takes orders: a catalogue, a cart, a checkout.
    case shop
    /// A mini-app with a page: a list and a form.
    case miniapp
    /// A web mini-app: a page for the browser, and the Lua behind it.
    case web

    /// What `stoa new` makes of a kind when no template is named.
    static func standard(for kind: Manifest.Kind) -> AppTemplate { kind == .bot ? .echo : .miniapp }

    var kind: Manifest.Kind { self == .miniapp || self == .web ? .miniapp : .bot }

    /// - Parameter name: a good account name, so nothing in it needs escaping.
    func files(name: String) -> [(path: String, text: String)] {
        let words = name.split(separator: "_").joined(separator: " ")
        let title = words.prefix(1).uppercased() + words.dropFirst()
        return [
            ("manifest.json", manifest(name: name, title: title)), ("main.lua", main),
        ] + more + [("tests/main_test.lua", test), ("README.md", readme(name: name, title: title))]
    }

    private func manifest(name: String, title: String) -> String {
        let capabilities = capabilities.map { #"{ "name": "\#($0.name)", "reason": "\#($0.reason)" }"# }
        let commands = commands.map { #"{ "name": "\#($0.name)", "description": "\#($0.description)" }"# }
        let listed = commands.isEmpty ? "" : ",\n  \"commands\": [\n    \(commands.joined(separator: ",\n    "))\n  ]"
        return """
            {
              "name": "\(name)",
              "title": "\(title)",
              "kind": "\(kind.rawValue)",
              "version": "0.1.0",
              "description": "Says what it does in one sentence.",
              "capabilities": [
                \(capabilities.joined(separator: ",\n    "))
              ]\(listed)\(self == .web ? ",\n  \"web\": { \"entry\": \"web/index.html\" }" : "")
            }

            """
    }

    private var capabilities: [(name: String, reason: String)] {
        switch self {
        case .shop: [("messages.send", "to answer you"), ("store", "to keep your cart")]
        case .miniapp: [("store", "to remember what is to be done")]
        case .web: [("messages.send", "to confirm your order"), ("store", "to number the orders")]
        default: [("messages.send", "to answer you")]
        }
    }

    private var commands: [(name: String, description: String)] {
        switch self {
        case .echo: [("start", "Say hello")]
        case .conversation: [("start", "Say hello"), ("remind", "Remind me of something")]
        case .shop: [("start", "Say hello"), ("shop", "Choose something"), ("cart", "Your cart"), ("checkout", "Order")]
        case .miniapp, .web: []
        }
    }

    private var main: String {
        switch self {
        case .echo: Self.echoMain
        case .conversation: Self.conversationMain
        case .shop: Self.shopMain
        case .miniapp: Self.miniappMain
        case .web: Self.webMain
        }
    }

    private var more: [(path: String, text: String)] {
        switch self {
        case .shop: [("lib/catalogue.lua", Self.shopCatalogue)]
        case .web: [("web/index.html", Self.webPage), ("web/app.js", Self.webScript), ("web/style.css", Self.webStyle)]
        default: []
        }
    }

    private var test: String {
        switch self {
        case .echo: Self.echoTest
        case .conversation: Self.conversationTest
        case .shop: Self.shopTest
        case .miniapp: Self.miniappTest
        case .web: Self.webTest
        }
    }

    private func readme(name: String, title: String) -> String {
        """
        # \(title)

        A \(kind == .bot ? "bot" : "mini-app") for Stoa.

        | file | is |
        | --- | --- |
        | `manifest.json` | its name, and what it may do and why |
        | `main.lua` | the program\(self == .miniapp ? ": its pages, and what people do on them" : "") |\(self == .web ? "\n| `web/` | the page that opens beside the chat: `index.html`, and what it loads |" : "")
        | `tests/main_test.lua` | its test, in a simulated chat |

        ```
        stoa dev \(name)       deploys it at every save and shows what it does
        stoa check \(name)     looks for mistakes
        stoa test \(name)      runs the tests
        stoa deploy \(name)    makes it live on the running server
        ```

        More Lua goes to `lib/` (`require "lib.cart"` is `lib/cart.lua`), pictures and other files go to `assets/`.

        """
    }
}
